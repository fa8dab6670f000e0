"""What no real provider offers: switches for demonstrations and tests."""

import time

from flask import Blueprint, Response, abort, jsonify, request

from local.provider.accounts import find_user
from local.provider.authorization_server import StrictAuthorizationServer
from local.provider.memory import Authorization


def build_switches(server: StrictAuthorizationServer) -> Blueprint:
    """The switches, all of them POST requests under /admin."""
    switches = Blueprint("switches", __name__, url_prefix="/admin")

    @switches.post("/rotate")
    def rotate() -> Response:
        """Sign with a new key; the old one stays published until the next turn."""
        return jsonify(kid=server.issuer.keys.rotate())

    @switches.post("/id_token")
    def aged_id_token() -> Response:
        """The ID Token that `username` would have got at `client_id`, `age` seconds ago."""
        client = server.query_client(request.form["client_id"])
        user = find_user(request.form["username"])
        if client is None or user is None:
            abort(404)
        authorization = Authorization(client, user, "openid", "", "", None, int(time.time()))
        age = request.form.get("age", 0, int)
        return jsonify(id_token=server.issuer.id_token(authorization, "openid", age=age))

    return switches
