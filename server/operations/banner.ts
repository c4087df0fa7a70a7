/** What a start prints: where everything is, and the line that sends the first text. The key is shown once. */
export function banner(server: {
  readonly url: string;
  readonly testKey: string | null;
  readonly keysFile: string;
  readonly hasPhones: boolean;
  /** Those for live texts. */
  readonly carriers: readonly string[];
}): string {
  const key = server.testKey ?? '<test key>';
  const phone = server.testKey ? `${server.url}/phone#key=${server.testKey}` : `${server.url}/phone`;
  const lines = [
    '',
    `  SMS Bridge   ${server.url}`,
    `  Test key     ${server.testKey ?? `in ${server.keysFile}`}`,
    ...(server.hasPhones ? [`  Phone        ${phone}`] : []),
    `  Live texts   ${server.carriers.join(', ') || 'off: set SMPP_URL or CARRIERS_FILE to connect a carrier'}`,
    '',
    '  Send the first text:',
    `  curl ${server.url}/v1/messages/send -H "Authorization: Bearer ${key}" -H "Content-Type: application/json" \\`,
    `    -d '${FIRST_TEXT}'`,
    '',
  ];
  return `${lines.join('\n')}\n`;
}

const FIRST_TEXT = JSON.stringify({
  to: '+14155552671',
  from: 'CartBoss',
  body: 'Hi there! Your order #1234 has been shipped and is on its way.',
});
