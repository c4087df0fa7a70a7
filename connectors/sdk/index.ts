export { SmsClient, type SmsClientOptions, type SendOptions, type SendText, type Smsc } from './client.ts';
export { SmsApiError, type SmsApiErrorDetails } from './errors.ts';
export type * from './contract.ts';
