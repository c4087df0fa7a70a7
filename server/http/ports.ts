import type { Logger } from 'pino';
import type { Key } from '../access/keys.ts';
import type { Clock } from '../clock.ts';
import type { SafeFetch } from '../events/safe-fetch.ts';
import type { Endpoints } from '../events/webhooks.ts';
import type { Accepted, Caller, Idempotency, SendRequest } from '../messages/accept-types.ts';
import type { MessageReader } from '../messages/read.ts';

/** Everything the API needs of the rest of the server; `main` fills it in. */
export interface Ports {
  readonly accept: (request: SendRequest, caller: Caller, idempotency: Idempotency | null) => Promise<Accepted>;
  readonly messages: MessageReader;
  readonly findKey: (text: string) => Promise<Key | null>;
  readonly webhookEndpoints: Endpoints;
  /** Judges the address of a status_callback by its text. */
  readonly checkUrl: SafeFetch['check'];
  /** Signs what is sent to a status_callback: `whsec_…`. */
  readonly webhookSecret: string;
  /** Null while the simulated carrier is off. */
  readonly sandbox: Sandbox | null;
  readonly readiness: () => Promise<Readiness>;
  /** 32 bytes; signs the cursors of lists. */
  readonly cursorKey: Buffer;
  /** Where others reach us, without a slash at the end. */
  readonly publicUrl: string;
  /** The folder with index.html and the files of the phone page. */
  readonly phonePageFolder: string;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly clock: Clock;
}

/** The simulated carrier and its phones. */
export interface Sandbox {
  /** Phones that sent or got a text, the latest first. */
  numbers(): readonly Phone[];
  /** The conversation of one phone (E.164), oldest first. */
  phone(number: string): readonly PhoneMessage[];
  /** A text from a phone; `delivered` is false while nobody is connected to take it. */
  answer(text: { readonly from: string; readonly to: string; readonly body: string }): Promise<{
    readonly delivered: boolean;
  }>;
  /** What is left out stays as it is. */
  setFaults(faults: Faults): void;
  reset(): void;
}

export interface Phone {
  readonly number: string;
  /** How many texts are kept. */
  readonly messages: number;
  readonly last_at: Date;
}

export interface PhoneMessage {
  readonly direction: 'to_phone' | 'from_phone';
  readonly from: string;
  readonly to: string;
  readonly body: string;
  readonly encoding: string;
  readonly segments: number;
  readonly at: Date;
  /** The carrier's id of each part that came to the phone. */
  readonly message_ids: readonly string[];
}

/** How the simulated carrier behaves and misbehaves. */
export interface Faults {
  readonly receipt_delay_ms?: number;
  readonly response_delay_ms?: number;
  readonly receipt_before_response?: boolean;
  readonly id_format?: IdFormat;
  readonly receipt_id_format?: IdFormat;
  readonly throttle_per_second?: number;
  readonly receipts?: boolean;
}

export type IdFormat = 'decimal' | 'hex' | 'hex_upper' | 'zero_padded';

export interface Readiness {
  /** False: the database is down, not migrated, or the server is stopping. */
  readonly ready: boolean;
  readonly database: 'up' | 'down';
  readonly queue: 'up' | 'down';
  readonly carrier: 'up' | 'down' | 'none';
}
