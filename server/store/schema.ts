import type { Message, MessageType, Mode } from '../rules/message.ts';
import type { IdForm } from '../rules/carrier-id.ts';
import type { Registration, SenderType } from '../rules/sender.ts';
import type { SenderRule } from '../rules/sender-rules.ts';
import type { WebhookFilter } from '../rules/webhook-filter.ts';
import type { SegmentState } from '../rules/status.ts';
import type { ContactsSchema } from './schema-contacts.ts';

/** The tables as Kysely sees them. int8 and xid8 arrive as strings. */
export interface Schema extends ContactsSchema {
  server_state: { key: string; value: string };
  instances: { id: string; started_at: Date };
  api_keys: ApiKeyRow;
  api_key_days: { api_key_id: string; day: string; texts: number };
  revoked_tokens: { id: string; expires_at: Date };
  messages: MessageRow;
  message_tags: { mode: Mode; tag: string; message_id: string };
  segments: SegmentRow;
  carrier_id_forms: { smsc_id: string; form: IdForm; learned_at: Date };
  early_receipts: { id: string; smsc_id: string; carrier_id: string; receipt: unknown; received_at: Date };
  concatenation_counters: { counter: number; last: string };
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
  webhook_endpoints: WebhookEndpointRow;
  webhook_deliveries: WebhookDeliveryRow;
  routes: RouteRow;
  senders: SenderRow;
  sender_pools: SenderPoolRow;
  sender_rules: SenderRuleRow;
  carriers: { id: string; mode: Mode; profile: Buffer; created_at: Date };
  prices: { mode: Mode; destination: string; price: string };
  balance_entries: BalanceEntryRow;
  carrier_states: { id: string; state: CarrierState; paused: boolean };
}

/** Amounts are decimals. */
export interface BalanceEntryRow {
  mode: Mode;
  id: string;
  type: 'reserve' | 'settle' | 'refund' | 'top_up';
  /** What it adds to the remaining balance. */
  amount: string;
  /** What it adds to the reserved balance. */
  reserved: string;
  message_id: string | null;
  reference: string | null;
  created_at: Date;
}

/** parked: the carrier refuses our credentials. */
export type CarrierState = 'up' | 'down' | 'parked';

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
  /** Addresses and networks (CIDR) that it may be used from; empty = any, as in the two lists below. */
  allowed_ips: string[];
  /** Countries of recipients, ISO 3166-1. */
  allowed_countries: string[];
  /** Ids or values of senders. */
  sender_ids: string[];
  /** Texts per minute; null = any number. */
  rate_limit: number | null;
  /** Texts per day of UTC; null = any number. */
  daily_cap: number | null;
  /** Since when it may not send, and why: `requested`, or `anomaly:` and what there was too much of. */
  paused_at: Date | null;
  pause_reason: string | null;
  /** Id of the key that made it; null = none did. */
  created_by: string | null;
  last_used_at: Date | null;
  last_used_ip: string | null;
  /** Of the key before the last rotation, which is good until `previous_until`. */
  previous_hash: Buffer | null;
  previous_until: Date | null;
  /** The days before its end that were told last, and of which end. */
  expiry_told_days: number | null;
  expiry_told_for: Date | null;
}

export interface MessageRow extends Message {
  claimed_by: string | null;
  claimed_at: Date | null;
  /** Attempts with its present carrier that count: refused by the class `retry`, or without an answer. */
  retries: number;
  /** Attempts without an answer, with whatever carrier. */
  doubts: number;
  /** Attempts with the carriers that it had before. */
  attempts_elsewhere: number;
  api_key_id: string | null;
  /** Carriers that have refused the text; null = none. */
  tried: string[] | null;
  /** Concatenation reference of a text of several parts; null before its first attempt. */
  reference: number | null;
  /** How many submit_sm the text takes; null = as many as segments. */
  submit_count: number | null;
  /** When its body was taken away; null = it is there. Only what is read from storage has it. */
  redacted_at?: Date | null | undefined;
}

/** One submit_sm, and what the carrier said about it. */
export interface SegmentRow {
  message_id: string;
  part: number;
  attempt: number;
  smsc_id: string;
  /** Null unless the carrier accepted it. */
  carrier_id: string | null;
  state: SegmentState | 'refused' | 'unknown';
  /** As the API writes it: 0x00000058. Null while there is no answer. */
  command_status: string | null;
  command_status_name: string | null;
  /** The text of the receipt that decided, or of the last one that did not. */
  receipt: string | null;
  receipt_state: string | null;
  receipt_tlvs: ReceiptTlvs | null;
  receipt_at: Date | null;
  receipt_due_at: Date | null;
  /** The recipient while nobody knows whether the carrier took it; null otherwise. */
  in_doubt_of: string | null;
  /** When the attempt began. */
  created_at: Date;
}

/** What the TLVs of a receipt said; what was not there is left out. */
export interface ReceiptTlvs {
  readonly receipted_message_id?: string;
  readonly message_state?: number;
  readonly network_error_code?: string;
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

export interface WebhookEndpointRow {
  id: string;
  mode: Mode;
  url: string;
  event_types: string[];
  description: string | null;
  enabled: boolean;
  /** Encrypted with the sub-key `webhook-secrets`. */
  secret: Buffer;
  /** Null = every text. */
  filter: WebhookFilter | null;
  /** Signs too until its time is over. */
  previous_secret: Buffer | null;
  previous_secret_until: Date | null;
  failed_at: Date | null;
  failing_since: Date | null;
  /** Why we turned it off; null when somebody else did, or nobody. */
  disabled_reason: 'gone' | 'failing' | null;
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
  /** Between whom, of texts that were written in a row; null for all other deliveries. */
  burst_of: string | null;
  burst: readonly string[] | null;
  last_attempt_at: Date | null;
  last_duration_ms: number | null;
  /** How the last answer began. */
  last_response: string | null;
  created_at: Date;
}

export interface RouteRow {
  id: string;
  mode: Mode;
  priority: number;
  smsc_id: string;
  prefixes: string[];
  countries: string[];
  networks: string[];
  senders: string[];
  message_types: MessageType[];
  weight: number;
  cost: string | null;
  created_at: Date;
}

export interface SenderRow {
  id: string;
  mode: Mode;
  value: string;
  type: SenderType;
  countries: string[];
  purpose: MessageType[];
  mps: number | null;
  registration: Registration | null;
  smsc_ids: string[];
  opt_out_managed_by: 'us' | 'carrier';
  shared: boolean;
  created_at: Date;
}

export interface SenderPoolRow {
  id: string;
  mode: Mode;
  name: string;
  sender_ids: string[];
  is_default: boolean;
  created_at: Date;
}

/** What an operator knows of a country. */
export interface SenderRuleRow {
  mode: Mode;
  country: string;
  alphanumeric: SenderRule['alphanumeric'];
  numeric: SenderRule['numeric'];
  dynamic: boolean | null;
  two_way: boolean | null;
  required_fields: string[];
  /** Null: those that are known anyway. */
  refused_numbers: string[] | null;
  source_url: string | null;
  verified_on: string | null;
  updated_at: Date;
}
