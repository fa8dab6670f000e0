"""What the application needs from the world. Adapters provide it; tests provide it in memory."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from relying_party.protocol.issuer import Issuer
from relying_party.protocol.jwk_set import KeySet
from relying_party.protocol.key_cache import CachedKeySet, Head
from relying_party.protocol.provider_metadata import ProviderMetadata

if TYPE_CHECKING:
    from relying_party.protocol.http_message import FormRequest, HttpReply

Clock = Callable[[], float]
"""Seconds since the epoch."""


class Observe(Protocol):
    """Tells operators what happens."""

    def __call__(self, event: str, /, **facts: Any) -> None:
        """Log and count *event* with *facts* that hold no secret."""


class StoreUnavailable(Exception):
    """The shared store did not do what it was asked, or did not say so."""


class StoreThrottled(StoreUnavailable):
    """The shared store has too much to do; whoever asked for a lease has not got it."""


class FetchFailed(Exception):
    """The issuer's metadata or key set could not be had, or is no use."""

    def __init__(self, detail: str, retry_after: int | None = None) -> None:
        super().__init__(detail)
        self.retry_after = retry_after
        """Seconds, where the issuer named them."""


class SecretUnavailable(Exception):
    """A secret could not be read. The message names it; it never holds it."""


class FetchedKeys(NamedTuple):
    """What one successful fetch brought."""

    document: str
    keys: KeySet
    metadata: ProviderMetadata
    headers: Mapping[str, str] = MappingProxyType({})


class KeyStore(Protocol):
    """The key cache that all containers share. Every call may raise ``StoreUnavailable``."""

    def read(self, issuer: Issuer) -> tuple[Head, CachedKeySet | None]:
        """Return the head and, where a usable one is stored, the key set."""

    def read_head(self, issuer: Issuer) -> Head:
        """Return the head alone: what waiting containers poll."""

    def replace_head(self, issuer: Issuer, new: Head, *, seen: Head) -> Head | None:
        """Write *new* if the head is still *seen*; return None, or what is there instead."""

    def publish(
        self, issuer: Issuer, new: Head, key_set: CachedKeySet, *, seen: Head
    ) -> Head | None:
        """Write *new* and *key_set* as one if the head is still *seen*; return as above."""


class FetchKeys(Protocol):
    """Gets an issuer's metadata and JWK Set."""

    def __call__(self, issuer: Issuer, *, timeout: float) -> FetchedKeys:
        """Fetch both within *timeout* seconds in all, or raise ``FetchFailed``."""


class PostForm(Protocol):
    """Posts a form to an issuer, once."""

    def __call__(self, request: "FormRequest", *, timeout: float) -> "HttpReply":
        """Return the whole reply within *timeout* seconds in all.

        Raises:
            TemporarilyUnavailable: nothing was sent.
            NoAnswer: something was sent, and the whole answer never came.
        """


class GetWithToken(Protocol):
    """Gets a document of an issuer's for whoever holds an access token."""

    def __call__(self, url: str, access_token: str, *, timeout: float) -> "HttpReply":
        """Return the whole reply within *timeout* seconds in all, or raise ``FetchFailed``."""


class RereadSecret(Protocol):
    """Reads a client's secret anew, past whatever is remembered of it."""

    def __call__(self, name: str) -> Sequence[str]:
        """Return what the secret is now and what it was before, as far as they can be read."""


class ReadSecret(Protocol):
    """Reads a client's secret by its configured name."""

    def __call__(self, name: str) -> str:
        """Return the secret, or raise ``SecretUnavailable``."""
