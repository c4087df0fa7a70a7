/** How the simulated carrier behaves where real ones differ, and how it misbehaves. Times in milliseconds. */
export interface Faults {
  /** From the answer to a submit_sm to its receipt. */
  readonly receipt_delay_ms: number;
  readonly response_delay_ms: number;
  /** The receipt is on the wire before the answer to its submit_sm. */
  readonly receipt_before_response: boolean;
  /** How message ids are written into answers, and into receipts. */
  readonly id_format: IdFormat;
  readonly receipt_id_format: IdFormat;
  /** submit_sm taken in one second, the rest is throttled; 0 = no limit. */
  readonly throttle_per_second: number;
  /** False: no receipt at all. */
  readonly receipts: boolean;
}

export type IdFormat = 'decimal' | 'hex' | 'hex_upper' | 'zero_padded';

export const noFaults: Faults = {
  receipt_delay_ms: 1_000,
  response_delay_ms: 0,
  receipt_before_response: false,
  id_format: 'decimal',
  receipt_id_format: 'decimal',
  throttle_per_second: 0,
  receipts: true,
};

export function formatId(id: bigint, format: IdFormat): string {
  switch (format) {
    case 'decimal':
      return id.toString();
    case 'hex':
      return id.toString(16);
    case 'hex_upper':
      return id.toString(16).toUpperCase();
    case 'zero_padded':
      return id.toString().padStart(24, '0');
  }
}
