"""One ``[clients.<name>]`` table of the clients file, over the defaults of its issuer's profile."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from relying_party.protocol.access_token_profile import RULES, AccessTokenProfile
from relying_party.protocol.algorithms import ALGORITHMS, SECRET_ALGORITHM, SIGNING_ALGORITHMS
from relying_party.protocol.client import Client, CodeSource
from relying_party.protocol.client_authentication import AuthenticationMethod
from relying_party.protocol.issuer import Issuer
from relying_party.protocol.pkce import PkceMode
from relying_party.protocol.profiles import PROFILES
from relying_party.protocol.redirect_uri import require_registrable
from relying_party.toml_table import TomlTable

MAX_CLOCK_SKEW = 300
"""Seconds. More would keep expired tokens alive, and hide a clock that is wrong."""

MAX_REPLAY_WINDOW = 300
"""Seconds. Within it the issuer's own detection of stolen refresh tokens is blind."""


class _Presence(StrEnum):
    REQUIRED = "required"
    OPTIONAL = "optional"


def parse_client(name: str, table: TomlTable, issuers: Mapping[str, Issuer]) -> Client:
    """Return the client that *table* configures.

    Raises:
        ConfigurationError: one line with the file, the key and the mend.
    """
    issuer = _parse_issuer(table, issuers)
    profile = issuer.profile
    source = table.choice("code_source", CodeSource, CodeSource.BROWSER)
    pkce = table.choice("pkce", PkceMode, PkceMode.ENFORCE_ALONGSIDE)
    client = Client(
        name=name,
        issuer=issuer,
        client_id=table.text("client_id"),
        redirect_uris=_parse_redirect_uris(table, source),
        scopes=table.texts("scopes", ("openid",)),
        offline=table.flag("offline", default=False),
        extra_parameters=frozenset(table.texts("extra_parameters")),
        uses_callback=table.flag("callback", default=False),
        audiences=frozenset(table.texts("audiences")),
        authorized_parties=frozenset(table.texts("authorized_parties")),
        access_token_audiences=frozenset(table.texts("access_token_audiences")),
        required_claims=_parse_required_claims(table),
        id_token_required=_is_required(table, "id_token"),
        id_token_algorithms=_parse_algorithms(
            table,
            "id_token_signed_response_algs",
            profile.id_token_algorithms,
            {*ALGORITHMS, SECRET_ALGORITHM},
        ),
        access_token_algorithms=_parse_algorithms(
            table, "access_token_signing_algs", {"RS256"}, ALGORITHMS
        ),
        access_token_profile=table.choice(
            "access_token_profile", AccessTokenProfile, profile.access_token_profile
        ),
        clock_skew=table.number("clock_skew", 60, MAX_CLOCK_SKEW),
        nonce_required=_is_required(table, "nonce"),
        nonce_may_be_hashed=table.flag("nonce_may_be_hashed", default=profile.nonce_may_be_hashed),
        code_source=source,
        pkce=pkce,
        authentication=table.choice(
            "token_endpoint_auth_method",
            AuthenticationMethod,
            profile.authentication if pkce.sends_secret else AuthenticationMethod.NONE,
        ),
        secret_name=table.optional_text("client_secret"),
        signing_key_id=table.optional_text("client_secret_key_id"),
        signing_algorithm=table.text("client_secret_alg", "ES256"),
        team_id=table.optional_text("team_id"),
        userinfo=table.flag("userinfo", default=False),
        replay_window=table.number("replay_window", 60, MAX_REPLAY_WINDOW),
    )
    table.require_nothing_left()
    _require_sound_credentials(client, table)
    _require_sound_checks(client, table)
    return client


def _parse_issuer(table: TomlTable, issuers: Mapping[str, Issuer]) -> Issuer:
    name = table.text("issuer")
    if name not in issuers:
        raise table.mistake("issuer", f"names no [issuers.{name}]")
    return issuers[name]


def _parse_redirect_uris(table: TomlTable, source: CodeSource) -> tuple[str, ...]:
    uris = table.texts("redirect_uris")
    if not uris and source is CodeSource.BROWSER:
        raise table.mistake("redirect_uris", "is missing")
    return tuple(table.checked("redirect_uris", uri, require_registrable) for uri in uris)


def _parse_required_claims(table: TomlTable) -> dict[str, tuple[object, ...]]:
    claims = table.table("required_claims")
    return {
        claim: tuple(value) if isinstance(value, list) else (value,)
        for claim, value in claims.items()
    }


def _parse_algorithms(
    table: TomlTable, key: str, default: Collection[str], known: Collection[str]
) -> frozenset[str]:
    names = frozenset(table.texts(key, sorted(default)))
    if not names <= set(known):
        raise table.mistake(key, f"must be among {', '.join(sorted(known))}")
    return names


def _is_required(table: TomlTable, key: str) -> bool:
    return table.choice(key, _Presence, _Presence.REQUIRED) is _Presence.REQUIRED


def _require_sound_credentials(client: Client, table: TomlTable) -> None:
    """Refuse credentials that do not fit together."""
    has_secret = client.secret_name is not None
    method = client.authentication
    if client.pkce.sends_secret and method is AuthenticationMethod.NONE:
        raise table.mistake("pkce", f"a client without a secret needs {PkceMode.ENFORCE_INSTEAD}")
    if client.pkce.sends_secret and not has_secret:
        raise table.mistake("client_secret", f"is missing; {client.pkce} sends one")
    if not client.pkce.sends_secret and has_secret:
        raise table.mistake("client_secret", f"take it out: {client.pkce} never sends one")
    if client.verifies_with_secret and not has_secret:
        raise table.mistake("client_secret", "is missing; HS256 and opaque tokens need it")
    if method is AuthenticationMethod.APPLE and not (client.team_id and client.signing_key_id):
        raise table.mistake("team_id", "and client_secret_key_id are what Apple's .p8 goes with")
    if client.signing_algorithm not in SIGNING_ALGORITHMS:
        raise table.mistake("client_secret_alg", f"must be among {', '.join(SIGNING_ALGORITHMS)}")


def _require_sound_checks(client: Client, table: TomlTable) -> None:
    """Refuse what is well-formed but leaves the client open."""
    # RFC 8725 §3.12: with the same audience one kind of token could pass for the other
    rules = RULES.get(client.access_token_profile)
    shared = client.access_token_audiences & client.accepted_audiences
    if shared and rules is not None and rules.needs_own_audience:
        raise table.mistake("access_token_audiences", "must not hold an ID Token's audience")
    # Anyone may call the token doors, and we lend them the secret: one of the two must bind
    # the code to the app that asked for it (RFC 9700 §4.5.3)
    by_pkce = client.requires_verifier and client.issuer.profile.enforces_pkce
    by_nonce = client.nonce_required and client.id_token_required
    if not (by_pkce or by_nonce):
        raise table.mistake("nonce", 'must be "required", and id_token too, where PKCE is not')
    for claim in client.issuer.profile.required_claims - client.required_claims.keys():
        profile = client.issuer.profile.name
        raise table.mistake("required_claims", f"must name the {claim} that is yours at {profile}")
    native = client.code_source is CodeSource.NATIVE_SDK
    if native and not client.issuer.profile.has_native_sdk:
        having = (name for name, profile in PROFILES.items() if profile.has_native_sdk)
        raise table.mistake("code_source", f"native_sdk is for {', '.join(having)}")
