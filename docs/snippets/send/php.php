<?php
// Hands a text over and prints its id. Settings: SMSBRIDGE_URL, SMSBRIDGE_API_KEY. Needs allow_url_fopen.
$context = stream_context_create(['http' => [
    'method' => 'POST',
    'header' => [
        'Authorization: Bearer ' . getenv('SMSBRIDGE_API_KEY'),
        'Content-Type: application/json',
        // What is sent twice under one key is one text: name what the text is about.
        'Idempotency-Key: order-1234-shipped',
    ],
    'content' => json_encode([
        'to' => '+14155550123',
        'from' => '+15005550100',
        'body' => 'Your order #1234 has been shipped.',
    ]),
    'timeout' => 30,
    'ignore_errors' => true,
]]);
$body = file_get_contents(getenv('SMSBRIDGE_URL') . '/v1/messages/send', false, $context);
$answer = $body === false ? [] : json_decode($body, true);
if (!isset($answer['message_id'])) {
    fwrite(STDERR, ($answer['code'] ?? 'NO_ANSWER') . ': ' . ($answer['detail'] ?? '') . ' ' . ($answer['action'] ?? '') . "\n");
    exit(1);
}
echo $answer['message_id'], "\n";
