"""Login sessions in one DynamoDB table, keyed by ``name``."""

from typing import TYPE_CHECKING

from relying_party.adapters.conditional_items import ConditionalItems, Item, Lost
from relying_party.application.ports import StoreUnavailable
from relying_party.protocol.login_session import LoginSession

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_TEXTS = ("client", "redirect_uri", "callback", "code_challenge", "code_hash", "revision")
_FLAGS = ("promises_iss", "served")
_SEALED = ("sealed", "user")


class LoginStoreDynamoDb:
    """The ``LoginStore`` port on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._items = ConditionalItems(client, table)

    def read(self, name: str) -> LoginSession | None:
        """Return a session, be it live or not: time to live only cleans up."""
        item = self._items.get({"name": {"S": name}})
        return None if item is None else _parse(item)

    def write(self, name: str, new: LoginSession, *, seen: str) -> bool:
        """Write *new* if the revision is still *seen*; return whether it was."""
        try:
            self._items.put(_item(name, new), seen=seen)
        except Lost:
            return False
        return True


def _item(name: str, session: LoginSession) -> Item:
    return {
        "name": {"S": name},
        **{text: {"S": getattr(session, text)} for text in _TEXTS},
        **{flag: {"BOOL": getattr(session, flag)} for flag in _FLAGS},
        **{octets: {"B": getattr(session, octets)} for octets in _SEALED},
        "ended_at": {"N": repr(session.ended_at)},
        "expires_at": {"N": str(int(session.expires_at))},
    }


def _parse(item: Item) -> LoginSession:
    try:
        return LoginSession(
            **{text: item[text]["S"] for text in _TEXTS},
            **{flag: item[flag]["BOOL"] for flag in _FLAGS},
            **{octets: item[octets]["B"] for octets in _SEALED},
            ended_at=float(item["ended_at"]["N"]),
            expires_at=float(item["expires_at"]["N"]),
        )
    except (KeyError, ValueError):
        raise StoreUnavailable("a login session is malformed") from None
