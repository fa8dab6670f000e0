"""Canaille for the tests, run by its own environment's Python.

Its configuration arrives as JSON on the first line of standard input, and it ends when standard
input does, whatever became of who started it.
"""

import json
import sys
import threading
from datetime import UTC, datetime
from typing import Any

from canaille import create_app
from canaille.app import models
from canaille.app.installation import install
from canaille.backends import Backend
from werkzeug.serving import make_server

_HOST = "127.0.0.1"


def main(configuration: dict[str, Any]) -> None:
    """Serve until standard input ends."""
    port: int = configuration["port"]
    app = create_app(
        {
            "SECRET_KEY": "only-for-tests",
            "SERVER_NAME": f"{_HOST}:{port}",
            "PREFERRED_URL_SCHEME": "http",
            "CANAILLE": {"DATABASE": "sql"},
            "CANAILLE_SQL": {"DATABASE_URI": f"sqlite:///{configuration['database']}"},
            "CANAILLE_OIDC": {"ACTIVE_JWKS": [configuration["key"]]},
        }
    )
    with app.app_context():
        install(app)
        with Backend.instance.session():
            _fill(configuration["user"], configuration["client"])
    server = make_server(_HOST, port, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()


def _fill(user: dict[str, Any], client: dict[str, Any]) -> None:
    stored = models.Client(**client, client_id_issued_at=datetime.now(UTC))
    Backend.instance.save(models.User(**user))
    Backend.instance.save(stored)
    stored.audience = [stored]
    Backend.instance.save(stored)


if __name__ == "__main__":
    main(json.loads(sys.stdin.readline()))
