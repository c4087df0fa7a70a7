/** One measured round of one system. Counts are texts; absent figures are null, never zero. */
export interface Round {
  readonly system: 'SMS Bridge' | 'Kannel';
  readonly withReceipts: boolean;
  readonly accepted: number;
  readonly refused: number;
  readonly submits: number;
  /** Webhooks that said "delivered"; zero without receipts. */
  readonly webhooks: number;
  /** Accepted and neither submitted nor waiting. */
  readonly lost: number;
  readonly acceptedPerSecond: number;
  /** From the first submit_sm to the last. */
  readonly sentPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Per submitted text, in µs: name of the process -> processor time. */
  readonly cpuUs: Readonly<Record<string, number>> | null;
}

export interface RoundRequest {
  readonly withReceipts: boolean;
  readonly connections: number;
  readonly seconds: number;
}

/** submit_sm that may be unanswered at once, for both systems. */
export const WINDOW = 100;
export const TEXT = 'Your verification code is 123456. It expires in 10 minutes. Do not share.';
