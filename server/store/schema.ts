import type { Message, Mode } from '../rules/message.ts';

/** The tables as Kysely sees them. int8 and xid8 arrive as strings. */
export interface Schema {
  server_state: { key: string; value: string };
  instances: { id: string; started_at: Date };
  api_keys: ApiKeyRow;
  messages: MessageRow;
  segments: SegmentRow;
  early_receipts: { id: string; smsc_id: string; carrier_id: string; receipt: unknown; received_at: Date };
  events: EventRow;
  cursors: { name: string; txid: string; id: string };
  idempotency_keys: {
    api_key_id: string;
    path: string;
    key: string;
    fingerprint: Buffer;
    verdict: unknown;
    created_at: Date;
  };
  opt_outs: OptOutRow;
  consent_events: {
    id: string;
    mode: Mode;
    number: string;
    action: string;
    source: string;
    evidence: unknown;
    occurred_at: Date;
  };
  webhook_endpoints: WebhookEndpointRow;
  webhook_deliveries: WebhookDeliveryRow;
}

export interface ApiKeyRow {
  /** The public part of the key: 8 characters. */
  id: string;
  /** SHA-256 of the whole key. */
  hash: Buffer;
  mode: Mode;
  name: string;
  scopes: string[];
  last4: string;
  created_at: Date;
  expires_at: Date | null;
  revoked_at: Date | null;
}

export interface MessageRow extends Message {
  claimed_by: string | null;
  claimed_at: Date | null;
  /** Refusals of the class `retry` so far; throttling does not count. */
  retries: number;
  api_key_id: string | null;
}

export interface SegmentRow {
  message_id: string;
  part: number;
  attempt: number;
  smsc_id: string;
  carrier_id: string;
  state: 'sent' | 'delivered' | 'undelivered' | 'expired';
  receipt: string | null;
  receipt_due_at: Date | null;
  created_at: Date;
}

export interface EventRow {
  txid: string;
  id: string;
  type: string;
  mode: Mode;
  message_id: string | null;
  sequence: number;
  /** What this change set; the unchanging fields of the text come from its row. */
  data: Record<string, unknown>;
  created_at: Date;
}

export interface OptOutRow {
  mode: Mode;
  number: string;
  opted_out_at: Date;
  source: string;
  keyword: string | null;
  message_id: string | null;
}

export interface WebhookEndpointRow {
  id: string;
  mode: Mode;
  url: string;
  event_types: string[];
  description: string | null;
  enabled: boolean;
  /** Encrypted with the sub-key `webhook-secrets`. */
  secret: Buffer;
  created_at: Date;
}

export interface WebhookDeliveryRow {
  id: string;
  endpoint_id: string | null;
  mode: Mode;
  url: string;
  event_type: string;
  message_id: string | null;
  payload: string;
  state: 'pending' | 'delivered' | 'failed';
  attempts: number;
  next_attempt_at: Date;
  last_status: number | null;
  last_error: string | null;
  created_at: Date;
}
