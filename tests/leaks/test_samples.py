"""Every sample event there is goes in, good or bad; nothing secret comes out."""

import pytest

from local.containers import FunctionError
from local.template import Stack
from tests.integration.functions.harness import EVENTS, sample
from tests.integration.functions.phone_in_hand import PhoneInHand
from tests.leaks.doors import GIVEN
from tests.leaks.stage import SECRETS, Stage

FOLDERS = sorted(path.name for path in EVENTS.iterdir() if path.is_dir())


@pytest.mark.parametrize("function", FOLDERS)
def test_no_sample_leaves_anything_secret_behind(stage: Stage, function: str) -> None:
    before = len(stage.driven) + len(stage.raised)
    cases = sorted(path.stem for path in (EVENTS / function).glob("*.json"))
    for case in cases:
        event = sample(function, case, PhoneInHand(stage.provider, stage))
        try:
            stage.invoke(function, event)
        except FunctionError as error:
            # How a REST API is told to answer 401
            assert str(error).endswith("raised Unauthorized: Unauthorized")  # noqa: PT017
    assert len(stage.driven) + len(stage.raised) >= before + len(cases)
    assert stage.leaks() == []


def test_every_door_was_driven_to_good_ends_and_to_bad_ones(stage: Stage, stack: Stack) -> None:
    assert {route.key for route in stack.routes} < GIVEN.keys()
    for door in GIVEN:
        statuses = {status for driven, status in stage.driven if driven == door}
        assert statuses & {200, 303}, door
        assert statuses & {400, 401, 403}, door


def test_secrets_of_every_kind_went_in_or_came_out(stage: Stage) -> None:
    sent_to_the_provider = {"client_secret", "credentials"}
    assert (set(SECRETS) - {"client_assertion"}) | sent_to_the_provider <= stage.marks.kept.keys()


def test_logs_metrics_and_the_log_of_libraries_were_there_to_be_searched(stage: Stage) -> None:
    for told in ('"refused"', '"_aws"', '"keys_fetched"', "every logger is open"):
        assert told in stage.printed()
