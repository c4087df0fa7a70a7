// Hands a text over and prints its id. Settings: SMSBRIDGE_URL, SMSBRIDGE_API_KEY.
const { SMSBRIDGE_URL, SMSBRIDGE_API_KEY } = process.env;

const response = await fetch(`${SMSBRIDGE_URL}/v1/messages/send`, {
  method: 'POST',
  headers: {
    Authorization: `Bearer ${SMSBRIDGE_API_KEY}`,
    'Content-Type': 'application/json',
    // What is sent twice under one key is one text: name what the text is about.
    'Idempotency-Key': 'order-1234-shipped',
  },
  body: JSON.stringify({ to: '+14155550123', from: '+15005550100', body: 'Your order #1234 has been shipped.' }),
});
const answer = await response.json();
if (!response.ok) throw new Error(`${answer.code}: ${answer.detail} ${answer.action}`);
console.log(answer.message_id);
