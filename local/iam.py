"""IAM's part before a route that demands it: who signed the request (Signature Version 4).

There is no IAM on this machine and nothing to compare a signature with, so every one that is
well-formed counts. What is shown here is that the routes ask, and what the functions then get.
"""

import re
from typing import Any

from werkzeug import Request

from local.intrinsics import ACCOUNT_ID

AWS_IAM = "AWS_IAM"

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
_SIGNATURE = re.compile(
    r"AWS4-HMAC-SHA256 +Credential=(?P<key>\w+)/\d{8}/[a-z0-9-]+/execute-api/aws4_request, *"
    r"SignedHeaders=[a-z0-9;-]+, *Signature=[0-9a-f]{64}"
)


def parse_caller(request: Request) -> dict[str, Any] | None:
    """What API Gateway would say of the caller in `requestContext`; None where nobody signed."""
    match = _SIGNATURE.fullmatch(request.headers.get("Authorization", ""))
    if match is None:
        return None
    return {
        "accessKey": match["key"],
        "accountId": ACCOUNT_ID,
        "callerId": match["key"],
        "cognitoIdentity": None,
        "principalOrgId": None,
        "userArn": f"arn:aws:iam::{ACCOUNT_ID}:user/local",
        "userId": match["key"],
    }
