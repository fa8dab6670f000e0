"""What a container of these tests loads in a handler's place: all loggers wide open, then it.

Lambda's runtime keeps what is printed, and what reaches the root logger; an operator may lower
the levels of both. `CHOKES` names the callables that raise, and quote what they were given.
"""

import importlib
import logging
import os
from dataclasses import fields, is_dataclass
from typing import Any

_LOGGERS = ("aws_lambda_powertools", "boto3", "botocore", "jwt", "requests", "urllib3")


class _Everything(logging.Formatter):
    """The message, what it was made of, what was logged beside it, and the traceback."""

    def format(self, record: logging.LogRecord) -> str:
        return f"{super().format(record)} {vars(record)!r}"


def _contents(value: object) -> object:
    """Look into what hides its secrets from its `repr`."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _contents(getattr(value, field.name)) for field in fields(value)}
    return value


def _choke(*args: Any, **kwargs: Any) -> Any:
    given = [_contents(value) for value in (*args, *kwargs.values())]
    raise ValueError(f"cannot digest {given!r}") from KeyError(given)


def _prepare(target: str) -> None:
    module, _, path = target.partition(":")
    *owners, name = path.split(".")
    owner: Any = importlib.import_module(module)
    for each in owners:
        owner = getattr(owner, each)
    if not callable(getattr(owner, name)):
        raise TypeError(target)
    setattr(owner, name, _choke)


_handler = logging.StreamHandler()
_handler.setFormatter(_Everything())
logging.basicConfig(level=logging.DEBUG, handlers=[_handler])
for _name in _LOGGERS:
    logging.getLogger(_name).setLevel(logging.DEBUG)
for _target in filter(None, os.environ.get("CHOKES", "").split(",")):
    _prepare(_target)

logging.getLogger("a.library").debug("every logger is open")
lambda_handler = importlib.import_module("app").lambda_handler
