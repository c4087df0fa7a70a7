export {
  type ApiKey,
  type AuditEntry,
  type NewApiKey,
  type Batch,
  type BatchOptions,
  type NewSenderRule,
  type PrivacyJob,
  SmsClient,
  type SmsClientOptions,
  type SenderRule,
  type SendOptions,
  type SendText,
  type Smsc,
  type Template,
} from './client.ts';
export type { Events, SmsEvent, StreamOptions } from './events.ts';
export { SmsApiError, type SmsApiErrorDetails } from './errors.ts';
export type * from './contract.ts';
