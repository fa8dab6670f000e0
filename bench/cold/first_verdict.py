"""Our first verdict: the handler as it is deployed, and one ID Token in a direct invocation."""

import json
import os
import sys
from types import SimpleNamespace

import app  # type: ignore[import-not-found] # functions/token_verify, on the path as on Lambda

context = SimpleNamespace(
    function_name="token_verify",
    memory_limit_in_mb=1024,
    aws_request_id="1",
    invoked_function_arn="arn:aws:lambda:us-east-1:000000000000:function:token_verify",
    get_remaining_time_in_millis=lambda: 8000,
)
print(json.dumps(app.lambda_handler({"token": os.environ["TOKEN"]}, context)), flush=True)
sys.stdin.read()  # ends with its standard input, so that its memory can be read first
