"""The provider's endpoints."""

import os
import threading
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from authlib.oauth2 import OAuth2Error
from flask import Flask, Response, abort, jsonify, render_template, request

from local.provider.accounts import USERS, authenticate
from local.provider.authorization_server import StrictAuthorizationServer
from local.provider.clients import RegisteredClient
from local.provider.discovery import build_metadata
from local.provider.issuing import TokenIssuer
from local.provider.keys import SigningKeys
from local.provider.switches import build_switches

_FORM = "application/x-www-form-urlencoded"
_CREDENTIALS = ("username", "password")
_PAGE_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
}


def build_app(issuer: str, clients: Iterable[RegisteredClient]) -> Flask:
    """The provider at the URL `issuer`, with `clients` registered."""
    # Authlib's own switch for plain http; this provider never leaves loopback.
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    tokens = TokenIssuer(issuer, SigningKeys())
    server = StrictAuthorizationServer(clients, tokens)
    endpoints = _Endpoints(server)
    app = Flask(__name__)
    app.before_request(endpoints.require_own_host)
    for path, view, methods in endpoints.routes():
        app.add_url_rule(path, view_func=view, methods=methods)
    app.register_blueprint(build_switches(server))
    return app


class _Endpoints:
    def __init__(self, server: StrictAuthorizationServer) -> None:
        self._server = server
        self._authlib: Any = server  # the methods that it inherits have no types
        self._issuer = server.issuer.issuer
        # One request at a time, so that a code or a refresh token is really used only once.
        self._one_at_a_time = threading.Lock()

    def routes(self) -> tuple[tuple[str, Callable[[], Any], list[str]], ...]:
        return (
            ("/.well-known/openid-configuration", self.discovery, ["GET"]),
            ("/jwks", self.jwks, ["GET"]),
            ("/authorize", self.authorize, ["GET", "POST"]),
            ("/login", self.login, ["POST"]),
            ("/token", self.token, ["POST"]),
            ("/revoke", self.revoke, ["POST"]),
            ("/userinfo", self.userinfo, ["GET", "POST"]),
        )

    def require_own_host(self) -> None:
        """Answer to no other name: a web page could otherwise make one point here."""
        if request.host != urlsplit(self._issuer).netloc:
            abort(HTTPStatus.MISDIRECTED_REQUEST)

    def discovery(self) -> Response:
        return jsonify(build_metadata(self._issuer))

    def jwks(self) -> Response:
        response = jsonify(self._server.issuer.keys.jwk_set())
        response.headers["Cache-Control"] = "public, max-age=300"
        return response

    def authorize(self) -> Response:
        """OIDC Core §3.1.2: show the login page to whoever brings a good request."""
        if reason := self._unsafe_redirect():
            return _page("error.html", HTTPStatus.BAD_REQUEST, reason=reason)
        try:
            self._authlib.get_consent_grant()
        except OAuth2Error as error:
            return self._server.redirect_error(error)
        return _login_page(HTTPStatus.OK, request.values.get("login_hint", ""))

    def login(self) -> Response:
        """The login page's form: the authorization request again, with who signs in."""
        if reason := self._unsafe_redirect():
            return _page("error.html", HTTPStatus.BAD_REQUEST, reason=reason)
        try:
            grant = self._authlib.get_consent_grant()
        except OAuth2Error as error:
            return self._server.redirect_error(error)
        username, password = (request.form.get(name, "") for name in _CREDENTIALS)
        user = authenticate(username, password)
        if user is None and "cancel" not in request.form:
            return _login_page(HTTPStatus.FORBIDDEN, username, "Wrong username or password.")
        return self._server.redirect(grant, user)

    def token(self) -> Response:
        """RFC 6749 §3.2."""
        if refusal := _malformed_form():
            return refusal
        with self._one_at_a_time:
            response: Response = self._authlib.create_token_response()
        return response

    def revoke(self) -> Response:
        """RFC 7009 §2."""
        if refusal := _malformed_form():
            return refusal
        response: Response = self._authlib.create_endpoint_response("revocation")
        return response

    def userinfo(self) -> Response:
        """OIDC Core §5.3; the access token comes in the header only (RFC 6750 §2.1)."""
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return _challenge(HTTPStatus.UNAUTHORIZED, "Bearer")
        token = self._server.memory.take_access_token(value)
        if token is None:
            return _challenge(HTTPStatus.UNAUTHORIZED, 'Bearer error="invalid_token"')
        if "openid" not in token.scope.split():
            return _challenge(HTTPStatus.FORBIDDEN, 'Bearer error="insufficient_scope"')
        return jsonify(token.authorization.user.claims(token.scope))

    def _unsafe_redirect(self) -> str | None:
        """Why this request may not even be answered by a redirect (RFC 6749 §4.1.2.1)."""
        if repeated := _repeated_parameters():
            return f"A parameter appears more than once: {', '.join(repeated)}."
        client = self._server.query_client(request.values.get("client_id", ""))
        if client is None:
            return "Nobody has registered this client_id here."
        if not client.check_redirect_uri(request.values.get("redirect_uri", "")):
            return "The client has not registered this redirect_uri."
        return None


def _login_page(status: HTTPStatus, username: str, problem: str = "") -> Response:
    hidden = {name: value for name, value in request.values.items() if name not in _CREDENTIALS}
    context = {"request": hidden, "username": username, "problem": problem, "users": USERS}
    return _page("login.html", status, **context)


def _page(template: str, status: HTTPStatus, **context: object) -> Response:
    return Response(render_template(template, **context), status, _PAGE_HEADERS)


def _malformed_form() -> Response | None:
    """The refusal of a request that is not one plain form (RFC 6749 §3.2)."""
    if request.mimetype == _FORM and not request.args and not _repeated_parameters():
        return None
    description = "the request must be a form, without a query, with each parameter once"
    response = jsonify(error="invalid_request", error_description=description)
    response.headers["Cache-Control"] = "no-store"
    response.status_code = HTTPStatus.BAD_REQUEST
    return response


def _repeated_parameters() -> list[str]:
    names = [name for name, _ in (*request.args.items(True), *request.form.items(True))]
    return sorted({name for name in names if names.count(name) > 1})


def _challenge(status: HTTPStatus, challenge: str) -> Response:
    return Response(status=status, headers={"WWW-Authenticate": challenge})
