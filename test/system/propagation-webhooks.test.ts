import { expect, test } from 'vitest';
import { insertEvents } from '../../server/store/events.ts';
import { insertPropagations, propagationsOf } from '../../server/store/propagation.ts';
import { until } from '../support/until.ts';
import { webhookHarness } from '../support/webhooks.ts';

const NUMBER = '+14155550123';

test('an endpoint confirms an opt-out by taking its event, and not by refusing it', async () => {
  let status = 500;
  const { database, sink, start } = await webhookHarness((response) => void response.writeHead(status).end());
  const webhooks = start();
  const created = await webhooks.endpoints.create('test', { url: sink.url, event_types: ['contact.opted_out'] });
  if (!created.ok) throw new Error(created.reason);
  const [eventId, at] = [crypto.randomUUID(), new Date()];
  await database.transaction(async () => {
    await insertPropagations(database, { eventId, mode: 'test', number: NUMBER, at });
    const data = { event_id: eventId, number: NUMBER };
    await insertEvents(database, [
      { type: 'contact.opted_out', mode: 'test', message_id: null, sequence: 0, data, created_at: at },
    ]);
  });
  const confirmedAt = async () => (await propagationsOf(database, 'test', NUMBER))[0]?.confirmed_at;
  webhooks.poke();
  const attempted = { text: `select 1 from webhook_deliveries where last_status = 500`, values: [] };
  await until(async () => (await database.query(attempted)).length > 0);
  expect(await confirmedAt()).toBeNull();
  status = 200;
  await database.query({ text: 'update webhook_deliveries set next_attempt_at = now()', values: [] });
  webhooks.poke();
  await until(async () => (await confirmedAt()) !== null);
});
