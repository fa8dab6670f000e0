"""The clients file: which issuers and clients there are (``clients/<name>.toml``)."""

import tomllib
from collections.abc import Collection, Mapping
from enum import StrEnum
from functools import partial

from relying_party.errors import ConfigurationError
from relying_party.protocol.access_token_profile import RULES, AccessTokenProfile
from relying_party.protocol.algorithms import ALGORITHMS, SECRET_ALGORITHM
from relying_party.protocol.client import Client
from relying_party.protocol.client_authentication import AuthenticationMethod
from relying_party.protocol.issuer import Issuer
from relying_party.protocol.pkce import PkceMode
from relying_party.protocol.provider_metadata import ENDPOINTS, require_endpoint
from relying_party.protocol.redirect_uri import redirect_uri_matches, require_registrable
from relying_party.toml_table import TomlTable, expand

PROFILES = ("generic",)

MAX_CLOCK_SKEW = 300
"""Seconds. More would keep expired tokens alive, and hide a clock that is wrong."""


MAX_REPLAY_WINDOW = 300
"""Seconds. Within it the issuer's own detection of stolen refresh tokens is blind."""


class _Presence(StrEnum):
    REQUIRED = "required"
    OPTIONAL = "optional"


def parse_clients_file(text: str, env: Mapping[str, str], *, name: str) -> dict[str, Client]:
    """Return the clients of the file *name*, by ``client_id``.

    Args:
        text: the file's content.
        env: what its placeholders stand for.
        name: how messages call the file.

    Raises:
        ConfigurationError: one line with the file, the key and the mend.
    """
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{name}: is not TOML: {error}") from None
    expanded = {key: expand(value, env, f"{name}: {key}") for key, value in values.items()}
    tables = TomlTable(name, expanded)
    issuers = {
        key: _parse_issuer(key, TomlTable(f"{name}: issuers.{key}", table))
        for key, table in tables.table("issuers").items()
    }
    clients = [
        _parse_client(key, TomlTable(f"{name}: clients.{key}", table), issuers)
        for key, table in tables.table("clients").items()
    ]
    tables.require_nothing_left()
    _require_consistent(name, clients)
    return {client.client_id: client for client in clients}


def _parse_issuer(name: str, table: TomlTable) -> Issuer:
    loopback = table.flag("allow_loopback_http", default=False)
    require_url = partial(_require_url, table, allow_loopback_http=loopback)
    discovery_url = table.optional_text("discovery_url")
    if table.text("profile", "generic") not in PROFILES:
        raise table.mistake("profile", f"must be one of {', '.join(PROFILES)}")
    issuer = Issuer(
        name=name,
        issuer=require_url("issuer", table.text("issuer")),
        discovery_url=discovery_url and require_url("discovery_url", discovery_url),
        aliases=frozenset(table.texts("aliases")),
        endpoints={
            key: require_url(key, url) for key in ENDPOINTS if (url := table.optional_text(key))
        },
        allow_loopback_http=loopback,
        refresh_token_lifetime=86400 * table.number("refresh_token_lifetime_days", 90, 3650),
        rotation_grace=table.number("rotation_grace", 0, 3600),
        refresh_with_code_verifier=table.flag("refresh_with_code_verifier", default=False),
        sends_iss=table.flag("authorization_response_iss_parameter_supported", default=False),
    )
    table.require_nothing_left()
    return issuer


def _require_url(table: TomlTable, key: str, url: str, *, allow_loopback_http: bool) -> str:
    check = partial(require_endpoint, name="it", allow_loopback_http=allow_loopback_http)
    return table.checked(key, url, check)


def _parse_client(name: str, table: TomlTable, issuers: Mapping[str, Issuer]) -> Client:
    issuer = table.text("issuer")
    if issuer not in issuers:
        raise table.mistake("issuer", f"names no [issuers.{issuer}]")
    pkce = table.choice("pkce", PkceMode, PkceMode.ENFORCE_ALONGSIDE)
    client = Client(
        name=name,
        issuer=issuers[issuer],
        client_id=table.text("client_id"),
        redirect_uris=_parse_redirect_uris(table),
        scopes=table.texts("scopes", ("openid",)),
        audiences=frozenset(table.texts("audiences")),
        authorized_parties=frozenset(table.texts("authorized_parties")),
        access_token_audiences=frozenset(table.texts("access_token_audiences")),
        required_claims=_parse_required_claims(table),
        id_token_required=_is_required(table, "id_token"),
        id_token_algorithms=_parse_algorithms(
            table, "id_token_signed_response_algs", {*ALGORITHMS, SECRET_ALGORITHM}
        ),
        access_token_algorithms=_parse_algorithms(table, "access_token_signing_algs", ALGORITHMS),
        access_token_profile=table.choice(
            "access_token_profile", AccessTokenProfile, AccessTokenProfile.RFC9068
        ),
        clock_skew=table.number("clock_skew", 60, MAX_CLOCK_SKEW),
        nonce_required=_is_required(table, "nonce"),
        nonce_may_be_hashed=table.flag("nonce_may_be_hashed", default=False),
        pkce=pkce,
        authentication=_parse_authentication(table, pkce),
        secret_name=table.optional_text("client_secret"),
        replay_window=table.number("replay_window", 60, MAX_REPLAY_WINDOW),
    )
    table.require_nothing_left()
    _require_sound(client, table)
    return client


