import type { Mode } from '../rules/message.ts';

/** The tables of consent, contacts and conversations as Kysely sees them. int8 arrives as a string. */
export interface ContactsSchema {
  consent_events: ConsentEventRow;
  consent_chains: { mode: Mode; sequence: string; hash: Buffer };
  opt_outs: OptOutRow;
  opt_ins: OptInRow;
  erased_opt_outs: ErasedOptOutRow;
  suppressions: SuppressionRow;
  opt_out_reviews: OptOutReviewRow;
  connected_systems: { mode: Mode; id: string; name: string; created_at: Date };
  opt_out_propagations: OptOutPropagationRow;
  opt_out_links: { token: string; mode: Mode; number: string; sender: string; created_at: Date };
  contacts: ContactRow;
  conversations: ConversationRow;
  conversation_notes: ConversationNoteRow;
  reply_waits: ReplyWaitRow;
  keyword_rules: KeywordRuleRow;
  audit_log: AuditRow;
  audit_chain: { one: boolean; sequence: string; hash: Buffer };
  privacy_jobs: PrivacyJobRow;
  retention_places: { name: string; id: string };
  retention_leftovers: { id: string };
}

export interface ConsentEventRow {
  id: string;
  /** Null only for events from before the ledger had chains, until the next start. */
  event_id: string | null;
  mode: Mode;
  /** Null after an erasure; `number_hmac` stays. */
  number: string | null;
  action: 'opt_in' | 'opt_out' | 'review' | 'confirm';
  /** `*` = everything. */
  topic: string;
  source: string;
  channel: string | null;
  method: 'written' | 'electronic' | 'verbal' | 'keyword' | null;
  actor: unknown;
  jurisdiction: string | null;
  language: string | null;
  message_id: string | null;
  /** Null after an erasure. */
  evidence: unknown;
  occurred_at: Date;
  recorded_at: Date | null;
  expires_at: Date | null;
  sequence: string | null;
  number_hmac: Buffer | null;
  salt: Buffer | null;
  evidence_hash: Buffer | null;
  prev_hash: Buffer | null;
  hash: Buffer | null;
}

export interface OptOutRow {
  mode: Mode;
  number: string;
  topic: string;
  opted_out_at: Date;
  source: string;
  keyword: string | null;
  language: string | null;
  message_id: string | null;
  event_id: string | null;
}

export interface OptInRow {
  mode: Mode;
  number: string;
  topic: string;
  opted_in_at: Date;
  source: string;
  event_id: string;
  expires_at: Date | null;
}

export interface ErasedOptOutRow {
  mode: Mode;
  number_hmac: Buffer;
  topic: string;
  last4: string;
  opted_out_at: Date;
  source: string;
  erased_at: Date;
}

export type SuppressionList = 'invalid' | 'landline' | 'dnc_import' | 'reassigned' | 'manual';

export interface SuppressionRow {
  mode: Mode;
  number: string;
  list: SuppressionList;
  reason: string | null;
  /** `api`, `import`, `carrier`. */
  source: string;
  created_at: Date;
  expires_at: Date | null;
}

export interface OptOutReviewRow {
  id: string;
  mode: Mode;
  number: string;
  message_id: string | null;
  matched: string;
  tier: string;
  state: 'open' | 'resolved';
  decision: 'opt_out' | 'not_opt_out' | null;
  resolved_by: unknown;
  /** When it becomes an opt-out by itself; null = never. */
  due_at: Date | null;
  created_at: Date;
  resolved_at: Date | null;
}

export interface OptOutPropagationRow {
  event_id: string;
  mode: Mode;
  number: string;
  /** `webhook:<endpoint id>`, or the id of a connected system. */
  system: string;
  opted_out_at: Date;
  confirmed_at: Date | null;
  warned: 'hour' | 'day' | null;
}

export interface ContactRow {
  mode: Mode;
  number: string;
  name: string | null;
  time_zone: string | null;
  state: string | null;
  country: string | null;
  language: string | null;
  owner: string | null;
  attributes: Record<string, string>;
  created_at: Date;
  updated_at: Date;
}

export interface ConversationRow {
  id: string;
  mode: Mode;
  our_number: string;
  contact: string;
  status: 'open' | 'snoozed' | 'closed';
  assignee: string | null;
  tags: string[];
  snoozed_until: Date | null;
  last_inbound_at: Date | null;
  last_outbound_at: Date | null;
  last_message_at: Date;
  created_at: Date;
  updated_at: Date;
  closed_at: Date | null;
}

export interface ConversationNoteRow {
  id: string;
  conversation_id: string;
  author: string | null;
  body: string;
  created_at: Date;
}

/** Of `canceled`: `requested`, `opted_out`. Of `gone`: what became of the callback. */
export type ReplyWaitReason =
  | 'requested'
  | 'opted_out'
  | 'finished'
  | 'deleted'
  | 'unauthorized'
  | 'refused'
  | 'unreachable';

export interface ReplyWaitRow {
  id: string;
  mode: Mode;
  contact: string;
  our_number: string;
  message_id: string | null;
  match: unknown;
  callback_url: string | null;
  /** `matched` becomes `delivered` once the callback has taken the reply; without a callback it is the end. */
  state: 'waiting' | 'matched' | 'delivered' | 'timed_out' | 'canceled' | 'gone';
  /** The inbound text that was matched. */
  reply_id: string | null;
  value: string | null;
  /** At telling the callback the reply, or the end. */
  attempts: number;
  /** Null = there is nothing to tell. */
  next_attempt_at: Date | null;
  /** What the callback answered last; null = nothing. */
  last_status: number | null;
  /** Why it ended without an answer, where the state does not say it. */
  reason: ReplyWaitReason | null;
  expires_at: Date;
  created_at: Date;
  finished_at: Date | null;
}

export interface KeywordRuleRow {
  id: string;
  mode: Mode;
  name: string;
  priority: number;
  enabled: boolean;
  /** Match and actions, as the API takes them. */
  definition: unknown;
  created_at: Date;
  updated_at: Date;
}

export interface AuditRow {
  sequence: string;
  mode: Mode;
  actor: unknown;
  action: string;
  target: string | null;
  details: unknown;
  created_at: Date;
  prev_hash: Buffer;
  hash: Buffer;
}

export interface PrivacyJobRow {
  id: string;
  mode: Mode;
  kind: 'export' | 'erase';
  /** Null once it is no longer needed. */
  number: string | null;
  number_hmac: Buffer;
  state: 'pending' | 'done';
  /** What an erasure does next; null for an export, and when nothing is left to do. */
  stage: 'first' | 'second' | 'late' | null;
  /** What an export found; null before, and after a day. */
  result: unknown;
  created_at: Date;
  due_at: Date | null;
  finished_at: Date | null;
}
