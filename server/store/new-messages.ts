import type { Mode } from '../rules/message.ts';
import { multiInsert } from './columns.ts';
import type { Database } from './database.ts';
import type { MessageRow } from './schema.ts';

/** What a new row is given; the rest has defaults. */
export type NewMessage = Pick<
  MessageRow,
  | 'id'
  | 'mode'
  | 'direction'
  | 'status'
  | 'from'
  | 'to'
  | 'contact'
  | 'body'
  | 'purpose'
  | 'message_type'
  | 'on_ambiguous'
  | 'encoding'
  | 'segments'
  | 'flash'
  | 'smart_replacements'
  | 'country'
  | 'smsc_id'
  | 'due_at'
  | 'expires_at'
  | 'hold_reason'
  | 'error'
  | 'status_callback'
  | 'client_ref'
  | 'metadata'
  | 'warnings'
  | 'api_key_id'
  | 'missing_parts'
  | 'in_reply_to'
  | 'intent'
  | 'topic'
  | 'schedule_for'
  | 'validity_seconds'
  | 'queue_seconds'
  | 'quiet_hours'
  | 'send_before'
  | 'conversation_id'
  | 'sent_by'
  | 'batch_id'
  | 'campaign_id'
  | 'variant'
  | 'tags'
  | 'template'
  | 'send_window'
  | 'priority'
  | 'on_failure'
  | 'price'
  | 'currency'
  | 'prepaid'
  | 'created_at'
  | 'status_updated_at'
>;

const insert = multiInsert<NewMessage>('messages', {
  id: 'uuid',
  mode: 'text',
  direction: 'text',
  status: 'text',
  from: 'text',
  to: 'text',
  contact: 'text',
  body: 'text',
  purpose: 'text',
  message_type: 'text',
  on_ambiguous: 'text',
  encoding: 'text',
  segments: 'smallint',
  flash: 'boolean',
  smart_replacements: 'jsonb',
  country: 'text',
  smsc_id: 'text',
  due_at: 'timestamptz',
  expires_at: 'timestamptz',
  hold_reason: 'text',
  error: 'jsonb',
  status_callback: 'text',
  client_ref: 'text',
  metadata: 'jsonb',
  warnings: 'jsonb',
  api_key_id: 'text',
  missing_parts: 'jsonb',
  in_reply_to: 'uuid',
  intent: 'jsonb',
  topic: 'text',
  schedule_for: 'timestamptz',
  validity_seconds: 'integer',
  queue_seconds: 'integer',
  quiet_hours: 'text',
  send_before: 'timestamptz',
  conversation_id: 'uuid',
  sent_by: 'text',
  batch_id: 'text',
  campaign_id: 'text',
  variant: 'text',
  tags: 'jsonb',
  template: 'jsonb',
  send_window: 'jsonb',
  priority: 'text',
  on_failure: 'jsonb',
  price: 'numeric',
  currency: 'text',
  prepaid: 'boolean',
  created_at: 'timestamptz',
  status_updated_at: 'timestamptz',
});

const insertTags = multiInsert<{ mode: Mode; tag: string; message_id: string }>(
  'message_tags',
  { mode: 'text', tag: 'text', message_id: 'uuid' },
  'on conflict do nothing',
);

export async function insertMessages(database: Database, rows: readonly NewMessage[]): Promise<void> {
  if (rows.length === 0) return;
  const tagged = rows.flatMap(({ id, mode, tags }) => (tags ?? []).map((tag) => ({ mode, tag, message_id: id })));
  const written = [
    database.query(insert(database.bodies.sealRows(rows, 'body'))),
    ...(tagged.length > 0 ? [database.query(insertTags(tagged))] : []),
  ];
  await Promise.allSettled(written);
  await Promise.all(written);
}
