"""Prints the status of a text: python.py <message_id>. Settings: SMSBRIDGE_URL, SMSBRIDGE_API_KEY."""
import json
import os
import sys
import urllib.error
import urllib.request

request = urllib.request.Request(
    f"{os.environ['SMSBRIDGE_URL']}/v1/messages/{sys.argv[1]}",
    headers={"Authorization": "Bearer " + os.environ["SMSBRIDGE_API_KEY"]},
)
try:
    with urllib.request.urlopen(request, timeout=30) as response:
        print(json.load(response)["status"])
except urllib.error.HTTPError as error:
    problem = json.load(error)
    raise SystemExit(f"{problem['code']}: {problem['detail']} {problem['action']}")
