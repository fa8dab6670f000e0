"""Tables of one's own: a port that is used again must not find an earlier issuer's keys."""

from dataclasses import replace
from uuid import uuid4

from local.dynamodb import Emulator
from local.template import Stack


def create_keys_table(emulator: Emulator, stack: Stack) -> str:
    """Create another table like the template's for keys; return its name."""
    return create_table(emulator, stack, "KEYS_TABLE")


def create_table(emulator: Emulator, stack: Stack, variable: str) -> str:
    """Create another table like the one that functions find under *variable*."""
    declared = stack.functions["TokenExchangeFunction"].environment[variable]
    (table,) = (table for table in stack.tables if table.name == declared)
    name = f"{variable.lower()}-{uuid4().hex}"
    emulator.create_tables(
        [replace(table, name=name, request={**table.request, "TableName": name})]
    )
    return name
