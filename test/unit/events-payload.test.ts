import { describe, expect, test } from 'vitest';
import { burstPayload, type EventSource, PAYLOAD_BYTES_MAX, payload } from '../../server/events/payload.ts';
import type { Message } from '../../server/rules/message.ts';
import { sampleInbound, sampleMessage } from '../support/sample-message.ts';

const at = new Date('2026-11-20T12:00:05.000Z');

function event(type: string, data: Record<string, unknown> = {}, sequence = 2): EventSource {
  return { type, mode: 'test', message_id: sampleMessage().id, sequence, data, created_at: at };
}

function told(source: EventSource, message: Message | null) {
  const json = payload(source, message);
  if (json === null) throw new Error('there is no payload');
  return JSON.parse(json) as { type: string; timestamp: string; data: Record<string, unknown> };
}

describe('R122 R123: a status of an outbound text', () => {
  const message = sampleMessage({
    status: 'delivered',
    sequence: 3,
    client_ref: 'order-1234',
    metadata: { order_id: '1234' },
    error: { code: 'UNKNOWN_ERROR', class: 'retry', message: 'an earlier try' },
    sent_at: new Date('2026-11-20T12:00:01.000Z'),
    delivered_at: new Date('2026-11-20T12:00:04.000Z'),
  });

  test('has type, timestamp and the fields of the text, without its body', () => {
    expect(told(event('message.delivered', { status: 'delivered' }, 3), message)).toEqual({
      type: 'message.delivered',
      timestamp: '2026-11-20T12:00:05.000Z',
      data: {
        message_id: message.id,
        object: 'message',
        direction: 'outbound',
        status: 'delivered',
        from: '+15005550100',
        to: '+14155550123',
        client_ref: 'order-1234',
        metadata: { order_id: '1234' },
        conversation_id: null,
        sent_by: null,
        error: null,
        ambiguous: false,
        in_reply_to: null,
        sent_at: '2026-11-20T12:00:01.000Z',
        delivered_at: '2026-11-20T12:00:04.000Z',
        segments: 1,
        encoding: 'GSM-7',
        message_type: 'transactional',
        mode: 'test',
        country: 'US',
        sequence: 3,
        created_at: '2026-11-20T12:00:00.123Z',
      },
    });
  });

  test('is the one of the event, even when the text has moved on since', () => {
    const { data } = told(event('message.queued', {}, 1), message);
    expect(data).toMatchObject({ status: 'queued', sequence: 1, sent_at: null, delivered_at: null, error: null });
    expect(told(event('message.sent'), message).data).toMatchObject({
      status: 'sent',
      sent_at: '2026-11-20T12:00:01.000Z',
      delivered_at: null,
    });
  });

  test('R124: carries the error of this change with the words of the carrier', () => {
    const error = { code: 'FILTERED', class: 'review', message: 'blocked', upstream: { receipt_state: 'REJECTD' } };
    expect(told(event('message.undelivered', { error }), message).data['error']).toEqual(error);
  });

  test('stays ambiguous in every later event', () => {
    const ambiguous = sampleMessage({ ambiguous: true });
    expect(told(event('message.sent'), ambiguous).data['ambiguous']).toBe(true);
    expect(told(event('message.sent', { ambiguous: true }), message).data['ambiguous']).toBe(true);
  });

  test('says late only when it is, and why a text is held', () => {
    expect(told(event('message.delivered', { late: true }), message).data['late']).toBe(true);
    expect(told(event('message.delivered', { late: false }), message).data).not.toHaveProperty('late');
    expect(told(event('message.held', { hold_reason: 'ambiguous' }), message).data['hold_reason']).toBe('ambiguous');
  });

  test.each(['scheduled', 'held', 'queued', 'sent', 'failed', 'rejected', 'expired', 'canceled'])(
    'message.%s never carries a body',
    (status) => {
      expect(told(event(`message.${status}`), message).data).not.toHaveProperty('body');
    },
  );
});

