"""docs/conformance.md names every module of the plans, and every test here, and nothing else."""

import ast
import re
from pathlib import Path

import pytest

from tests.doors.markdown import ROOT, Row, read_tables

PAGE = "docs/conformance.md"
ROWS: list[Row] = [row for table in read_tables(PAGE, "module") for row in table]
PLANS = {
    "basic": (
        "",
        "-invalid-iss",
        "-missing-sub",
        "-invalid-aud",
        "-missing-iat",
        "-kid-absent-single-jwks",
        "-kid-absent-multiple-jwks",
        "-idtoken-sig-rs256",
        "-idtoken-sig-none",
        "-invalid-sig-rs256",
        "-userinfo-invalid-sub",
        "-nonce-invalid",
        "-scope-userinfo-claims",
        "-client-secret-basic",
    ),
    "config": (
        "-discovery-openid-config",
        "-discovery-jwks-uri-keys",
        "-discovery-issuer-mismatch",
        "-idtoken-sig-none",
        "-signing-key-rotation-just-before-signing",
        "-signing-key-rotation",
    ),
    "form post": ("-form-post-error",),
    "refresh": ("-refresh-token", "-refresh-token-invalid-issuer", "-refresh-token-invalid-sub"),
    "comprehensive": (
        "-missing-aud",
        "-nonce-unless-code-flow",
        "-userinfo-bearer-header",
        "-userinfo-bearer-body",
        "-userinfo-signed",
        "-invalid-sig-hs256",
        "-invalid-sig-es256",
        "-aggregated-claims",
        "-distributed-claims",
        "-mtls-endpoint-aliases",
        "-invalid-athash",
        "-missing-athash",
        "-invalid-chash",
        "-missing-chash",
    ),
    "back-channel logout": tuple(
        f"-rp-backchannel-rpinitlogout{suffix}"
        for suffix in (
            "",
            "-alg-none",
            "-no-event",
            "-with-nonce",
            "-wrong-alg",
            "-wrong-aud",
            "-wrong-event",
            "-wrong-iss",
        )
    ),
}


def written_tests() -> set[str]:
    trees = (ast.parse(path.read_text("utf-8")) for path in Path(__file__).parent.glob("test_*.py"))
    return {
        node.name
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_oidcc_")
    }


def test_every_module_of_every_plan_is_on_the_page_in_its_order() -> None:
    expected = [f"oidcc-client-test{suffix}" for suffixes in PLANS.values() for suffix in suffixes]
    assert [row["module"] for row in ROWS] == expected


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["module"])
def test_every_module_has_a_test_that_exists_or_a_reason(row: Row) -> None:
    here = row["here"]
    if here.startswith("\N{EN DASH} "):
        assert len(here) > len("- why")
        return
    named = re.match(r"`([^`]+)`", here)
    assert named is not None
    assert named[1] in written_tests() or (ROOT / named[1]).is_file()


def test_every_test_here_is_some_modules() -> None:
    assert written_tests() == {
        name for row in ROWS for name in re.findall(r"`(test_oidcc_\w+)`", row["here"])
    }
