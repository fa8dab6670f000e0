"""Keep every issuer's keys fresh, so that no request waits for an issuer; and purge them."""

from collections.abc import Mapping
from dataclasses import dataclass

from relying_party.application.key_cache import KeyCache
from relying_party.application.ports import Clock, Observe, StoreUnavailable
from relying_party.errors import InvalidRequest, KeysUnavailable, TemporarilyUnavailable
from relying_party.protocol.json_object import JsonObject


@dataclass(frozen=True, slots=True)
class RefreshKeys:
    """What the schedule, and an operator, do to the keys."""

    caches: Mapping[str, KeyCache]
    """One key cache per issuer name."""
    clock: Clock
    observe: Observe

    def refresh(self, issuer: str | None, *, deadline: float) -> JsonObject:
        """Fetch the keys of *issuer*, or of every issuer; return how each of them went.

        One issuer's failure never keeps the next from its turn.

        Args:
            issuer: its configured name, or None for all.
            deadline: seconds since the epoch by which the answer must be ready.
        """
        return {name: self._refresh(name, deadline) for name in self._names(issuer)}

    def purge(self, issuer: str, *, deadline: float) -> JsonObject:
        """Make the keys of *issuer* void everywhere, then fetch them; return how that went.

        Raises:
            TemporarilyUnavailable: the purge could not be recorded; ask again.
        """
        [name] = self._names(issuer)
        try:
            self.caches[name].purge()
        except StoreUnavailable as error:
            raise TemporarilyUnavailable(str(error)) from None
        return {name: self._refresh(name, deadline)}

    def _names(self, issuer: str | None) -> list[str]:
        if issuer is None:
            return list(self.caches)
        if issuer not in self.caches:
            raise InvalidRequest("issuer is not the name of a configured one")
        return [issuer]

    def _refresh(self, name: str, deadline: float) -> JsonObject:
        started = self.clock()
        outcome = "fetched"
        try:
            self.caches[name].refresh(deadline)
        except KeysUnavailable as failure:
            outcome = failure.detail
        report = {
            "outcome": outcome,
            "age_seconds": self.caches[name].age(),
            "duration_seconds": round(self.clock() - started, 3),
        }
        self.observe("keys_refreshed", issuer=name, **report)
        return report
