"""What was under way when another thread learnt of a purge brings no old key back.

The other thread is played: it comes at the very moment at which a request has been carried out
and its answer is not in hand yet.
"""

from collections.abc import Callable
from typing import Any

import pytest

from relying_party.application.ports import FetchFailed, StoreUnavailable
from relying_party.errors import KeysUnavailable
from relying_party.protocol.key_cache import COMPARE_EVERY
from tests.tokens import NOW, id_token_claims
from tests.unit.application.warm_container import NEW, Container, id_token

Then = Callable[[], None]


@pytest.fixture
def container() -> Container:
    """Return one that knows a token, and whose issuer cannot be asked."""
    container = Container()
    container.learn(id_token())
    container.fleet.clock.advance(COMPARE_EVERY)
    container.fleet.issuer.failure = FetchFailed("ConnectTimeout")
    return container


def after(container: Container, call: str, then: Then) -> None:
    """Let *then* happen when the store has carried out *call* next, and before it is heard of."""
    store = container.fleet.store
    original = getattr(store, call)

    def late(*arguments: Any, **more: Any) -> Any:
        delattr(store, call)
        answer = original(*arguments, **more)
        then()
        return answer

    setattr(store, call, late)


def fails(container: Container, call: str, then: Then) -> None:
    """Let the store fail at *call* next, and *then* happen meanwhile."""
    store = container.fleet.store

    def late(*_: Any, **__: Any) -> Any:
        delattr(store, call)
        then()
        raise StoreUnavailable("lost")

    setattr(store, call, late)


@pytest.mark.parametrize("meanwhile", [after, fails])
def test_a_look_at_the_head_does_not(container: Container, meanwhile: Any) -> None:
    meanwhile(container, "read_head", container.keys.purge)

    for _ in range(3):
        with pytest.raises(KeysUnavailable):
            container.ask(id_token())


def test_a_look_at_the_whole_set_does_not(container: Container) -> None:
    container.fleet.publish_elsewhere(NEW)
    after(container, "read", container.keys.purge)

    with pytest.raises(KeysUnavailable):
        container.ask(NEW.sign(id_token_claims()))


@pytest.mark.parametrize("meanwhile", [after, fails])
def test_a_set_that_was_just_published_does_not_count(container: Container, meanwhile: Any) -> None:
    container.fleet.issuer.failure = None
    container.fleet.issuer.keys = (NEW,)

    def purge() -> None:
        container.keys.purge()
        container.fleet.issuer.failure = FetchFailed("ConnectTimeout")

    meanwhile(container, "publish", purge)
    for _ in range(3):
        with pytest.raises(KeysUnavailable):
            container.ask(NEW.sign(id_token_claims()))


@pytest.mark.parametrize("meanwhile", [after, fails])
def test_a_lease_that_was_just_taken_is_none(container: Container, meanwhile: Any) -> None:
    container.fleet.issuer.failure = None
    container.fleet.issuer.keys = (NEW,)
    meanwhile(container, "replace_head", container.keys.purge)

    container.ask(NEW.sign(id_token_claims()))
    held = container.keys.current(NOW + 2 * COMPARE_EVERY)
    assert held.epoch == container.fleet.head.epoch == 1
