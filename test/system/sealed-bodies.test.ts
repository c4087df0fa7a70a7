import { expect, onTestFinished, test } from 'vitest';
import { openSecrets, SecretKeyError } from '../../server/access/first-start.ts';
import { secretBox } from '../../server/access/secrets.ts';
import { dispatch } from '../../server/events/dispatch.ts';
import { keepRetention } from '../../server/messages/retention.ts';
import { keepEarly } from '../../server/store/early-receipts.ts';
import { claimDeliveries } from '../../server/store/webhooks.ts';
import { insertEndpoint } from '../../server/store/webhook-endpoints.ts';
import { openDatabase } from '../../server/store/database.ts';
import { freshDatabase } from '../support/database.ts';
import { ownServer } from '../support/own-server.ts';
import { tracesOf } from '../support/traces.ts';
import { until } from '../support/until.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { RECIPIENT, type World, world } from '../support/world.ts';

const OLD = Buffer.alloc(32, 1).toString('base64');
const NEW = Buffer.alloc(32, 2).toString('base64');
const DAY = 86_400_000;

const ANY = { status: null, assignee: null, contact: null, tag: null, ourNumber: null, search: null, behind: null };

/** A transaction of any other test holds the newest events back for a moment. */
const dispatchAll = ({ database }: World, now: number) =>
  until(async () => (await dispatch(database, new Date(now))).more === 'end');

const endpoint = (id: string, bufferSeconds: number, at: Date) =>
  ({
    id,
    mode: 'live',
    url: `https://crm.example.com/${id}`,
    event_types: ['*'],
    description: null,
    enabled: true,
    secret: Buffer.alloc(32),
    filter: bufferSeconds > 0 ? { buffer_seconds: bufferSeconds } : null,
    created_at: at,
  }) as Parameters<typeof insertEndpoint>[1];

/** Somebody writes of a zebra in every way there is. */
async function talkOfZebras(w: World, now: number) {
  const { contacts, database } = w;
  await insertEndpoint(database, endpoint('we_1', 0, new Date(now)));
  await insertEndpoint(database, endpoint('we_2', 5, new Date(now)));
  const sent = await w.send({ body: 'Your zebra is ill: say A or B' });
  w.startWorking();
  await w.reaches(sent, 'sent');
  await w.receipt({ raw: 'id:1 stat:DELIVRD text:Your zebra is' });
  await w.stopWorking();
  await w.send({ body: 'A zebra for later', schedule_for: new Date(now + DAY) });
  const wait = { mode: 'live', messageId: null, contact: RECIPIENT, ourNumber: '+14155550100' } as const;
  await contacts.replyWaits.create({ ...wait, match: { type: 'free_text' }, callbackUrl: null, timeoutSeconds: 600 });
  await w.inbound('My zebra is ill');
  await w.inbound('And does the zebra bite?');
  const [conversation] = await contacts.conversations.list('live', ANY, 1);
  await contacts.conversations.addNote(conversation?.id ?? '', { author: 'ann', body: 'Asked for the zebra' });
  const part = { reference: 7, total: 2, number: 1, bits: 8 } as const;
  await w.receive({ body: 'Half a zebra', octets: Buffer.from('Half a zebra'), concatenation: part });
  await keepEarly(
    database,
    [{ smscId: 'fake', carrierId: '99', recipient: RECIPIENT.slice(1), raw: 'zebra' } as never],
    new Date(now),
  );
  await w.inbound('not sure, maybe stop the zebra texts at some point or so');
  await w.inbound('Stop. The zebra is well.');
  await dispatchAll(w, now);
}

async function sealedWorld() {
  const clock = virtualClock();
  const database = await freshDatabase();
  await openSecrets(database, [OLD], true);
  return { w: await world({ clock, database }), clock, database };
}

const bodiesOf = async (w: World) => (await w.messages()).map(({ body }) => body);

test('no words of anybody can be read in any column of any table, and everything works as ever', async () => {
  const { w, clock, database } = await sealedWorld();
  const { privacy, conversations } = w.contacts;
  await talkOfZebras(w, clock.now());
  const second = { reference: 7, total: 2, number: 2, bits: 8 } as const;
  await w.receive({ body: ' and the rest', octets: Buffer.from(' and the rest'), concatenation: second });
  const { id } = await privacy.request('live', 'export', RECIPIENT);
  await privacy.runDue();
  await dispatchAll(w, clock.now());
  expect(await tracesOf(database, ['zebra', 'Zebra', 'the rest'])).toEqual([]);

  expect(w.carrier.parts.map(({ text }) => text)).toContain('Your zebra is ill: say A or B');
  expect(await bodiesOf(w)).toEqual(
    expect.arrayContaining(['My zebra is ill', 'A zebra for later', 'Half a zebra and the rest']),
  );
  const [conversation] = await conversations.list('live', ANY, 1);
  const notes = await conversations.notes(conversation?.id ?? '', null, 10);
  expect(notes).toMatchObject([{ body: 'Asked for the zebra' }]);
  const [matched] = await w.contacts.replyWaits.list('live', { state: null, contact: null, belowId: null }, 1);
  expect(matched).toMatchObject({ state: 'matched', value: 'My zebra is ill' });
  const due = await claimDeliveries(database, 100, new Date(clock.now() + DAY), new Date(clock.now() + DAY));
  const told = due.map(({ payload }) => JSON.parse(payload) as { type: string; data: Record<string, unknown> });
  expect(told.filter(({ type }) => type === 'reply.matched').map(({ data }) => data['body'])).toEqual([
    'My zebra is ill',
    'My zebra is ill',
  ]);
  expect(told.map(({ data }) => data['body'])).toContainEqual(expect.stringMatching(/zebra.*\n.*zebra/));

  const result = (await privacy.find('live', id))?.result as Record<string, Record<string, unknown>[]>;
  expect(result['messages']?.map(({ body }) => body)).toContain('My zebra is ill');
  expect(result['messages']).toContainEqual(
    expect.objectContaining({ receipts: ['id:1 stat:DELIVRD text:Your zebra is'] }),
  );
  expect(result['conversations']).toMatchObject([{ notes: [{ body: 'Asked for the zebra' }] }]);
  expect(result['consent_events']).toContainEqual(
    expect.objectContaining({ evidence: expect.objectContaining({ text: 'Stop. The zebra is well.' }) }),
  );
  expect(await w.contacts.ledger.verify('live')).toMatchObject({ ok: true });
  const preview = await w.preview({ body: 'A zebra again' });
  expect(preview).toMatchObject({ ok: true, preview: { message: { body: 'A zebra again' } } });
});

