"""What a cold start leaves for later is there for whoever wants it."""

import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "layers/relying_party"
SERIALIZATION = "cryptography.hazmat.primitives.serialization"
LATER = [
    "aws_lambda_powertools.tracing",
    "aws_lambda_powertools.utilities.jmespath_utils",
    "cryptography.x509",
    f"{SERIALIZATION}.ssh",
    "jwt.api_jwk",
    "jwt.api_jws",
    "jwt.api_jwt",
    "jwt.jwks_client",
]
HANDED_ON = [
    ("aws_lambda_powertools", "Tracer"),
    (SERIALIZATION, "SSHCertificate"),
    (SERIALIZATION, "load_ssh_public_key"),
    ("jwt", "PyJWKClient"),
    ("jwt", "PyJWK"),
    ("jwt", "PyJWS"),
    ("jwt", "PyJWT"),
    ("jwt", "encode"),
]


def new_process(program: str) -> str:
    """Return what *program* prints in a process that has begun as a container does."""
    begun = f"import sys\nfrom relying_party import cold_start\n{program}"
    done = subprocess.run(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-c", begun],
        env={"PYTHONPATH": str(PACKAGE), "POWERTOOLS_TRACE_DISABLED": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_what_no_verdict_calls_is_not_loaded() -> None:
    loaded = new_process("print(*sys.modules)").split()
    assert set(loaded) & {*LATER, "jmespath", "typing_extensions", "urllib.request"} == set()


@pytest.mark.parametrize("name", LATER)
def test_whoever_else_imports_it_gets_the_module_itself(name: str) -> None:
    """Anything in its place would be touched by several threads at once."""
    package, _, leaf = name.rpartition(".")
    program = (
        f"from {package} import {leaf} as found\n"
        f"import {package}\n"
        f"print(type(found).__name__, found is sys.modules[{name!r}] is {name}, found.__file__)"
    )
    said = new_process(program).split()
    assert said[:2] == ["module", "True"]
    assert said[2].endswith(".py")


@pytest.mark.parametrize("name", LATER)
def test_it_is_found_in_its_package_as_if_that_had_loaded_it(name: str) -> None:
    package = name.rpartition(".")[0]
    assert new_process(f"import {package}\nprint({name}.__file__)").endswith(".py")


@pytest.mark.parametrize(("package", "name"), HANDED_ON)
def test_a_package_hands_on_what_is_in_it_and_nothing_in_its_place(package: str, name: str) -> None:
    program = (
        f"import {package} as package\n"
        f"from {package} import {name} as found\n"
        f"print(type(found).__name__, found is package.{name}, found.__module__)"
    )
    kind, same, home = new_process(program).split()
    assert (kind in {"type", "ABCMeta", "function", "method"}, same) == (True, "True")
    assert home.removesuffix(".tracer") in LATER


@pytest.mark.parametrize("package", ["jwt", SERIALIZATION, "aws_lambda_powertools"])
def test_what_a_package_does_not_have_it_still_has_not(package: str) -> None:
    program = f"import {package} as package\nprint(hasattr(package, 'nothing'))"
    assert new_process(program) == "False"


def test_threads_that_ask_at_once_get_the_same() -> None:
    program = (
        "import jwt\n"
        "from concurrent.futures import ThreadPoolExecutor\n"
        "with ThreadPoolExecutor(8) as pool:\n"
        "    found = set(pool.map(lambda _: jwt.PyJWKClient, range(8)))\n"
        "print(*(each.__module__ for each in found))"
    )
    assert new_process(program) == "jwt.jwks_client"


def test_pyjwt_finds_certificates_once_it_wants_them() -> None:
    program = (
        "from jwt import algorithms\n"
        "try:\n"
        "    algorithms.x509.load_der_x509_certificate(b'none')\n"
        "except ValueError:\n"
        "    print('cryptography.x509' in sys.modules)"
    )
    assert new_process(program) == "True"


def test_pyjwt_reads_keys_in_openssh_s_format_once_it_gets_one() -> None:
    program = (
        "from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey\n"
        "from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat\n"
        "from jwt.algorithms import OKPAlgorithm\n"
        "public = Ed25519PrivateKey.generate().public_key()\n"
        "text = public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)\n"
        "print(OKPAlgorithm().prepare_key(text) == public)"
    )
    assert new_process(program) == "True"


def test_powertools_finds_a_correlation_id_once_it_is_told_where() -> None:
    program = (
        "from types import SimpleNamespace\n"
        "from aws_lambda_powertools import Logger\n"
        "context = SimpleNamespace(function_name='f', memory_limit_in_mb=128,\n"
        "    invoked_function_arn='f', aws_request_id='1')\n"
        "logger = Logger()\n"
        "handler = logger.inject_lambda_context(\n"
        "    lambda event, context: print(logger.get_correlation_id()),\n"
        "    correlation_id_path='request.id')\n"
        "handler({'request': {'id': 'found'}}, context)"
    )
    assert new_process(program) == "found"


@pytest.mark.parametrize("name", LATER)
def test_what_is_loaded_already_stays_as_it_is(name: str) -> None:
    program = (
        f"import {name}\n"
        "import importlib\n"
        f"before = sys.modules[{name!r}]\n"
        "importlib.reload(cold_start)\n"
        f"print(sys.modules[{name!r}] is before is {name})"
    )
    assert new_process(program) == "True"


def test_a_package_that_finds_things_itself_goes_on_and_hands_on_ours_too() -> None:
    program = (
        "import types\n"
        "package = sys.modules['package'] = types.ModuleType('package')\n"
        "package.__getattr__ = {'own': 1}.__getitem__\n"
        "cold_start._hand_out(cold_start._Deferred('package.later'))\n"
        "sys.modules['package.later'] = types\n"
        "print(package.own, package.later is types)"
    )
    assert new_process(program) == "1 True"
