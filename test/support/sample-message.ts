import type { Message } from '../../server/rules/message.ts';

/** An outbound text that is queued, with reserved numbers; `changes` makes it any other. */
export function sampleMessage(changes: Partial<Message> = {}): Message {
  const created_at = new Date('2026-11-20T12:00:00.123Z');
  return {
    id: '0197a1b2-c3d4-7e5f-8a90-123456789abc',
    mode: 'test',
    direction: 'outbound',
    status: 'queued',
    from: '+15005550100',
    to: '+14155550123',
    contact: '+14155550123',
    body: 'Your order has been shipped.',
    purpose: 'text',
    message_type: 'transactional',
    on_ambiguous: 'default',
    encoding: 'GSM-7',
    segments: 1,
    segments_delivered: 0,
    flash: false,
    smart_replacements: [],
    country: 'US',
    smsc_id: null,
    due_at: created_at,
    expires_at: null,
    attempts: 0,
    ambiguous: false,
    sequence: 1,
    hold_reason: null,
    error: null,
    receipt: null,
    late: false,
    status_callback: null,
    client_ref: null,
    metadata: null,
    warnings: [],
    missing_parts: null,
    in_reply_to: null,
    intent: null,
    topic: null,
    schedule_for: null,
    validity_seconds: 86_400,
    quiet_hours: null,
    send_before: null,
    conversation_id: null,
    sent_by: null,
    created_at,
    status_updated_at: created_at,
    sent_at: null,
    delivered_at: null,
    ...changes,
  };
}

export function sampleInbound(changes: Partial<Message> = {}): Message {
  return sampleMessage({
    direction: 'inbound',
    status: 'received',
    from: '+14155550123',
    to: '+15005550100',
    body: 'YES',
    message_type: 'conversational',
    due_at: null,
    ...changes,
  });
}
