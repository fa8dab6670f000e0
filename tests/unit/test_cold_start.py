"""What a cold start leaves for later is there for whoever wants it."""

import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "layers/relying_party"


def new_process(program: str) -> str:
    """Return what *program* prints in a process that has begun as a container does."""
    begun = f"import sys\nfrom relying_party import cold_start\n{program}"
    done = subprocess.run(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-c", begun],
        env={"PYTHONPATH": str(PACKAGE)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_certificates_are_not_loaded() -> None:
    program = "print([name for name in sys.modules if name.startswith('cryptography.x509')])"
    assert new_process(program) == "[]"


def test_whoever_else_imports_certificates_gets_the_module_itself() -> None:
    """Anything in its place would be touched by several threads at once."""
    program = (
        "from cryptography import x509\n"
        "print(type(x509).__name__)\n"
        "print(x509 is sys.modules['cryptography.x509'], x509.Name.__module__)"
    )
    assert new_process(program).split() == ["module", "True", "cryptography.x509.name"]


def test_pyjwt_finds_certificates_once_it_wants_them() -> None:
    program = (
        "from jwt import algorithms\n"
        "found = algorithms.x509.load_der_x509_certificate\n"
        "from cryptography import x509\n"
        "print(found is x509.load_der_x509_certificate)"
    )
    assert new_process(program) == "True"


def test_where_certificates_are_loaded_they_stay_as_they_are() -> None:
    program = (
        "from cryptography import x509\n"
        "import importlib\n"
        "importlib.reload(cold_start)\n"
        "print(sys.modules['cryptography.x509'] is x509)"
    )
    assert new_process(program) == "True"
