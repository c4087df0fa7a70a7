/** What a start prints: where everything is, and the line that sends the first text. The key is shown once. */
export function banner(server: {
  readonly url: string;
  readonly testKey: string | null;
  readonly keysFile: string;
  readonly hasPhones: boolean;
  /** Those for live texts. */
  readonly carriers: readonly string[];
  /** What HELP and STOP answers have to name in live texts (CTIA handbook), as far as it is set. */
  readonly organisation: string | null;
  readonly supportContact: string | null;
}): string {
  const key = server.testKey ?? '<test key>';
  const phone = server.testKey ? `${server.url}/phone#key=${server.testKey}` : `${server.url}/phone`;
  const missing = [
    ...(server.organisation ? [] : ['ORGANISATION_NAME']),
    ...(server.supportContact ? [] : ['SUPPORT_CONTACT']),
  ];
  const lines = [
    '',
    `  SMS Bridge   ${server.url}`,
    `  Reference    ${server.url}/docs`,
    `  Test key     ${server.testKey ?? `in ${server.keysFile}`}`,
    ...(server.hasPhones ? [`  Phone        ${phone}`] : []),
    `  Live texts   ${server.carriers.join(', ') || 'off: set SMPP_URL or CARRIERS_FILE to connect a carrier'}`,
    ...(server.carriers.length > 0 && missing.length > 0
      ? [`  Not set      ${missing.join(' and ')}: the answers to HELP and STOP have to say who is texting`]
      : []),
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
