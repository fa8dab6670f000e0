"""HTTP to an issuer, by ``requests``: hardened, bounded, and clear about what was sent."""

import json
from collections.abc import Mapping
from http.cookiejar import DefaultCookiePolicy

import requests

from relying_party.adapters.watchdog import Watchdog, WatchedAdapter
from relying_party.application.ports import FetchedKeys, FetchFailed
from relying_party.errors import NoAnswer, TemporarilyUnavailable
from relying_party.protocol.http_message import FormRequest, HttpReply
from relying_party.protocol.issuer import Issuer
from relying_party.protocol.jwk_set import parse_key_set, without_ballast
from relying_party.protocol.provider_metadata import (
    ProviderMetadata,
    build_provider_metadata,
    parse_provider_metadata,
)

MAX_BODY_OCTETS = 512 * 1024
"""Counted on what is read after decompression, so that a bomb ends at the same place."""

MAX_STORED_OCTETS = 350 * 1024
"""Of a key set and its metadata: an item that DynamoDB refuses would be fetched by everyone."""

_CONNECT_TIMEOUT = 2.0
_CHUNK_OCTETS = 16 * 1024

_OK = 200


class _TooLarge(Exception):
    """The reply is longer than MAX_BODY_OCTETS."""


class _Session(requests.Session):
    """One that knows no redirects: ``requests`` reads their bodies even where it follows none."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002
        return None


class IssuerHttp:
    """Calls issuers. One connection pool per container, built at start-up."""

    def __init__(self) -> None:
        self._session = _Session()
        # One user's cookies are nothing to the next one's request
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
        # No proxies, no .netrc: what is in the environment must not add credentials
        self._session.trust_env = False
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, WatchedAdapter(max_retries=0))

    def post_form(self, request: FormRequest, *, timeout: float) -> HttpReply:
        """Post *request*, once, and return the whole reply within *timeout* seconds.

        The connection is a new one: on a kept one that has gone stale it could not be told
        whether the request had been carried out.

        Raises:
            TemporarilyUnavailable: nothing was sent.
            NoAnswer: something was sent, and the whole answer never came.
        """
        if timeout <= 0:
            raise TemporarilyUnavailable("no time left")
        headers = {"Connection": "close", **request.headers}
        watchdog = Watchdog(timeout)
        try:
            with watchdog:
                return self._send("POST", request.url, timeout, headers, dict(request.fields))
        except (requests.RequestException, OSError, _TooLarge) as error:
            cause = type(error).__name__
            if watchdog.sent:
                raise NoAnswer(cause) from None
            raise TemporarilyUnavailable(cause) from None

    def fetch_keys(self, issuer: Issuer, *, timeout: float) -> FetchedKeys:
        """Fetch the metadata and the JWK Set of *issuer* within *timeout* seconds in all.

        Raises:
            FetchFailed: with the cause, and the issuer's ``Retry-After``.
        """
        try:
            with Watchdog(timeout):
                metadata = self._metadata(issuer, timeout)
                reply = self._get(str(metadata["jwks_uri"]), timeout)
                keys = parse_key_set(reply.body)
            document = reply.body.decode("utf-8")
            _require_storable(document, metadata)
        except (requests.RequestException, OSError, _TooLarge) as error:
            raise FetchFailed(type(error).__name__) from None
        except ValueError as error:
            raise FetchFailed(str(error)) from None
        return FetchedKeys(document, keys, metadata, reply.headers)

    def get_with_token(self, url: str, access_token: str, *, timeout: float) -> HttpReply:
        """Get *url* with a bearer token (RFC 6750 §2.1) within *timeout* seconds in all.

        Raises:
            FetchFailed: the whole reply did not come, or the token fits into no header.
        """
        headers = {"Accept": "application/json", "Authorization": f"Bearer {access_token}"}
        try:
            with Watchdog(timeout):
                return self._send("GET", url, timeout, headers, None)
        except (requests.RequestException, OSError, ValueError, _TooLarge) as error:
            raise FetchFailed(type(error).__name__) from None

    def _metadata(self, issuer: Issuer, timeout: float) -> ProviderMetadata:
        if not issuer.needs_discovery:
            return build_provider_metadata(issuer, {})
        return parse_provider_metadata(self._get(issuer.metadata_url, timeout).body, issuer)

    def _get(self, url: str, timeout: float) -> HttpReply:
        reply = self._send("GET", url, timeout, {"Accept": "application/json"}, None)
        if reply.status != _OK:
            raise FetchFailed(f"status {reply.status}", reply.retry_after())
        return reply

    def _send(
        self,
        method: str,
        url: str,
        timeout: float,
        headers: Mapping[str, str],
        form: Mapping[str, str] | None,
    ) -> HttpReply:
        with self._session.request(
            method,
            url,
            data=form,
            headers=headers,
            timeout=(min(_CONNECT_TIMEOUT, timeout), timeout),
            allow_redirects=False,
            stream=True,
        ) as response:
            lower = {name.lower(): value for name, value in response.headers.items()}
            return HttpReply(response.status_code, lower, _read(response))


def _require_storable(document: str, metadata: ProviderMetadata) -> None:
    octets = len(without_ballast(document)) + len(json.dumps(dict(metadata)))
    if octets > MAX_STORED_OCTETS:
        raise ValueError(f"{octets} octets to store")


def _read(response: requests.Response) -> bytes:
    body = b""
    for chunk in response.iter_content(_CHUNK_OCTETS):
        body += chunk
        if len(body) > MAX_BODY_OCTETS:
            raise _TooLarge
    return body
