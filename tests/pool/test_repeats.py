"""With the repeat cache and without it every token gets the same verdict, in any order."""

from collections import defaultdict
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from relying_party.application.repeat_cache import Finding, RepeatCache
from relying_party.application.verify_token import VerifyToken
from relying_party.errors import InsufficientScope, InvalidToken, TemporarilyUnavailable
from relying_party.protocol.verified_token import TokenUse
from tests.fakes import FakeSecrets
from tests.pool.case import ACCEPTED, Case
from tests.pool.judge import build_cache, build_client, build_expectations
from tests.pool.pool import POOL


class Forgetful(RepeatCache):
    """Never knows a token."""

    def keep(self, mark: str, finding: Finding, now: float) -> None:
        pass


class Stand:
    """One container for all cases of one setting and key set."""

    def __init__(self, first: Case, repeats: RepeatCache) -> None:
        self.client = build_client(first.setting)
        cache, self.clock = build_cache(self.client.issuer, first.keys, first.now)
        secrets = FakeSecrets(app=first.setting.secret or "")
        caches = {self.client.issuer.name: cache}
        self.verify = VerifyToken(caches, self.clock, secrets, secrets.reread, _repeats=repeats)

    def judge(self, case: Case) -> object:
        self.clock.now = case.now
        expected = build_expectations(case.asked)
        token_use = TokenUse(case.asked.token_use)
        try:
            return self.verify.judge(
                case.token, (self.client,), token_use, expected, deadline=case.now + 5
            ).claims
        except InvalidToken as refusal:
            return refusal.reason
        except (InsufficientScope, TemporarilyUnavailable) as undecided:
            return type(undecided)


def _groups() -> list[list[Case]]:
    """Return the cases of each setting and key set, where there are good ones among them."""
    groups: dict[str, list[Case]] = defaultdict(list)
    for case in POOL:
        groups[repr((case.setting, case.setting.secret, case.keys))].append(case)
    return [cases for cases in groups.values() if any(case.is_good for case in cases)]


@st.composite
def sequences(draw: st.DrawFn) -> list[Case]:
    """Draw questions about a few tokens, each also as it is asked about another one."""
    cases = draw(st.sampled_from(GROUPS))
    good = [case for case in cases if case.is_good]
    few = draw(st.lists(st.sampled_from(good), min_size=1, max_size=3))
    few += draw(st.lists(st.sampled_from(cases), max_size=3))
    moments = sorted({case.now for case in cases})

    def ask(token: Case, asked: Case, now: float, *, as_meant: bool) -> Case:
        return token if as_meant else replace(token, asked=asked.asked, now=now)

    one, moment = st.sampled_from(few), st.sampled_from(moments)
    asked = st.builds(ask, one, one | st.sampled_from(cases), moment, as_meant=st.booleans())
    return draw(st.lists(asked, min_size=3, max_size=30))


GROUPS = _groups()


@settings(max_examples=400)
@given(sequences())
def test_what_was_asked_before_changes_no_verdict(questions: list[Case]) -> None:
    knowing, forgetful = Stand(questions[0], RepeatCache()), Stand(questions[0], Forgetful())

    for question in questions:
        assert knowing.judge(question) == forgetful.judge(question)


def test_every_good_token_of_the_pool_stays_good_however_often_it_comes() -> None:
    known = 0
    for case in POOL:
        if case.is_good:
            stand = Stand(case, RepeatCache())
            assert len({repr(stand.judge(case)) for _ in range(4)}) == 1
            known += len(stand.verify._repeats.findings)

    assert known >= 0.9 * sum(ACCEPTED in case.verdicts for case in POOL)
