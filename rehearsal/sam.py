"""The SAM CLI: the very commands of the README, run in a tree and against an emulator."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

_SECONDS = 120  # for one command; on two busy cores the longest takes about fifteen


class SamError(Exception):
    """A command of SAM's failed; the text is the end of what it printed."""


class Sam:
    """`sam build`, `sam deploy` and `sam delete` of one stack; `python` is Lambda's version."""

    def __init__(
        self, venv: Path, python: Path, folder: Path, stack: str, aws: Mapping[str, str]
    ) -> None:
        self._venv = venv.absolute()
        self._python = python.absolute()
        self._folder = folder
        self._stack = stack
        self._aws = aws

    def build(self, parameters: Mapping[str, str]) -> None:
        """Build functions and layers; pip finds its packages where this user's pip does."""
        pythons = {"PYTHON": str(self._venv / "bin/python"), "PYTHON313": str(self._python)}
        # An empty MAKEFLAGS: the flags of the make that runs us would win over the layer's own.
        self._run(["build", *_overrides(parameters)], {"MAKEFLAGS": "", **pythons})

    def deploy(self, parameters: Mapping[str, str]) -> None:
        """Create the stack, or bring it to what was built and to `parameters`."""
        flags = ["--no-confirm-changeset", "--no-progressbar"]
        self._run(["deploy", "--stack-name", self._stack, *flags, *_overrides(parameters)], {})

    def delete(self) -> None:
        """Delete the stack, and what was uploaded for it."""
        self._run(["delete", "--stack-name", self._stack, "--no-prompts"], {})

    def _run(self, command: list[str], variables: Mapping[str, str]) -> None:
        environment = {**os.environ, **self._aws, **variables, "SAM_CLI_TELEMETRY": "0"}
        # With a profile set, boto3 takes its keys and its endpoint before ours.
        environment.pop("AWS_PROFILE", None)
        done = subprocess.run(  # noqa: S603 - our own command
            [self._venv / "bin/sam", *command],
            cwd=self._folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        if done.returncode != 0:
            raise SamError(f"sam {command[0]} failed:\n{done.stdout[-4000:]}")


def _overrides(parameters: Mapping[str, str]) -> list[str]:
    pairs = [f"ParameterKey={name},ParameterValue={value}" for name, value in parameters.items()]
    return ["--parameter-overrides", *pairs]
