"""What every answer must be, whatever was asked: no failure of the server, and one shape of errors."""

import schemathesis
from hypothesis import strategies

# Also the first and the last date that the server can read, and their neighbours.
ENDS = ["-262143-01-01", "0000-02-29", "0001-01-01", "9999-12-31", "+262142-12-02", "+262142-12-31"]
schemathesis.openapi.format(
    "date", strategies.sampled_from(ENDS) | strategies.dates().map(str)
)


@schemathesis.check
def breaks_nothing(ctx, response, case):
    status = response.status_code
    kind = response.headers.get("content-type", [""])[0]
    if status >= 400 and case.method != "HEAD":
        assert kind == "application/problem+json", f"{status} as {kind}"
        body = response.json()
        assert body["status"] == status and body["code"], body
        # An op of a newer app waits until the server is updated; nothing else may answer 5xx.
        assert status < 500 or body["code"] == "upgrade_pending", body
