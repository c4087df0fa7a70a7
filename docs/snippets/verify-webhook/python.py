"""Verifies a webhook (Standard Webhooks 1.0). To try it: python.py <id> <timestamp> <signature> < body"""
import base64
import hashlib
import hmac
import os
import sys
import time


def is_genuine(headers, body, secret, now=None):
    """body: the request's body as it came, in bytes, before any parser; secret begins with whsec_."""
    message_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not timestamp.isdigit() or abs((now or time.time()) - int(timestamp)) > 300:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    # While a secret is being rotated there are several.
    return any(hmac.compare_digest(expected.encode(), given.encode()) for given in headers.get("webhook-signature", "").split(" "))


if __name__ == "__main__":
    names = ["webhook-id", "webhook-timestamp", "webhook-signature"]
    ours = is_genuine(dict(zip(names, sys.argv[1:])), sys.stdin.buffer.read(), os.environ["WEBHOOK_SECRET"])
    print("genuine" if ours else "forged")
