import { signingKey } from './verify-webhook.ts';

export interface SignedHeaders {
  readonly 'webhook-id': string;
  readonly 'webhook-timestamp': string;
  readonly 'webhook-signature': string;
}

/** Signs a webhook as the server does (Standard Webhooks 1.0): to try a receiver out. `secret` is `whsec_…`. */
export async function signWebhook(webhook: {
  readonly id: string;
  /** Unix time. */
  readonly timestampSeconds: number;
  readonly body: string;
  readonly secret: string;
}): Promise<SignedHeaders> {
  const { id, timestampSeconds, body, secret } = webhook;
  const signed = new TextEncoder().encode(`${id}.${timestampSeconds}.${body}`);
  const signature = await crypto.subtle.sign('HMAC', await signingKey(secret, 'sign'), signed);
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': `v1,${btoa(String.fromCharCode(...new Uint8Array(signature)))}`,
  };
}
