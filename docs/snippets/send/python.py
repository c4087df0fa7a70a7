"""Hands a text over and prints its id. Settings: SMSBRIDGE_URL, SMSBRIDGE_API_KEY."""
import json
import os
import urllib.error
import urllib.request

text = {"to": "+14155550123", "from": "+15005550100", "body": "Your order #1234 has been shipped."}
request = urllib.request.Request(
    os.environ["SMSBRIDGE_URL"] + "/v1/messages/send",
    data=json.dumps(text).encode(),
    headers={
        "Authorization": "Bearer " + os.environ["SMSBRIDGE_API_KEY"],
        "Content-Type": "application/json",
        # What is sent twice under one key is one text: name what the text is about.
        "Idempotency-Key": "order-1234-shipped",
    },
)
try:
    with urllib.request.urlopen(request, timeout=30) as response:
        print(json.load(response)["message_id"])
except urllib.error.HTTPError as error:
    problem = json.load(error)
    raise SystemExit(f"{problem['code']}: {problem['detail']} {problem['action']}")
