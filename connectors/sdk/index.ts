export {
  type ApiKey,
  type AuditEntry,
  type NewApiKey,
  type NewSenderRule,
  type PrivacyJob,
  SmsClient,
  type SmsClientOptions,
  type SenderRule,
  type SendOptions,
  type SendText,
  type Smsc,
} from './client.ts';
export { SmsApiError, type SmsApiErrorDetails } from './errors.ts';
export type * from './contract.ts';
