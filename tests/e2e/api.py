"""The HTTP doors, as an app on the internet finds them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from tests.e2e.said import Said
from tests.e2e.target import Target

_SECONDS = 35  # API Gateway waits 30 s for a function
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Api:
    """Sends what it is given and judges nothing."""

    target: Target
    session: requests.Session = field(default_factory=requests.Session)

    def post(
        self, path: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> Said:
        """Send a form."""
        return self._send("POST", path, headers or {}, form)

    def get(self, path: str) -> Said:
        return self._send("GET", path, {}, {})

    def post_signed(self, path: str, form: Mapping[str, str]) -> Said:
        """Send a form with the caller's signature (Signature Version 4)."""
        body = urlencode(form)
        request = AWSRequest("POST", self.target.url + path, data=body, headers=_FORM)
        signer = SigV4Auth(self.target.credentials, "execute-api", self.target.region)
        signer.add_auth(request)
        return self._send("POST", path, dict(request.headers.items()), body)

    def _send(
        self, method: str, path: str, headers: Mapping[str, str], data: Mapping[str, str] | str
    ) -> Said:
        url = self.target.url + path
        answer = self.session.request(
            method, url, headers=headers, data=data, timeout=_SECONDS, allow_redirects=False
        )
        found = {name.lower(): value for name, value in answer.headers.items()}
        return Said(self.target.place, f"{method} {url}", answer.status_code, found, answer.text)
