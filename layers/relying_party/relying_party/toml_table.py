"""One table of a TOML file, read key by key; every mistake is one line that says how to mend it."""

import re
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from relying_party.errors import ConfigurationError

_PLACEHOLDER = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")

Choice = TypeVar("Choice", bound=StrEnum)


def expand(value: Any, env: Mapping[str, str], path: str) -> Any:
    """Return *value* with ``${NAME}`` and ``${NAME:-default}`` in its strings replaced.

    What comes in through the environment is only ever a string's content: it cannot add a
    key or a table.

    Raises:
        ConfigurationError: a variable without default is not set.
    """

    def replace(match: re.Match[str]) -> str:
        name, default = match.groups()
        if name not in env and default is None:
            raise ConfigurationError(f"{path}: set {name}, or write ${{{name}:-default}}")
        return env.get(name) or default or ""

    if isinstance(value, str):
        return _PLACEHOLDER.sub(replace, value)
    if isinstance(value, list):
        return [expand(member, env, path) for member in value]
    if isinstance(value, dict):
        return {key: expand(inner, env, f"{path}.{key}") for key, inner in value.items()}
    return value


class TomlTable:
    """A table whose keys are taken one after another; what is left over is a mistake.

    An empty string counts as absent, so that an optional placeholder may stay unset.
    """

    def __init__(self, path: str, values: Mapping[str, Any]) -> None:
        if not isinstance(values, Mapping):
            raise ConfigurationError(f"{path}: must be a table")
        self.path = path
        self._values = {key: value for key, value in values.items() if value not in ("", [""])}
        self._known: list[str] = []

    def text(self, key: str, default: str | None = None) -> str:
        """Return a string, which must be there unless there is a *default*."""
        value = self.optional_text(key)
        if value is None and default is None:
            raise self.mistake(key, "is missing")
        return value if value is not None else str(default)

    def optional_text(self, key: str) -> str | None:
        """Return a string, or None."""
        value = self._take(key, None, str, "a string")
        return None if value is None else str(value)

    def texts(self, key: str, default: Iterable[str] = ()) -> tuple[str, ...]:
        """Return a list of strings; one string is split at its commas."""
        value = self._take(key, list(default), (str, list), "a list of strings")
        members = value.split(",") if isinstance(value, str) else value
        if not all(isinstance(member, str) for member in members):
            raise self.mistake(key, "must be a list of strings")
        return tuple(member.strip() for member in members if member.strip())

    def flag(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        return bool(self._take(key, default, bool, "true or false"))

    def number(self, key: str, default: int, most: int, least: int = 0) -> int:
        """Return a whole number from *least* to *most*."""
        value = self._take(key, default, int, "a whole number")
        if isinstance(value, bool) or not least <= value <= most:
            raise self.mistake(key, f"must be a whole number from {least} to {most}")
        return int(value)

    def table(self, key: str) -> dict[str, Any]:
        """Return an inner table as it is."""
        return dict(self._take(key, {}, dict, "a table"))

    def choice(self, key: str, choices: type[Choice], default: Choice) -> Choice:
        """Return one of *choices*."""
        value = self.text(key, default)
        if value not in list(choices):
            raise self.mistake(key, f"must be one of {', '.join(choices)}")
        return choices(value)

    def checked(self, key: str, value: str, check: Callable[[str], str]) -> str:
        """Return *value* as *check* returns it; its ValueError becomes a mistake at *key*."""
        try:
            return check(value)
        except ValueError as error:
            raise self.mistake(key, str(error)) from None

    def mistake(self, key: str, what: str) -> ConfigurationError:
        """Return the error that says *what* is wrong at *key*."""
        return ConfigurationError(f"{self.path}.{key}: {what}")

    def require_nothing_left(self) -> None:
        """Refuse keys that nobody asked for: a misspelt option must not be silently off."""
        for key in (key for key in self._values if key not in self._known):
            from difflib import get_close_matches  # noqa: PLC0415 - for a mistake alone

            hint = "".join(
                f"; did you mean {near}?" for near in get_close_matches(key, self._known, 1)
            )
            raise self.mistake(key, f"is not known{hint}")

    def _take(self, key: str, default: Any, kind: Any, name: str) -> Any:
        self._known.append(key)
        value = self._values.get(key, default)
        if value is not default and not isinstance(value, kind):
            raise self.mistake(key, f"must be {name}")
        return value
