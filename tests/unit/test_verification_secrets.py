"""Which secrets a function that verifies tokens may read: those that are named, and no others."""

from typing import Any

import pytest

from relying_party.errors import ConfigurationError
from relying_party.protocol.access_token_profile import AccessTokenProfile
from relying_party.protocol.client import Client
from relying_party.protocol.issuer import Issuer
from relying_party.settings import Settings

ISSUER = Issuer("idp", "https://idp.example")
ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:latchkey/{}-AbC123"
PLAIN = Client("plain", ISSUER, "plain-app", secret_name="plain")
OPAQUE = Client(
    "opaque",
    ISSUER,
    "opaque-app",
    access_token_profile=AccessTokenProfile.OPAQUE,
    secret_name="team/opaque",
)
PINNED = Client(
    "pinned",
    ISSUER,
    "pinned-app",
    id_token_algorithms=frozenset({"HS256", "ES256"}),
    secret_name="pinned",
)


def settings(*arns: str, clients: tuple[Client, ...] = (PLAIN, OPAQUE, PINNED)) -> Settings:
    return Settings(
        clients={client.client_id: client for client in clients},
        keys_table="keys",
        secret_prefix="latchkey/",
        verification_secret_arns=arns,
        **OTHERS,
    )


# The tables are of no account here, whichever there are
OTHERS: dict[str, Any] = {
    name: name for name in Settings._fields if name.endswith("_table") and name != "keys_table"
}


def test_clients_whose_tokens_take_no_secret_need_none() -> None:
    settings(clients=(PLAIN,)).require_verification_secrets()


def test_every_secret_that_is_needed_must_be_named() -> None:
    both = ARN.format("team/opaque"), ARN.format("pinned")
    settings(*both).require_verification_secrets()
    settings(*reversed(both)).require_verification_secrets()
    for arns, missing in ((both[:1], "pinned"), (both[1:], "opaque"), ((), "opaque")):
        with pytest.raises(ConfigurationError) as refused:
            settings(*arns).require_verification_secrets()
        line = str(refused.value)
        assert line.startswith("VERIFICATION_SECRET_ARNS: ")
        assert f"clients.{missing} " in line
        assert "\n" not in line


@pytest.mark.parametrize(
    "arn",
    [
        ARN.format("pinned-two"),
        ARN.format("pinned-abcdef"),
        ARN.format("pinn"),
        ARN.format("other/pinned"),
        ARN.format("pinned").replace("latchkey/", ""),
        ARN.format("pinned").removesuffix("-AbC123"),
        ARN.format("pinned").replace(":secret:", ":parameter:"),
        ARN.format("pinned").replace(":secretsmanager:", ":ssm:"),
        "latchkey/pinned",
        "",
    ],
)
def test_an_arn_that_grants_another_secret_or_none_does_not_count(arn: str) -> None:
    with pytest.raises(ConfigurationError):
        settings(arn, clients=(PINNED,)).require_verification_secrets()


@pytest.mark.parametrize("suffix", ["AbC123", "??????"])
def test_the_six_characters_may_be_those_that_iam_takes_for_any(suffix: str) -> None:
    arn = ARN.format("pinned").replace("AbC123", suffix)
    settings(arn, clients=(PINNED,)).require_verification_secrets()
    settings(
        arn.replace("arn:aws:", "arn:aws-cn:"), clients=(PINNED,)
    ).require_verification_secrets()


def test_a_name_is_compared_and_not_read_as_a_pattern() -> None:
    dotted = Client("p", ISSUER, "p", id_token_algorithms=frozenset({"HS256"}), secret_name="a.b+")
    settings(ARN.format("a.b+"), clients=(dotted,)).require_verification_secrets()
    with pytest.raises(ConfigurationError):
        settings(ARN.format("axbb"), clients=(dotted,)).require_verification_secrets()