test('retention and erasure take sealed words as they take others', async () => {
  const { w, clock, database } = await sealedWorld();
  await talkOfZebras(w, clock.now());
  clock.jump(91 * DAY);
  await dispatchAll(w, clock.now());
  const settings = { bodyDays: 90, metadataDays: 396, webhookDays: 30 };
  await keepRetention({ database, clock, settings });
  expect(new Set(await bodiesOf(w))).toEqual(new Set(['', expect.stringContaining('unsubscribed')]));
  await w.contacts.privacy.request('live', 'erase', RECIPIENT);
  await w.contacts.privacy.runDue();
  clock.jump(600_000);
  await w.contacts.privacy.runDue();
  expect(await tracesOf(database, [RECIPIENT.slice(1), 'sealed:'])).toEqual([]);
});

test('without the mode words are stored as they are, however they look', async () => {
  const database = await freshDatabase();
  await openSecrets(database, [OLD]);
  const w = await world({ database });
  await w.send({ body: 'A zebra' });
  await w.inbound('sealed:0123abcd:zebra');
  expect(await tracesOf(database, ['A zebra'])).toEqual(['messages']);
  expect(await bodiesOf(w)).toEqual(['A zebra', 'sealed:0123abcd:zebra']);
  expect(await tracesOf(database, ['body_key:'])).toEqual([]);
});

test('words from before the mode, from after it, and under rotated keys are read side by side', async () => {
  const database = await freshDatabase();
  const w = await world({ database });
  const steps = [
    { keys: [OLD], seals: false, body: 'before' },
    { keys: [OLD], seals: true, body: 'under the old key' },
    { keys: [NEW, OLD], seals: true, body: 'under the new key' },
    { keys: [NEW, OLD], seals: false, body: 'after' },
  ];
  for (const { keys, seals, body } of steps) {
    await openSecrets(database, keys, seals);
    await w.send({ body });
  }
  expect(await bodiesOf(w)).toEqual(steps.map(({ body }) => body));
  expect(await tracesOf(database, ['under the'])).toEqual([]);
});

test('a server without a key that has sealed words refuses to start', async () => {
  const database = await freshDatabase();
  await openSecrets(database, [OLD], true);
  await openSecrets(database, [NEW, OLD], true);
  for (const keys of [[NEW], [OLD]]) {
    await expect(openSecrets(database, keys, false)).rejects.toThrow(SecretKeyError);
  }
  await expect(openSecrets(database, [OLD, NEW], false)).resolves.toBeDefined();
});

test('a server that cannot open a text yet leaves it to those that can, and sends no cipher', async () => {
  const database = await freshDatabase();
  database.bodies.unlock(secretBox([NEW]), true);
  const w = await world({ database });
  const id = await w.send({ body: 'My zebra is ill' });
  database.bodies.unlock(secretBox([OLD]), true);
  w.startWorking();
  await until(async () => (await w.message(id)).attempts > 0 && (await w.message(id)).status === 'queued');
  expect(w.carrier.parts).toEqual([]);
  expect((await w.message(id)).ambiguous).toBe(false);
});

test('a whole server seals in HIPAA mode, and the next one without it reads what was sealed', async () => {
  const server = await ownServer({ HIPAA_MODE: '1', SIMULATOR_PORT: 'free' });
  const database = openDatabase(server.connection, () => undefined);
  onTestFinished(() => database.close());
  const headers = { authorization: `Bearer ${server.keys.test}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ to: RECIPIENT, from: '+14155550100', body: 'A zebra' });
  const sent = await fetch(`${server.url}/v1/messages/send`, { method: 'POST', headers, body });
  const { message_id } = (await sent.json()) as { message_id: string };
  const seen = async (url: string) =>
    (await (await fetch(`${url}/v1/messages/${message_id}`, { headers })).json()) as Record<string, unknown>;
  const delivered = await until(async () => {
    const text = await seen(server.url);
    return text['status'] === 'delivered' ? text : undefined;
  });
  expect(delivered).toMatchObject({ body: 'A zebra' });
  expect(await tracesOf(database, ['zebra'])).toEqual([]);
  await server.stop();
  await expect(server.restart({ SECRET_KEY: NEW })).rejects.toThrow('SECRET_KEY');
  const again = await server.restart({ HIPAA_MODE: '0' });
  expect(await seen(again.url)).toMatchObject({ body: 'A zebra' });
});
