"""Asks a deployed stack: `make smoke-aws STACK=name`. docs/rehearsal.md has the variables."""

import os
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from tests.e2e.api import Api
from tests.e2e.sign_in import refresh, sign_in
from tests.e2e.target import Target

_NO_STACK = "these tests ask a deployed stack: make smoke-aws STACK=name"


def pytest_configure(config: pytest.Config) -> None:
    config.option.tbstyle = "short"  # the longer ones show arguments, and those may be tokens
    config.addinivalue_line("markers", "aws_alone(what): no emulator can answer this")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not os.environ.get("STACK"):
        raise pytest.UsageError(_NO_STACK)
    for item in items:
        mark = item.get_closest_marker("aws_alone")
        if mark and os.environ.get("EMULATOR"):
            item.add_marker(pytest.mark.skip(f"not on an emulator: {mark.args[0]}"))


@pytest.fixture(scope="session")
def target() -> Target:
    target = Target(os.environ["STACK"])
    try:
        _ = target.description
    except (BotoCoreError, ClientError) as error:
        pytest.exit(f"the stack {target.name} cannot be asked: {error}", returncode=1)
    return target


@pytest.fixture(scope="session")
def api(target: Target) -> Api:
    return Api(target)


@pytest.fixture(scope="session")
def client_id(target: Target) -> str:
    if not target.client_id:
        pytest.fail(
            "CLIENT_ID= and CLIENT= are needed: the stack's parameters name no client, since "
            f"ClientsFile is {target.parameters.get('ClientsFile')}",
            pytrace=False,
        )
    return target.client_id


@pytest.fixture(scope="session")
def metadata(api: Api, target: Target) -> dict[str, Any]:
    """What the metadata door says of the client."""
    path = f"/clients/{target.client}/.well-known/openid-configuration"
    said = api.get(path).must(200, see="docs/login.md; CLIENT= is its name in the clients file")
    return dict(said.members)


@pytest.fixture(scope="session")
def issuer(metadata: dict[str, Any]) -> str:
    return str(metadata["issuer"])


@pytest.fixture(scope="session")
def alg(metadata: dict[str, Any]) -> str:
    """An algorithm of the client's with keys that the issuer publishes."""
    accepted: list[str] = metadata["id_token_signing_alg_values_supported"]
    published = [alg for alg in accepted if not alg.startswith("HS")]
    return published[0] if published else pytest.skip("not asked: the client takes HS256 alone")


@pytest.fixture(scope="session")
def tokens(api: Api, client_id: str, request: pytest.FixtureRequest) -> dict[str, str]:
    """What a real sign-in, or the refresh of an earlier one, has brought."""
    given = api.target.given
    if given.get("SIGN_IN"):
        capture = request.config.pluginmanager.getplugin("capturemanager")
        capture.suspend_global_capture(in_=True)
        try:
            return sign_in(api, client_id)
        finally:
            capture.resume_global_capture()
    if given.get("REFRESH_TOKEN"):
        return refresh(api, client_id, given["REFRESH_TOKEN"])
    pytest.skip("not asked: neither SIGN_IN=1 nor REFRESH_TOKEN= was given")
