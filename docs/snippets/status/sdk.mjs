// Prints the status of a text: node sdk.mjs <message_id>. Settings: SMSBRIDGE_URL, SMSBRIDGE_API_KEY.
import { SmsClient } from 'smsbridge-sdk';

const client = new SmsClient({ baseUrl: process.env.SMSBRIDGE_URL, apiKey: process.env.SMSBRIDGE_API_KEY });

const { status } = await client.sms.getStatus(process.argv[2]);
console.log(status);
