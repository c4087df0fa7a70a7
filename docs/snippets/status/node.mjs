// Prints the status of a text: node node.mjs <message_id>. Settings: SMSBRIDGE_URL, SMSBRIDGE_API_KEY.
const { SMSBRIDGE_URL, SMSBRIDGE_API_KEY } = process.env;

const response = await fetch(`${SMSBRIDGE_URL}/v1/messages/${process.argv[2]}`, {
  headers: { Authorization: `Bearer ${SMSBRIDGE_API_KEY}` },
});
const answer = await response.json();
if (!response.ok) throw new Error(`${answer.code}: ${answer.detail} ${answer.action}`);
console.log(answer.status);
