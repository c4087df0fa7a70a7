<?php
// Verifies a webhook (Standard Webhooks 1.0). To try it: php php.php <id> <timestamp> <signature> < body

/** $body is the request's body as it came (php://input), before any parser; $secret begins with whsec_. */
function isGenuine(array $headers, string $body, string $secret, ?int $now = null): bool
{
    $timestamp = $headers['webhook-timestamp'] ?? '';
    if (!preg_match('/^\d{1,15}$/', $timestamp) || abs(($now ?? time()) - (int) $timestamp) > 300) {
        return false;
    }
    $key = base64_decode(preg_replace('/^whsec_/', '', $secret));
    $signed = ($headers['webhook-id'] ?? '') . ".$timestamp.$body";
    $expected = 'v1,' . base64_encode(hash_hmac('sha256', $signed, $key, true));
    // While a secret is being rotated there are several.
    foreach (explode(' ', $headers['webhook-signature'] ?? '') as $given) {
        if (hash_equals($expected, $given)) {
            return true;
        }
    }
    return false;
}

$headers = array_combine(['webhook-id', 'webhook-timestamp', 'webhook-signature'], array_slice($argv, 1, 3));
echo isGenuine($headers, file_get_contents('php://stdin'), getenv('WEBHOOK_SECRET')) ? "genuine\n" : "forged\n";
