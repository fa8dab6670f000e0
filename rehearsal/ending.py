"""`sam delete`, and what is still there afterwards."""

from rehearsal.deployed import NAME, DeployedStack
from rehearsal.report import Report, require
from rehearsal.sam import Sam


def see_the_end(stack: DeployedStack, sam: Sam, report: Report) -> None:
    """Delete the stack; only what says DeletionPolicy: Retain may stay."""
    kept = {stack.resources["IdentitiesTable"]}
    sam.delete()
    tables = set(stack.client("dynamodb").list_tables()["TableNames"])
    require(tables == kept, f"tables after sam delete: {sorted(tables)}, expected {sorted(kept)}")
    left = _left(stack)
    require(not left, f"left after sam delete: {left}")
    [identities] = kept
    report.say(f"sam delete: all gone but {identities}, which is retained: others know its ids")


def _left(stack: DeployedStack) -> list[str]:
    functions = stack.client("lambda").list_functions()["Functions"]
    roles = stack.client("iam").list_roles()["Roles"]
    groups = stack.client("logs").describe_log_groups()["logGroups"]
    apis = stack.client("apigatewayv2").get_apis()["Items"]
    names = [
        *(function["FunctionName"] for function in functions),
        *(role["RoleName"] for role in roles),
        *(group["logGroupName"] for group in groups),
        *(api["Name"] for api in apis),
    ]
    return [name for name in names if NAME in name]
