import { createHmac, timingSafeEqual } from 'node:crypto';

/** A request may be this much older or newer than now; Slack's own libraries check the past only. */
const TOLERANCE_SECONDS = 300;

export interface SignedRequest {
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
  readonly body: Buffer;
}

/** Whether Slack signed exactly these bytes just now (docs.slack.dev, "Verifying requests from Slack"). */
export function isSignedBySlack(secret: string, request: SignedRequest, nowMs: number): boolean {
  const { timestamp, signature, body } = request;
  if (timestamp === undefined || signature === undefined || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(nowMs / 1_000 - Number(timestamp)) > TOLERANCE_SECONDS) return false;
  const expected = Buffer.from(signatureOf(secret, timestamp, body));
  const given = Buffer.from(signature);
  return expected.length === given.length && timingSafeEqual(expected, given);
}

export function signatureOf(secret: string, timestamp: string, body: Buffer | string): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex')}`;
}
