#!/bin/sh
# Hands a text over and prints the answer. Settings: SMSBRIDGE_URL, SMSBRIDGE_API_KEY.
set -eu
curl --silent --show-error --fail-with-body "$SMSBRIDGE_URL/v1/messages/send" \
  -H "Authorization: Bearer $SMSBRIDGE_API_KEY" \
  -H "Content-Type: application/json" \
  -H "Idempotency-Key: order-1234-shipped" \
  -d '{"to":"+14155550123","from":"+15005550100","body":"Your order #1234 has been shipped."}'
