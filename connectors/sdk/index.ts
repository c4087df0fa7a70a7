export { SmsClient } from './client.ts';
export type { BatchOptions, SendText, Text } from './sms.ts';
export type { CallOptions, SendOptions, SmsClientOptions } from './transport.ts';
export { FINAL_STATUSES, type Status, type WaitOptions } from './wait-for-status.ts';
export { type SignedHeaders, signWebhook } from './sign-webhook.ts';
export type { NewSenderRule } from './sender-rules.ts';
export type { NewWebhookEndpoint } from './webhooks.ts';
export type { EventsQuery, SmsEvent, StreamOptions } from './events.ts';
export { SmsApiError, type SmsApiErrorDetails } from './errors.ts';
export {
  type EventType,
  type RawBody,
  type VerifyOptions,
  type WebhookEvent,
  type WebhookHeaders,
  WebhookSignatureError,
  verifyWebhook,
} from './verify-webhook.ts';
export type * from './contract.ts';
