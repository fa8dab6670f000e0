"""The demo users."""

import secrets
from dataclasses import dataclass


@dataclass(frozen=True)
class User:
    """Someone who can sign in."""

    sub: str
    username: str
    password: str
    name: str

    def claims(self, scope: str) -> dict[str, str | bool]:
        """What a client may know of the user under `scope` (OIDC Core §5.4)."""
        scopes = scope.split()
        claims: dict[str, str | bool] = {"sub": self.sub}
        if "profile" in scopes:
            claims |= {"name": self.name, "preferred_username": self.username}
        if "email" in scopes:
            claims |= {"email": f"{self.username}@example.com", "email_verified": True}
        return claims


USERS = (
    User("8f3a1c52-alice", "alice", "wonderland", "Alice Liddell"),
    User("c07d94be-bob", "bob", "builder", "Bob Baumeister"),
)


def find_user(username: str) -> User | None:
    """The user of that name."""
    return next((user for user in USERS if user.username == username), None)


def authenticate(username: str, password: str) -> User | None:
    """The user whose password this is."""
    user = find_user(username)
    if user and secrets.compare_digest(user.password.encode(), password.encode()):
        return user
    return None
