"""``LoginStore`` in memory."""

from relying_party.protocol.login_session import LoginSession


class MemoryLoginStore:
    """Compares and sets as DynamoDB does; fails where ``failure`` is set."""

    def __init__(self) -> None:
        self.sessions: dict[str, LoginSession] = {}
        self.failure: Exception | None = None

    def read(self, name: str) -> LoginSession | None:
        self._begin()
        return self.sessions.get(name)

    def write(self, name: str, new: LoginSession, *, seen: str) -> bool:
        self._begin()
        stored = self.sessions.get(name)
        if (stored.revision if stored else "") != seen:
            return False
        self.sessions[name] = new
        return True

    def _begin(self) -> None:
        if self.failure is not None:
            raise self.failure
