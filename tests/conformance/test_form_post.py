"""oidcc-client-formpost-basic-certification-test-plan: what it adds to the Basic plan."""

import pytest

from tests.conformance.provider import Provider
from tests.conformance.relying_party_in_test import PostedTo

pytestmark = pytest.mark.parametrize("rp", ["form_post"], indirect=True)


@pytest.mark.parametrize("error", ["access_denied", "login_required", "server_error"])
def test_oidcc_client_test_form_post_error(rp: PostedTo, provider: Provider, error: str) -> None:
    _, asked = rp.begin()
    # Shown to whom it concerns: the app, which the user is sent back to
    link = rp.receive(error=error, error_description="A <b>text</b>", state=asked["state"])
    assert link == {"error": error, "state": asked["state"]}
    assert provider.count("/token") == 0
