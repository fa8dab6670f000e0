"""Access tokens of issuers that do not follow RFC 9068, each as its issuer writes it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from relying_party.errors import Reason
from tests.pool.access_tokens import ACCESS, API, ONE_API
from tests.pool.case import Case, Setting, accepted, refused, too_narrow
from tests.pool.forge import claims
from tests.pool.keys import RSA
from tests.tokens import CLIENT_ID, Json


@dataclass(frozen=True, slots=True)
class Style:
    """What an issuer writes into an access token, beside what all of them do."""

    party: str
    """The claim that names the client."""
    scope: str
    """The claim that holds the scope."""
    types: tuple[str | None, ...]
    """What ``typ`` in the header is."""
    marks: Mapping[str, str]
    """The claims by which such a token can be told from others."""
    scope_is_array: bool = False


_JWT = (None, "JWT", "application/jwt")
_BOTH = (*_JWT, "at+jwt", "application/at+jwt")

STYLES = {
    "auth0": Style("azp", "scope", _BOTH, {}),
    "entra": Style("azp", "scp", _JWT, {"ver": "2.0"}),
    "keycloak": Style("azp", "scope", _BOTH, {"typ": "Bearer"}),
    "mosaic": Style("client_id", "scope", _BOTH, {}),
    "okta": Style("cid", "scp", _BOTH, {}, scope_is_array=True),
}
"""Those whose access tokens have an audience; Cognito's have none."""


def _token(style: Style, typ: str | None = "JWT", /, **changes: Any) -> str:
    scope = ["a", "b"] if style.scope_is_array else "a b"
    members: Json = {"nonce": None, "aud": API, style.party: CLIENT_ID, style.scope: scope}
    return RSA.sign(claims(**{**members, **style.marks, **changes}), typ=typ)


def _setting(profile: str) -> Setting:
    return replace(ONE_API, access_token_profile=profile)


def _right(profile: str, style: Style) -> list[Case]:
    asked = replace(ACCESS, scope=frozenset({"a"}))
    return [
        accepted(
            f"{profile}: typ {typ}", _token(style, typ), setting=_setting(profile), asked=asked
        )
        for typ in style.types
    ] + [
        too_narrow(
            f"{profile}: a scope that does not cover the request",
            _token(style),
            setting=_setting(profile),
            asked=replace(ACCESS, scope=frozenset({"c"})),
        )
    ]


def _wrong(profile: str, style: Style) -> list[Case]:
    wrong: Mapping[str, tuple[str, Reason]] = {
        "no audience": (_token(style, aud=None), Reason.MISSING_CLAIM),
        "another audience": (_token(style, aud="another"), Reason.WRONG_AUDIENCE),
        "another party": (_token(style, **{style.party: "another"}), Reason.WRONG_AUTHORIZED_PARTY),
        "no party": (_token(style, **{style.party: None}), Reason.MISSING_CLAIM),
        "typ dpop+jwt": (_token(style, "dpop+jwt"), Reason.WRONG_TYPE),
        **{
            f"{name} is another": (_token(style, **{name: "another"}), Reason.WRONG_TYPE)
            for name in style.marks
        },
        **{
            f"{name} is missing": (_token(style, **{name: None}), Reason.WRONG_TYPE)
            for name in style.marks
        },
    }
    return [
        refused(f"{profile}: {what}", token, reason, setting=_setting(profile), asked=ACCESS)
        for what, (token, reason) in wrong.items()
    ]


def _auth0_in_the_manner_of_rfc_9068() -> list[Case]:
    style = replace(STYLES["auth0"], party="client_id")
    setting = _setting("auth0")
    stranger = _token(style, azp="another")
    return [
        accepted("auth0: client_id instead of azp", _token(style), setting=setting, asked=ACCESS),
        refused(
            "auth0: client_id is right and azp is a stranger",
            stranger,
            Reason.WRONG_AUTHORIZED_PARTY,
            setting=setting,
            asked=ACCESS,
        ),
    ]


def _okta_in_the_manner_of_rfc_9068() -> list[Case]:
    style = replace(STYLES["okta"], scope="scope", scope_is_array=False)
    return [
        accepted(
            "okta: scope instead of scp",
            _token(style),
            setting=_setting("okta"),
            asked=replace(ACCESS, scope=frozenset({"b"})),
        )
    ]


def _cognito() -> list[Case]:
    style = Style("client_id", "scope", _JWT, {"token_use": "access"})
    setting = Setting(access_token_profile="cognito")
    resource = replace(ONE_API, access_token_profile="cognito")
    wrong: Mapping[str, tuple[str, Reason]] = {
        "an ID Token": (_token(style, aud=None, token_use="id"), Reason.WRONG_TYPE),
        "no token_use": (_token(style, aud=None, token_use=None), Reason.WRONG_TYPE),
        "another client": (_token(style, aud=None, client_id="b"), Reason.WRONG_AUTHORIZED_PARTY),
        "no client": (_token(style, aud=None, client_id=None), Reason.MISSING_CLAIM),
        "an audience that is not ours": (_token(style), Reason.WRONG_AUDIENCE),
        "typ at+jwt": (_token(style, "at+jwt", aud=None), Reason.WRONG_TYPE),
    }
    return [
        *(
            accepted(
                f"cognito: typ {typ}", _token(style, typ, aud=None), setting=setting, asked=ACCESS
            )
            for typ in style.types
        ),
        accepted(
            "cognito: bound to a resource of ours", _token(style), setting=resource, asked=ACCESS
        ),
        *(
            refused(f"cognito: {what}", token, reason, setting=setting, asked=ACCESS)
            for what, (token, reason) in wrong.items()
        ),
    ]


CASES = [
    *(case for profile, style in STYLES.items() for case in _right(profile, style)),
    *(case for profile, style in STYLES.items() for case in _wrong(profile, style)),
    *_auth0_in_the_manner_of_rfc_9068(),
    *_okta_in_the_manner_of_rfc_9068(),
    *_cognito(),
]
