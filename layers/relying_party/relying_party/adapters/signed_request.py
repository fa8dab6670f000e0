"""A request to DynamoDB that is signed here, so that a first verdict need not wait for boto3.

Signature Version 4 (IAM User Guide, "Create a signed AWS API request"), in an environment like
Lambda's own (docs/decisions/0008-a-signed-read-of-our-own.md).
"""

import hashlib
import hmac
import json
import os
import re
import ssl
import time
from collections.abc import Mapping
from contextlib import closing
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from importlib.util import find_spec
from pathlib import Path
from typing import Any

Env = Mapping[str, str]

_CONNECT_SECONDS, _READ_SECONDS, _OK, _MAX_OCTETS = 0.5, 1.0, 200, 2**21
_NEEDED = ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "DEFAULT_REGION", "LAMBDA_FUNCTION_NAME")
_KNOWN = re.compile(
    rf"AWS_({'|'.join(_NEEDED)}|ACCESS_KEY|SESSION_TOKEN|REGION|ENDPOINT_URL(_DYNAMODB)?"
    r"|EXECUTION_ENV|EC2_METADATA_DISABLED|LAMBDA_\w+|XRAY_\w+)"
)
_HEEDED = re.compile(r"AWS_.*|REQUESTS_CA_BUNDLE|(https?|all)_proxy", re.IGNORECASE)
_REGION = re.compile(r"(us|us-gov|af|ap|ca|cn|eu|il|me|mx|sa)-[a-z]+-\d")
_ENDPOINT = re.compile(r"(https?)://([a-z0-9.-]+(?::\d+)?)/?")


def endpoint_of(env: Env) -> tuple[str, str] | None:
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


def sign(env: Env, headers: Mapping[str, str], body: bytes) -> str:
    """Return the ``Authorization`` of a POST with *headers*, by the credentials in *env*."""
    at, names = headers["x-amz-date"], ";".join(sorted(headers))
    scope = f"{at[:8]}/{env['AWS_DEFAULT_REGION']}/dynamodb/aws4_request"
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    request = f"POST\n/\n\n{lines}\n{names}\n{hashlib.sha256(body).hexdigest()}".encode()
    summary = f"AWS4-HMAC-SHA256\n{at}\n{scope}\n{hashlib.sha256(request).hexdigest()}"
    key = f"AWS4{env['AWS_SECRET_ACCESS_KEY']}".encode()
    for message in (*scope.split("/"), summary):
        key = hmac.digest(key, message.encode(), "sha256")
    credential = f"{env['AWS_ACCESS_KEY_ID']}/{scope}, SignedHeaders={names}"
    return f"AWS4-HMAC-SHA256 Credential={credential}, Signature={key.hex()}"


def authorities() -> Path | None:
    """Return the file of those whom the SDK trusts; certifi takes longer to import than to find."""
    certifi = find_spec("certifi")
    return Path(certifi.origin).with_name("cacert.pem") if certifi and certifi.origin else None


class SignedRequest:
    """Sends operations to DynamoDB, each by itself: nothing is kept open that could go stale."""

    def __init__(self, env: Env, endpoint: tuple[str, str], trusted: Path | None) -> None:
        self._env, (scheme, self._host) = env, endpoint
        tls = ssl.create_default_context(cafile=trusted) if scheme == "https" else None
        self._open = partial(HTTPSConnection, context=tls) if tls else HTTPConnection

    def __call__(self, operation: str, arguments: Mapping[str, Any]) -> Any:
        """Return the answer to *operation*, or raise whatever comes between."""
        body = json.dumps(arguments).encode()
        headers = {
            "content-type": "application/x-amz-json-1.0",
            "host": self._host,
            "x-amz-date": time.strftime("%Y%m%dT%H%M%SZ", time.gmtime()),
            "x-amz-target": f"DynamoDB_20120810.{operation}",
        }
        if self._env.get("AWS_SESSION_TOKEN"):
            headers["x-amz-security-token"] = self._env["AWS_SESSION_TOKEN"]
        headers["authorization"] = sign(self._env, headers, body)
        with closing(self._open(self._host, timeout=_CONNECT_SECONDS)) as connection:
            connection.connect()
            connection.sock.settimeout(_READ_SECONDS)
            connection.request("POST", "/", body, headers)
            response = connection.getresponse()
            if response.status != _OK:
                raise HTTPException(f"DynamoDB answered {response.status}")
            return json.loads(response.read(_MAX_OCTETS))  # what is cut off is no JSON
