import { describe, expect, test } from 'vitest';
import { dispatch } from '../../server/events/dispatch.ts';
import type { Webhooks } from '../../server/events/webhooks.ts';
import { recordEvent, webhookHarness } from '../support/webhooks.ts';

describe('deliveries that start at once', () => {
  test('are claimed by the insert that makes them; those without a place are due for everybody', async () => {
    const { database, sink, start, deliveries } = await webhookHarness();
    const webhooks = start();
    for (let endpoint = 0; endpoint < 3; endpoint++) await subscribe(webhooks, sink.url);
    await webhooks.stop();
    await recordEvent(database, 'message.sent');
    const now = new Date();
    const leaseUntil = new Date(now.getTime() + 60_000);
    const { claimed } = await dispatch(database, now, { count: 2, leaseUntil });
    const rows = await deliveries();
    const started = new Set(claimed.map(({ id }) => id));
    expect(started.size).toBe(2);
    for (const { id, attempts, next_attempt_at } of rows) {
      const expected = started.has(id) ? [1, leaseUntil] : [0, now];
      expect([attempts, next_attempt_at]).toEqual(expected);
    }
    for (const each of claimed)
      expect(each).toMatchObject({ attempts: 1, enabled: true, secret: expect.any(Buffer) as Buffer });
  });

  test('are not started again when their event is dispatched again', async () => {
    const { database, sink, start } = await webhookHarness();
    const webhooks = start();
    await subscribe(webhooks, sink.url);
    await webhooks.stop();
    await recordEvent(database, 'message.sent');
    const atOnce = { count: 5, leaseUntil: new Date(Date.now() + 60_000) };
    expect((await dispatch(database, new Date(), atOnce)).claimed).toHaveLength(1);
    await database.kysely.deleteFrom('cursors').execute();
    expect((await dispatch(database, new Date(), atOnce)).claimed).toEqual([]);
  });
});

async function subscribe(webhooks: Webhooks, url: string) {
  const created = await webhooks.endpoints.create('test', { url, event_types: ['*'] });
  if (!created.ok) throw new Error(created.reason);
}
