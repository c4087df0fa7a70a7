// Webhooks where a request is a `Request`: Cloudflare Workers, Deno, Bun, Next.js.
import { WebhookSignatureError, verifyWebhook } from 'smsbridge-sdk';

/** Ids of events; keep them in a database, with what they made you do. */
const had = new Set();

export async function POST(request, secret = process.env.SMSBRIDGE_WEBHOOK_SECRET) {
  try {
    // The body as it came: JSON that is parsed and written anew has another signature.
    const event = await verifyWebhook(await request.text(), request.headers, secret);
    if (had.has(event.id)) return new Response(null, { status: 204 });
    had.add(event.id);
    if (event.type === 'message.received') console.log(`A text from ${event.data.from}`);
    return new Response(null, { status: 204 });
  } catch (error) {
    if (error instanceof WebhookSignatureError) return new Response(error.message, { status: 400 });
    throw error;
  }
}
