import { describe, expect, test } from 'vitest';
import { deliveriesOf } from '../../server/events/dispatch.ts';
import type { EventRow } from '../../server/store/schema.ts';
import type { Subscriber } from '../../server/store/webhook-endpoints.ts';
import { sampleInbound, sampleMessage } from '../support/sample-message.ts';

const callback = 'https://app.example/status';

function event(type: string, changes: Partial<EventRow> = {}): EventRow {
  const created_at = new Date('2026-11-20T12:00:05.000Z');
  return { txid: '700', id: '1', type, mode: 'test', message_id: 'm', sequence: 1, data: {}, created_at, ...changes };
}

function endpoint(id: string, event_types: string[], mode: 'test' | 'live' = 'test'): Subscriber {
  return { id, mode, url: `https://app.example/${id}`, event_types, filter: null, secret: Buffer.alloc(0) };
}

const targets = (...args: Parameters<typeof deliveriesOf>) => deliveriesOf(...args).map((each) => each.endpoint_id);

describe('R122: who gets an event', () => {
  const all = [
    endpoint('star', ['*']),
    endpoint('messages', ['message.*']),
    endpoint('exact', ['message.received', 'message.sent']),
    endpoint('contacts', ['contact.*']),
    endpoint('none', []),
    endpoint('part', ['message', 'message.se', 'mess*', 'message.sent.*']),
  ];

  test.each([
    ['message.sent', ['star', 'messages', 'exact']],
    ['message.queued', ['star', 'messages']],
    ['contact.opted_out', ['star', 'contacts']],
    ['smsc.down', ['star']],
  ])('%s', (type, expected) => {
    expect(targets(event(type), sampleMessage(), all)).toEqual(expected);
  });

  test('an endpoint gets an event once, however many of its types fit', () => {
    expect(
      targets(event('message.sent'), sampleMessage(), [endpoint('a', ['*', 'message.*', 'message.sent'])]),
    ).toEqual(['a']);
  });

  test('test events go to test endpoints, live events to live endpoints', () => {
    const both = [endpoint('test', ['*'], 'test'), endpoint('live', ['*'], 'live')];
    expect(targets(event('message.sent', { mode: 'test' }), sampleMessage(), both)).toEqual(['test']);
    expect(targets(event('message.sent', { mode: 'live' }), sampleMessage({ mode: 'live' }), both)).toEqual(['live']);
  });
});

describe('status_callback', () => {
  const message = sampleMessage({ status_callback: callback });

  test('gets every event of its own outbound text, endpoints or not', () => {
    const [delivery] = deliveriesOf(event('message.sent'), message, []);
    expect(delivery).toMatchObject({ endpoint_id: null, url: callback, mode: 'test', event_type: 'message.sent' });
  });

  test('gets no other events, and no inbound text has one', () => {
    expect(targets(event('contact.opted_out'), message, [])).toEqual([]);
    expect(targets(event('message.received'), sampleInbound({ status_callback: callback }), [])).toEqual([]);
    expect(targets(event('message.sent'), sampleMessage(), [])).toEqual([]);
  });

  test('comes besides an endpoint, with the same payload and another id', () => {
    const both = deliveriesOf(event('message.sent'), message, [endpoint('a', ['*'])]);
    expect(both.map((each) => each.endpoint_id)).toEqual(['a', null]);
    expect(both[0]?.payload).toBe(both[1]?.payload);
    expect(both[0]?.id).not.toBe(both[1]?.id);
  });
});

describe('the id of a delivery', () => {
  const idOf = (source: EventRow, id = 'a') => deliveriesOf(source, sampleMessage(), [endpoint(id, ['*'])])[0]?.id;
  const base = event('message.sent');

  test('is the same UUID each time the event is dispatched', () => {
    expect(idOf(base)).toBe(idOf(base));
    expect(idOf(base)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test('differs by event, by endpoint and by time', () => {
    const later = new Date(base.created_at.getTime() + 1);
    const ids = [
      idOf(base),
      idOf(base, 'b'),
      idOf({ ...base, id: '2' }),
      idOf({ ...base, txid: '701' }),
      idOf({ ...base, created_at: later }),
    ];
    expect(new Set(ids).size).toBe(5);
  });
});

test('a text that is gone is delivered to nobody', () => {
  expect(deliveriesOf(event('message.sent'), null, [endpoint('a', ['*'])])).toEqual([]);
});
