"""Who may do what, as tables in docs/permissions.md: `python -m tools.permissions` writes them.

What stands between the two marks in that file is read from the template as SAM transforms it.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from local.intrinsics import ACCOUNT_ID, REGION
from local.template import read_resources, read_stack, read_template
from tools.grants import Permission, read_grants

ROOT = Path(__file__).parent.parent
TEMPLATE = ROOT / "template.yaml"
PAGE = ROOT / "docs" / "permissions.md"
BEGIN, END = "<!-- written by python -m tools.permissions -->\n", "<!-- to here -->\n"

NEVER_CALLED = {
    "logs:CreateLogStream": "Lambda begins the log stream of a container, as the function's role",
    "logs:PutLogEvents": "Lambda writes what the function prints, as the function's role",
}
"""Grants that no code of ours uses, and who does."""


def _here(service: str, resource: str) -> str:
    """An ARN as the template writes it: of this account and this region."""
    return f"arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{resource}"


_ANY_CLIENT = "SAM's: a path parameter; it is the clients file that knows which clients there are"
WILDCARDS = {
    ("Resource", _here("secretsmanager", "secret:${SecretPrefix}*")): (
        "the clients file says which secrets there are, and Secrets Manager ends each ARN in six "
        "characters of its own; the prefix is neither empty nor a bare slash"
    ),
    ("SourceArn", _here("execute-api", "*/authorizers/*")): (
        "the APIs that the authorizer guards are yours and come later; account and region are fixed"
    ),
    ("SourceArn", "*"): "SAM's: the stage of this API, which has one",
    **{
        ("SourceArn", _here("execute-api", f"${{__ApiId__}}/${{__Stage__}}/{route}")): _ANY_CLIENT
        for route in (
            "GET/clients/*/.well-known/openid-configuration",
            "GET/login/callback/*",
            "POST/login/callback/*",
        )
    },
}
"""Every wildcard of the template's policies: the member that holds it, its text, and why."""

_CUSTOMER_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT_ID}:key/yours"
_NAMED_SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT_ID}:secret:named"
_EVERYTHING = {"KmsKeyArn": _CUSTOMER_KEY, "VerificationSecretArns": _NAMED_SECRET}
_BESIDE_TABLES = {
    "`SecretPrefix*`": f"arn:aws:secretsmanager:{REGION}:{ACCOUNT_ID}:secret:latchkey/*",
    "`VerificationSecretArns`": _NAMED_SECRET,
    "`KmsKeyArn`": _CUSTOMER_KEY,
}
_POLICY_MEMBERS = ("Action", "NotAction", "Resource", "NotResource", "Principal", "SourceArn")


def build_tables() -> str:
    """The part of the page that the template decides."""
    return f"{_matrix()}\n{_callers()}\n{_reasons()}"


def wildcards(template: Any = None, member: str = "") -> Iterator[tuple[str, str]]:
    """Each wildcard of a policy of the template, and the member that holds it, as written."""
    value = read_template(TEMPLATE)["Resources"] if template is None else template
    if isinstance(value, dict):
        for name, each in value.items():
            yield from wildcards(each, name if name in _POLICY_MEMBERS else member)
    elif isinstance(value, list):
        for each in value:
            yield from wildcards(each, member)
    elif member and "*" in str(value):
        yield member, str(value)


def _matrix() -> str:
    stack, grants = read_stack(TEMPLATE), read_grants(TEMPLATE, _EVERYTHING)
    resources = read_resources(TEMPLATE)
    columns = {table.name: resources.arn(table.name) for table in stack.tables} | _BESIDE_TABLES
    lines = [_row(["function", *columns]), _row(["---"] * (len(columns) + 1))]
    for name, function in stack.functions.items():
        cells = [_cell(name, arn, grants) for arn in columns.values()]
        lines.append(_row([f"`{function.code.name}`", *cells]))
    listed = {*columns.values()}
    own = {grant for grant in grants if grant.resource not in listed}
    if {grant.action for grant in own} != NEVER_CALLED.keys():
        raise SystemExit(f"there is no column for {sorted(map(str, own))}")
    return "\n".join(lines) + "\n"


def _cell(function: str, arn: str, grants: Iterable[Permission]) -> str:
    texts = (
        grant.action.partition(":")[2] + (f" by {grant.via.partition('.')[0]}" if grant.via else "")
        for grant in grants
        if (grant.function, grant.resource) == (function, arn)
    )
    return ", ".join(sorted(texts)) or " "


def _callers() -> str:
    folders = {each.name: each.code.name for each in read_stack(TEMPLATE).functions.values()}
    allowed = {
        (folders[each["FunctionName"]], each["Principal"], each["SourceArn"].rpartition(":")[2])
        for _, each in read_resources(TEMPLATE).of_type("AWS::Lambda::Permission")
    }
    lines = [_row(["function", "may be called by", "for"]), _row(["---"] * 3)]
    lines += [_row([f"`{name}`", who, f"`{what}`"]) for name, who, what in sorted(allowed)]
    return "\n".join(lines) + "\n"


def _reasons() -> str:
    lines = [_row(["member", "wildcard", "why"]), _row(["---"] * 3)]
    for (name, text), why in sorted(WILDCARDS.items()):
        lines.append(_row([name, f"`{text.removeprefix(_here('execute-api', ''))}`", why]))
    lines += ["", _row(["action on its own log group", "used by"]), _row(["---"] * 2)]
    lines += [_row([f"`{action}`", why]) for action, why in sorted(NEVER_CALLED.items())]
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def build_page(page: str) -> str:
    """The page with its tables as they should be."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{build_tables()}\n{END}{after}"


def main() -> None:
    """Write the page."""
    PAGE.write_text(build_page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
