"""What every answer must be, whatever was asked: no failure of the server, and one shape of errors."""

import schemathesis


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
