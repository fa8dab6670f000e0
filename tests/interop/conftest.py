"""The certified provider, and the local stack with the real handlers beside it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.stack import RunningStack, start_stack
from tests.interop.certified_provider import CLIENT_PEM, SECRET, CertifiedProvider, missing
from tests.tokens import signing_key

CLIENTS = Path(__file__).with_name("clients.toml")


@pytest.fixture(scope="session")
def provider() -> Iterator[CertifiedProvider]:
    if reason := missing():
        # Where everything has to be proven, a test that is left out is a failure
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
    provider = CertifiedProvider(signing_key(kid="first"))
    yield provider
    provider.stop()


@pytest.fixture(scope="session")
def stack(provider: CertifiedProvider) -> Iterator[RunningStack]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("INTEROP_ISSUER", provider.url)
        environment.setenv("CLIENT_SECRET_DEMO_APP", SECRET)
        environment.setenv("CLIENT_SECRET_DEMO_POSTED_APP", SECRET)
        environment.setenv("CLIENT_SECRET_DEMO_SIGNING_APP", CLIENT_PEM.decode())
        with start_stack(0, CLIENTS, lambda _: None) as stack:
            yield stack
