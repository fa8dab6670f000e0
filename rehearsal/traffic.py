"""An app that goes on using the API while it is being deployed anew."""

import threading
import time
from collections import Counter
from http import HTTPStatus

import requests

from rehearsal.deployed import DeployedStack

_PAUSE_SECONDS = 0.1


class Traffic:
    """Refreshes, and verifies what it got, in a thread of its own until it is stopped."""

    def __init__(
        self,
        stack: DeployedStack,
        client_id: str,
        refresh_token: str,
        pause_seconds: float = _PAUSE_SECONDS,
    ) -> None:
        self.answers: Counter[str] = Counter()
        self.failures: list[str] = []
        self._stack = stack
        self._client_id = client_id
        self._refresh_token = refresh_token
        self._pause_seconds = pause_seconds
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def count(self) -> int:
        """How many requests have been answered as they must."""
        return self.answers.total()

    def wait_for(self, requests_more: int, seconds: float) -> bool:
        """True once so many more requests have been answered."""
        goal, deadline = self.count + requests_more, time.monotonic() + seconds
        while self.count < goal and time.monotonic() < deadline and not self.failures:
            time.sleep(self._pause_seconds)
        return self.count >= goal

    def stop(self) -> None:
        """Send nothing more; return when the last answer is there."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(self._pause_seconds):
            tokens = self._send("/token/refresh", refresh_token=self._refresh_token)
            if tokens is None:
                return
            self._refresh_token = tokens["refresh_token"]
            self._send("/token/verify", token=tokens["id_token"])

    def _send(self, path: str, **form: str) -> dict[str, str] | None:
        try:
            answer = self._stack.post(path, client_id=self._client_id, **form)
        except requests.RequestException as error:
            self.failures.append(f"{path}: {type(error).__name__}")
            return None
        if answer.status_code != HTTPStatus.OK:
            self.failures.append(f"{path}: {answer.status_code} {answer.text[:200]}")
            return None
        self.answers[path] += 1
        members: dict[str, str] = answer.json()
        return members
