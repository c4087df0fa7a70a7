import { describe, expect, test } from 'vitest';
import { messageSchema } from '../../server/http/contract-messages.ts';
import { messageView } from '../../server/rules/message-view.ts';
import { sampleInbound, sampleMessage } from '../support/sample-message.ts';

test('begins with the five fields that every client knows, in their order', () => {
  const names = Object.keys(messageView(sampleMessage()));
  expect(names.slice(0, 5)).toEqual(['status', 'message_id', 'to', 'remaining_balance', 'message_price']);
});

test('is what the contract promises, field by field and in its order', () => {
  for (const message of [sampleMessage(), sampleInbound(), sampleMessage({ error: failure, status: 'failed' })]) {
    const view = messageView(message);
    expect(messageSchema.parse(view)).toEqual(view);
    expect(Object.keys(view)).toEqual(Object.keys(messageSchema.shape));
  }
});

test('never holds the body, the callback or how it is stored', () => {
  const view = messageView(sampleMessage({ body: 'a secret', status_callback: 'https://example.com/hook' }));
  expect(JSON.stringify(view)).not.toMatch(/a secret|example\.com|purpose|due_at|contact/);
});

test('has dates in RFC 3339 with milliseconds, and null where there is none', () => {
  const view = messageView(sampleMessage({ expires_at: new Date('2026-11-21T12:00:00Z') }));
  expect(view.created_at).toBe('2026-11-20T12:00:00.123Z');
  expect(view.expires_at).toBe('2026-11-21T12:00:00.000Z');
  expect([view.sent_at, view.delivered_at, view.schedule_for]).toEqual([null, null, null]);
});

test('of an inbound text says whether parts of it never came, and which', () => {
  expect(messageView(sampleInbound())).toMatchObject({ incomplete: false, missing_parts: null });
  const view = messageView(sampleInbound({ body: '[…]b', missing_parts: [1] }));
  expect(messageSchema.parse(view)).toMatchObject({ incomplete: true, missing_parts: [1] });
});

test('has the price that it was accepted at, and none when no price matched', () => {
  const moneyOf = ({ remaining_balance, message_price, currency }: ReturnType<typeof messageView>) => [
    remaining_balance,
    message_price,
    currency,
  ];
  expect(moneyOf(messageView(sampleMessage()))).toEqual([null, null, null]);
  const priced = sampleMessage({ price: '0.015000', currency: 'EUR' });
  expect(moneyOf(messageView(priced))).toEqual([null, '0.015', 'EUR']);
});

test('links to itself and to its events', () => {
  const message = sampleMessage();
  expect(messageView(message).links).toEqual({
    self: `/v1/messages/${message.id}`,
    events: `/v1/messages/${message.id}/events`,
  });
});

describe('R108: latency', () => {
  const at = (second: number) => new Date(Date.UTC(2026, 10, 20, 12, 0, second));

  test('is what was measured of each step', () => {
    const message = sampleMessage({ created_at: at(0), sent_at: at(3), delivered_at: at(10) });
    expect(messageView({ ...message, claimed_at: at(1) }).latency_ms).toEqual({
      queue: 1_000,
      submit: 2_000,
      network: 7_000,
    });
  });

  test('is null where nothing was measured', () => {
    expect(messageView(sampleMessage()).latency_ms).toEqual({ queue: null, submit: null, network: null });
    const sent = sampleMessage({ created_at: at(0), sent_at: at(3) });
    expect(messageView(sent).latency_ms).toEqual({ queue: null, submit: null, network: null });
  });

  test('is null rather than negative when a later attempt has begun', () => {
    const message = sampleMessage({ created_at: at(0), sent_at: at(3) });
    expect(messageView({ ...message, claimed_at: at(5) }).latency_ms.submit).toBeNull();
  });
});

const failure = {
  code: 'UNKNOWN_ERROR',
  class: 'review' as const,
  reason: 'UNREACHABLE',
  message: 'The carrier refused it.',
  upstream: { command_status: '0x0000000B' },
};