describe('R127: an inbound text', () => {
  test('has its body, when it came and what it answers', () => {
    const message = sampleInbound({ in_reply_to: '0197a1b2-0000-7000-8000-000000000000' });
    const { data } = told(event('message.received'), message);
    expect(data).toMatchObject({
      direction: 'inbound',
      status: 'received',
      body: 'YES',
      received_at: '2026-11-20T12:00:00.123Z',
      in_reply_to: '0197a1b2-0000-7000-8000-000000000000',
      intent: { type: 'none', tier: null, matched: null },
    });
    expect(data).not.toHaveProperty('sent_at');
  });

  test('names its conversation, and who looks after the contact as things were when it came', () => {
    const message = sampleInbound({ conversation_id: '0197a1b2-0000-7000-8000-000000000001' });
    expect(told(event('message.received'), message).data).toMatchObject({
      conversation_id: '0197a1b2-0000-7000-8000-000000000001',
      contact: { number: message.from, owner: null },
    });
    const contact = { number: message.from, owner: 'hs:12345' };
    const expected_reply = { wait_id: 'w', value: 'YES' };
    const { data } = told({ ...event('message.received'), data: { contact, expected_reply } }, message);
    expect(data).toMatchObject({ contact, expected_reply });
  });

  test('of several written in a row has the words of all, also when one alone was cut', () => {
    const long = payload(event('message.received'), sampleInbound({ body: '\u0001'.repeat(10_000) }));
    const ids = ['0197a1b2-0000-7000-8000-000000000001', '0197a1b2-0000-7000-8000-000000000002'];
    const { data } = JSON.parse(burstPayload(long ?? '', { body: 'a\nb', ids })) as { data: Record<string, unknown> };
    expect(data).toMatchObject({ body: 'a\nb', combined: ids, direction: 'inbound' });
    expect(data).not.toHaveProperty('body_truncated');
  });

  test('says whether parts of it never came, and which', () => {
    expect(told(event('message.received'), sampleInbound()).data).toMatchObject({
      incomplete: false,
      missing_parts: null,
    });
    const { data } = told(event('message.received'), sampleInbound({ missing_parts: [2, 3] }));
    expect(data).toMatchObject({ incomplete: true, missing_parts: [2, 3] });
  });

  test('shows what was understood of it', () => {
    const intent = { type: 'opt_out', tier: 'exact', matched: 'STOP', language: 'en' } as const;
    expect(told(event('message.received'), sampleInbound({ body: 'STOP', intent })).data['intent']).toEqual(intent);
  });
});

describe('other events', () => {
  test('an opt-out tells number, source, keyword and the text it came in, and needs no text to be there', () => {
    const data = { number: '+14155550123', source: 'keyword', keyword: 'STOP' };
    expect(told(event('contact.opted_out', data), null)).toEqual({
      type: 'contact.opted_out',
      timestamp: '2026-11-20T12:00:05.000Z',
      data: { ...data, object: 'contact', message_id: sampleMessage().id, mode: 'test' },
    });
  });

  test('a text that is gone is not told of', () => {
    expect(payload(event('message.sent'), null)).toBeNull();
  });
});

describe('the size', () => {
  const bytes = (source: EventSource, message: Message) => Buffer.byteLength(payload(source, message) ?? '');

  test('a long inbound text is cut and says so, between two characters', () => {
    const message = sampleInbound({ body: `x${'😀'.repeat(10_000)}` });
    const { data } = told(event('message.received'), message);
    expect(bytes(event('message.received'), message)).toBeLessThan(PAYLOAD_BYTES_MAX);
    expect(data['body_truncated']).toBe(true);
    expect(String(data['body']).isWellFormed()).toBe(true);
    expect(message.body.startsWith(String(data['body']))).toBe(true);
  });

  test('the worst body, control characters that take six bytes each, still fits', () => {
    const message = sampleInbound({ body: '\u0001'.repeat(5_000) });
    expect(bytes(event('message.received'), message)).toBeLessThan(PAYLOAD_BYTES_MAX);
  });

  test('the largest metadata the API accepts leaves whole when it fits and is left out when it does not', () => {
    const filled = (character: string) =>
      Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`key-${index}`, character.repeat(500)]));
    const plain = sampleMessage({ metadata: filled('x') });
    const wide = sampleMessage({ metadata: filled('漢') });
    expect(told(event('message.sent'), plain).data['metadata']).toEqual(plain.metadata);
    expect(told(event('message.sent'), wide).data).toMatchObject({ metadata: null, metadata_truncated: true });
  });

  test('a carrier that writes novels costs its words, not the error', () => {
    const error = { code: 'FILTERED', class: 'review', message: 'blocked', upstream: { raw: 'x'.repeat(30_000) } };
    const { data } = told(event('message.undelivered', { error }), sampleMessage());
    expect(data['error']).toEqual({ code: 'FILTERED', class: 'review', message: 'blocked' });
  });

  test('what is below the limit is left alone', () => {
    const { data } = told(event('message.received'), sampleInbound({ body: 'x'.repeat(1_600) }));
    expect(data['body']).toHaveLength(1_600);
    expect(data).not.toHaveProperty('body_truncated');
  });
});