def _parse_redirect_uris(table: TomlTable) -> tuple[str, ...]:
    uris = table.texts("redirect_uris")
    if not uris:
        raise table.mistake("redirect_uris", "is missing")
    return tuple(table.checked("redirect_uris", uri, require_registrable) for uri in uris)


def _parse_required_claims(table: TomlTable) -> dict[str, tuple[object, ...]]:
    claims = table.table("required_claims")
    return {
        claim: tuple(value) if isinstance(value, list) else (value,)
        for claim, value in claims.items()
    }


def _parse_algorithms(table: TomlTable, key: str, known: Collection[str]) -> frozenset[str]:
    names = frozenset(table.texts(key, ("RS256",)))
    if not names <= set(known):
        raise table.mistake(key, f"must be among {', '.join(sorted(known))}")
    return names


def _parse_authentication(table: TomlTable, pkce: PkceMode) -> AuthenticationMethod:
    default = AuthenticationMethod.CLIENT_SECRET_BASIC
    return table.choice(
        "token_endpoint_auth_method",
        AuthenticationMethod,
        default if pkce.sends_secret else AuthenticationMethod.NONE,
    )


def _is_required(table: TomlTable, key: str) -> bool:
    return table.choice(key, _Presence, _Presence.REQUIRED) is _Presence.REQUIRED


def _require_sound(client: Client, table: TomlTable) -> None:
    """Refuse what is well-formed but leaves the client open."""
    has_secret = client.secret_name is not None
    if client.pkce.sends_secret and client.authentication is AuthenticationMethod.NONE:
        raise table.mistake("pkce", f"a client without a secret needs {PkceMode.ENFORCE_INSTEAD}")
    if client.pkce.sends_secret and not has_secret:
        raise table.mistake("client_secret", f"is missing; {client.pkce} sends one")
    if not client.pkce.sends_secret and has_secret:
        raise table.mistake("client_secret", f"take it out: {client.pkce} never sends one")
    if client.verifies_with_secret and not has_secret:
        raise table.mistake("client_secret", "is missing; HS256 and opaque tokens need it")
    # RFC 8725 §3.12: with the same audience one kind of token could pass for the other
    rules = RULES.get(client.access_token_profile)
    shared = client.access_token_audiences & client.accepted_audiences
    if shared and rules is not None and rules.needs_own_audience:
        raise table.mistake("access_token_audiences", "must not hold an ID Token's audience")
    # Anyone may call the token doors, and we lend them the secret: one of the two must bind
    # the code to the app that asked for it (RFC 9700 §4.5.3)
    if not client.nonce_required and not client.pkce.requires_verifier:
        raise table.mistake("nonce", f'must be "required" while pkce is {client.pkce}')


def _require_consistent(name: str, clients: list[Client]) -> None:
    """Refuse what is wrong only between two clients."""
    if not clients:
        raise ConfigurationError(f"{name}: clients: configure at least one")
    for index, client in enumerate(clients):
        for other in clients[:index]:
            if client.client_id == other.client_id:
                raise ConfigurationError(
                    f"{name}: clients.{client.name}.client_id: is also clients.{other.name}'s"
                )
            _require_no_mix_up(name, client, other)


def _require_no_mix_up(name: str, client: Client, other: Client) -> None:
    """RFC 9700 §4.4: a code must not be sent to another issuer than the one it came from."""
    shared = any(
        redirect_uri_matches(uri, known)
        for uri in client.redirect_uris
        for known in other.redirect_uris
    )
    same = client.issuer.issuer == other.issuer.issuer
    if shared and not same and not (client.issuer.sends_iss and other.issuer.sends_iss):
        raise ConfigurationError(
            f"{name}: clients.{client.name}.redirect_uris: clients.{other.name} of another "
            "issuer has the same; give each its own (RFC 9700 §4.4)"
        )
