"""Who leads after a write that failed."""

from relying_party.application.request_records import RequestRecords
from relying_party.protocol.replay import GrantRequestRecord, claimed
from tests.fakes import Fleet
from tests.grant_fakes import DOWN, FaultyGrantStore

FREE = GrantRequestRecord()
OURS = claimed(FREE, "", "ours", 100)
THEIRS = claimed(FREE, "", "theirs", 100)


def records(store: FaultyGrantStore) -> RequestRecords:
    fleet = Fleet()
    return RequestRecords(store, fleet.clock, fleet.observed)


def test_a_write_that_failed_leads_nobody_beside_the_leader_that_came_first() -> None:
    store = FaultyGrantStore()
    store.fail(DOWN, "write_request")
    store.memory.requests["name"] = THEIRS

    assert not records(store).replace("name", OURS, FREE)


def test_a_write_whose_answer_alone_was_lost_leads() -> None:
    store = FaultyGrantStore()
    store.fail(DOWN, "write_request")
    store.memory.requests["name"] = OURS

    assert records(store).replace("name", OURS, FREE)


def test_where_nothing_can_be_written_this_container_goes_on_by_itself() -> None:
    store = FaultyGrantStore()
    store.fail(DOWN, "write_request")

    assert records(store).replace("name", OURS, FREE)


def test_where_nothing_can_be_read_either_it_does_so_too() -> None:
    store = FaultyGrantStore()
    store.fail(DOWN, "write_request", "read_request")

    assert records(store).replace("name", OURS, FREE)
