#!/bin/sh
# Prints a text and what became of it: curl.sh <message_id>. Settings: SMSBRIDGE_URL, SMSBRIDGE_API_KEY.
set -eu
curl --silent --show-error --fail-with-body "$SMSBRIDGE_URL/v1/messages/$1" \
  -H "Authorization: Bearer $SMSBRIDGE_API_KEY"
