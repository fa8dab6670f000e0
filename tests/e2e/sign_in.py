"""A sign-in with a browser in somebody's hand; an earlier one's refresh."""

from urllib.parse import parse_qsl, urlsplit

from tests.e2e.api import Api

_SEE = "docs/login.md, docs/errors.md; the function's log has the reason"
_TOKENS = {"access_token", "id_token", "refresh_token"}


def sign_in(api: Api, client_id: str) -> dict[str, str]:
    """Ask whoever sits at the terminal to sign in; return the tokens."""
    begun = api.post("/login", {"client_id": client_id, "redirect_uri": _redirect_uri(api)})
    begun.must(200, see=_SEE)
    print("\nSign in here:", begun.members["authorization_url"], sep="\n", flush=True)  # noqa: T201
    redirected = input("and paste where that led, as the browser shows it:\n")
    answer = dict(parse_qsl(urlsplit(redirected.strip()).query))
    assert answer.get("state") == begun.members["state"], "that is another sign-in's redirect"
    session = {"login_session": begun.members["login_session"], "client_id": client_id}
    return _tokens(api, "/token/exchange", answer | session)


def refresh(api: Api, client_id: str, refresh_token: str) -> dict[str, str]:
    """Use a refresh token, which most providers then replace."""
    form = {"client_id": client_id, "refresh_token": refresh_token}
    # One that did not rotate is answered without, and goes on.
    return {"refresh_token": refresh_token} | _tokens(api, "/token/refresh", form)


def _tokens(api: Api, path: str, form: dict[str, str]) -> dict[str, str]:
    said = api.post(path, form).must(200, {"token_type": "Bearer"}, see=_SEE)
    return {name: said.members[name] for name in _TOKENS & said.members.keys()}


def _redirect_uri(api: Api) -> str:
    given, parameters = api.target.given, api.target.parameters
    redirect_uri = given.get("REDIRECT_URI") or parameters.get("RedirectUris", "").split(",")[0]
    assert redirect_uri, "REDIRECT_URI= is needed: the stack's parameters name none"
    return redirect_uri
