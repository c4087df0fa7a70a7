// Hands a text over and prints its id. Settings: SMSBRIDGE_URL, SMSBRIDGE_API_KEY.
import { SmsClient } from 'smsbridge-sdk';

const client = new SmsClient({ baseUrl: process.env.SMSBRIDGE_URL, apiKey: process.env.SMSBRIDGE_API_KEY });

const { message_id } = await client.sms.send(
  { to: '+14155550123', from: '+15005550100', body: 'Your order #1234 has been shipped.' },
  // What is sent twice under one key is one text: name what the text is about.
  { idempotencyKey: 'order-1234-shipped' },
);
console.log(message_id);
