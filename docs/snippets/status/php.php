<?php
// Prints the status of a text: php php.php <message_id>. Settings: SMSBRIDGE_URL, SMSBRIDGE_API_KEY.
$context = stream_context_create(['http' => [
    'header' => ['Authorization: Bearer ' . getenv('SMSBRIDGE_API_KEY')],
    'timeout' => 30,
    'ignore_errors' => true,
]]);
$body = file_get_contents(getenv('SMSBRIDGE_URL') . '/v1/messages/' . rawurlencode($argv[1]), false, $context);
$answer = $body === false ? [] : json_decode($body, true);
if (!isset($answer['message_id'])) {
    fwrite(STDERR, ($answer['code'] ?? 'NO_ANSWER') . ': ' . ($answer['detail'] ?? '') . "\n");
    exit(1);
}
echo $answer['status'], "\n";
