"""Where DynamoDB is and whom to believe that, if nothing says so that only the SDK can heed."""

import os
import re
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

_NEEDED = ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "DEFAULT_REGION", "LAMBDA_FUNCTION_NAME")
_KNOWN = re.compile(
    rf"AWS_({'|'.join(_NEEDED)}|ACCESS_KEY|SESSION_TOKEN|REGION|ENDPOINT_URL(_DYNAMODB)?"
    r"|EXECUTION_ENV|EC2_METADATA_DISABLED|LAMBDA_\w+|XRAY_\w+)"
)
_HEEDED = re.compile(r"AWS_.*|REQUESTS_CA_BUNDLE|(https?|all)_proxy", re.IGNORECASE)
_REGION = re.compile(r"(us|us-gov|af|ap|ca|cn|eu|il|me|mx|sa)-[a-z]+-\d")
_ENDPOINT = re.compile(r"(https?)://([a-z0-9.-]+(?::\d+)?)/?")


def endpoint_of(env: Mapping[str, str]) -> tuple[str, str] | None:
    """Return DynamoDB's scheme and host; None where *env* holds what is the SDK's to heed.

    Container credentials, a profile, FIPS, other CAs, a proxy: any name unknown here, with a value.
    """
    said = {name for name, value in env.items() if value not in ("", os.devnull)}
    heeded = {name for name in said if _HEEDED.fullmatch(name)}
    if not (heeded >= {f"AWS_{name}" for name in _NEEDED} and all(map(_KNOWN.fullmatch, heeded))):
        return None
    region = env["AWS_DEFAULT_REGION"]
    domain = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    regional = f"https://dynamodb.{region}.{domain}" if _REGION.fullmatch(region) else ""
    url = env.get("AWS_ENDPOINT_URL_DYNAMODB") or env.get("AWS_ENDPOINT_URL") or regional
    match = _ENDPOINT.fullmatch(url)
    return (match[1], match[2]) if match else None


def authorities() -> Path | None:
    """Return the file of those whom the SDK trusts; certifi takes longer to import than to find."""
    certifi = find_spec("certifi")
    return Path(certifi.origin).with_name("cacert.pem") if certifi and certifi.origin else None
