"""What an operator may add by parameters: a domain, a key, somebody to wake, secrets for verify."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import requests
from samtranslator.yaml_helper import yaml_parse

from rehearsal.clients import RehearsedClient
from rehearsal.deployed import DeployedStack
from rehearsal.report import require

_DOMAIN = "login.example.com"
_ZONE = "example.com"
_OTHER_ARCHITECTURE = "RelyingPartyLayerArm64"


def create_extras(stack: DeployedStack, client: RehearsedClient) -> Mapping[str, str]:
    """Have them in the account; the parameters that name them."""
    key = stack.client("kms").create_key()["KeyMetadata"]["Arn"]
    certificate = stack.client("acm").request_certificate(DomainName=_DOMAIN)["CertificateArn"]
    zone = stack.client("route53").create_hosted_zone(Name=_ZONE, CallerReference=_ZONE)
    secret = stack.client("secretsmanager").describe_secret(SecretId=client.full_secret_name)
    return {
        "AlarmEmail": f"somebody@{_ZONE}",
        "CertificateArn": certificate,
        "DomainName": _DOMAIN,
        "HostedZoneId": zone["HostedZone"]["Id"].rpartition("/")[2],
        "KmsKeyArn": key,
        "VerificationSecretArns": secret["ARN"],
    }


def answers_by_domain(stack: DeployedStack) -> bool:
    """Whether the domain's name leads to our functions."""
    headers = {"Host": _DOMAIN}
    answer = requests.post(f"{stack.emulator}/token/verify", headers=headers, timeout=30)
    return answer.headers.get("WWW-Authenticate") == "Bearer"


def require_all_created(template: Path, created: Iterable[str], refused: Iterable[str]) -> int:
    """How many of the template's resources were there once: all must be, but those `refused`."""
    # SAM gives a layer a hash behind its name, and adds resources of its own.
    seen = tuple(created)
    declared = yaml_parse(template.read_text(encoding="utf-8"))["Resources"]
    never = {name for name in declared if not any(each.startswith(name) for each in seen)}
    expected = {*refused, _OTHER_ARCHITECTURE}
    require(never == expected, f"never created: {sorted(never)}, expected {sorted(expected)}")
    return len(declared) - len(expected)
