import pg from 'pg';
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { openBalance } from '../../server/messages/balance.ts';
import { micros, money, moneyText } from '../../server/rules/money.ts';
import type { Mode, Status } from '../../server/rules/message.ts';
import { insertMessages } from '../../server/store/new-messages.ts';
import { deleteEntries, uncountedModes } from '../../server/store/balances.ts';
import { freshDatabase } from '../support/database.ts';
import { newId } from '../support/http-api.ts';
import { sampleMessage } from '../support/sample-message.ts';
import { until } from '../support/until.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { ORDINARY_REQUEST, world, type World } from '../support/world.ts';

const PRICE = '0.01';
const TWO_SEGMENTS = 'x'.repeat(200);
const LATER = 3_600_000;

async function paidWorld(options: Parameters<typeof world>[0] & { balance?: string } = {}): Promise<World> {
  const here = await world({ ...options, money: { isPrepaid: true, ...options.money } });
  await here.money.prices.replace('live', [{ destination: '+', price: PRICE }]);
  if (options.balance) await topUp(here, options.balance);
  return here;
}

const topUp = ({ money: { balance } }: World, amount: string) =>
  balance.topUp({ mode: 'live', amount, reference: null, keyId: 'key00001', idempotency: null });

/** As the API shows it, after making sure that the ledger adds up to it. */
async function account({ money: { balance }, database }: World, mode: Mode = 'live') {
  const { remaining_balance, reserved } = await balance.account(mode);
  const [sums] = await database.query<{ amount: string; reserved: string }>({
    text: `select coalesce(sum(amount), 0) as amount, coalesce(sum(reserved), 0) as reserved
      from balance_entries where mode = $1`,
    values: [mode],
  });
  expect([remaining_balance, reserved]).toEqual([money(sums?.amount ?? ''), money(sums?.reserved ?? '')]);
  return `${remaining_balance} + ${reserved}`;
}

async function typesOf({ database }: World, messageId: string): Promise<string[]> {
  const rows = await database.query<{ type: string }>({
    text: 'select type from balance_entries where message_id = $1 order by id',
    values: [messageId],
  });
  return rows.map(({ type }) => type);
}

const keyed = (key: string) => ({ key, path: '/v1/messages/send', fingerprint: createHash('sha256').digest() });

describe('R221: the balance of live texts', () => {
  test('R222: reserves what the preview said with the text alone, settles it when a carrier took it, refunds it when it ends before', async () => {
    const clock = virtualClock();
    const here = await paidWorld({ clock, balance: '1.00' });
    const tomorrow = () => ({ schedule_for: new Date(clock.now() + LATER) });

    const previewed = await here.preview({ body: TWO_SEGMENTS });
    expect(previewed).toMatchObject({ preview: { message: { price: '0.02', currency: 'USD', segments: 2 } } });
    await here.database.query({ text: 'alter table events rename to events_away', values: [] });
    await expect(here.accept()).rejects.toThrow('events');
    await here.database.query({ text: 'alter table events_away rename to events', values: [] });
    expect(await account(here)).toBe('1.00 + 0.00');

    const { verdict } = await here.accept({ body: TWO_SEGMENTS });
    if (!verdict.ok) throw new Error('It was refused.');
    expect(verdict.message).toMatchObject({ message_price: '0.02', remaining_balance: '0.98', currency: 'USD' });
    expect(await account(here)).toBe('0.98 + 0.02');
    here.startWorking();
    await here.reaches(verdict.message.message_id, 'sent');
    expect(await account(here)).toBe('0.98 + 0.00');
    expect(await typesOf(here, verdict.message.message_id)).toEqual(['reserve', 'settle']);

    here.carrier.answer = () => ({ kind: 'refused', class: 'permanent', commandStatus: 11, name: 'ESME_RINVDSTADR' });
    const failed = await here.send();
    await here.reaches(failed, 'failed');
    const canceled = await here.send(tomorrow());
    await here.outgoing.edits.cancel('live', canceled);
    await here.stopWorking();
    const expired = await here.send({ validity_period: 60 });
    const optedOut = await here.send(tomorrow());
    expect(await account(here)).toBe('0.96 + 0.02');
    clock.jump(61_000);
    await here.sweep();
    await here.inbound('STOP');
    for (const id of [failed, canceled, expired, optedOut])
      expect(await typesOf(here, id)).toEqual(['reserve', 'refund']);
    expect((await here.message(expired)).status).toBe('expired');
    expect(await account(here)).toBe('0.98 + 0.00');

    // Refused for the opt-out, and recorded: nothing is paid for it.
    expect((await here.accept()).verdict).toMatchObject({ ok: false, refusal: { code: 'OPTED_OUT' } });
    expect(await account(here)).toBe('0.98 + 0.00');
    await here.money.balance.duty.run();
    expect(await account(here)).toBe('0.98 + 0.00');
  });

  test('that is used up refuses texts and stores nothing of them, and still confirms an opt-out', async () => {
    const here = await paidWorld({ balance: '0.01' });
    await here.send();
    const refused = { ok: false, refusal: { code: 'INSUFFICIENT_BALANCE' } };
    expect((await here.accept({}, keyed('a'))).verdict).toMatchObject(refused);
    expect(await here.messages()).toHaveLength(1);
    expect((await here.preview()).ok && (await here.preview())).toMatchObject({
      preview: { verdict: { allowed: false, refusal: { code: 'INSUFFICIENT_BALANCE' } } },
    });

    // The same key may try again once there is money, and pays once.
    await topUp(here, '0.01');
    const accepted = await here.accept({}, keyed('a'));
    expect(accepted).toMatchObject({ replayed: false, verdict: { ok: true, message: { remaining_balance: '0.00' } } });
    expect(await here.accept({}, keyed('a'))).toMatchObject({ replayed: true, verdict: accepted.verdict });
    expect(await account(here)).toBe('0.00 + 0.02');

    await here.inbound('STOP');
    const confirmation = (await here.messages()).find(({ purpose }) => purpose === 'opt_out_confirmation');
    expect(confirmation).toMatchObject({ status: 'queued', price: null, prepaid: false });
    expect(await account(here)).toBe('0.02 + 0.00');
  });

  test('is never overdrawn by two servers that accept at once, and refuses nothing that it could pay', async () => {
    const database = await freshDatabase();
    const first = await paidWorld({ database, balance: '0.50' });
    const second = await world({ database, money: { isPrepaid: true } });
    const bodies = ['short', TWO_SEGMENTS, 'x'.repeat(400)];
    const requests = Array.from({ length: 90 }, (_, n) => ({
      server: n % 2 === 0 ? first : second,
      body: bodies[n % 3] ?? '',
      // Some come twice.
      key: `key-${n % 80}`,
    }));
    const answers = await Promise.all(
      requests.map(async ({ server, body, key }) => (await server.accept({ body }, keyed(key))).verdict),
    );
    const ids = new Set(answers.flatMap((verdict) => (verdict.ok ? [verdict.message.message_id] : [])));
    const stored = await first.messages();
    expect(new Set(stored.map(({ id }) => id))).toEqual(ids);
    const spent = stored.reduce((sum, { price }) => sum + micros(price ?? '0'), 0n);
    expect(await account(first)).toBe(`${moneyText(micros('0.50') - spent)} + ${moneyText(spent)}`);
    expect(spent).toBeLessThanOrEqual(micros('0.50'));
    expect(answers.filter(({ ok }) => !ok).length).toBeGreaterThan(10);
    // One segment is the cheapest that was refused.
    expect(micros('0.50') - spent).toBeLessThan(micros(PRICE));
  });

  test('counts every entry once, also that of a transaction which commits after younger ones', async () => {
    const here = await paidWorld({ balance: '1.00' });
    const { database } = here;
    const ids = [await here.send(), await here.send({ to: '+14155550124' })];
    const cancel = (id: string | undefined) =>
      database.query({ text: `update messages set status = 'canceled' where id = $1`, values: [id] });
    let commit = () => undefined as void;
    let written = () => undefined as void;
    const isWritten = new Promise<void>((resolve) => (written = resolve));
    const late = database.transaction(async () => {
      await cancel(ids[0]);
      written();
      await new Promise<void>((resolve) => (commit = resolve));
    });
    await isWritten;
    await cancel(ids[1]);
    await here.money.balance.duty.run();
    expect(await account(here)).toBe('0.99 + 0.01');
    commit();
    await late;
    expect(await account(here)).toBe('1.00 + 0.00');
    await until(async () => {
      await here.money.balance.duty.run();
      return (await uncountedModes(database)).length === 0;
    });
    expect(await account(here)).toBe('1.00 + 0.00');
    const rows = await database.query({
      text: `select remaining, reserved from balances where mode = 'live'`,
      values: [],
    });
    expect(rows).toEqual([{ remaining: '1.000000', reserved: '0.000000' }]);

    // What is counted may go when it is old.
    expect(await deleteEntries(database, 'live', new Date(0), 500)).toBe(0);
    expect(await deleteEntries(database, 'live', new Date('2100-01-01'), 500)).toBe(5);
    expect(await here.money.balance.remaining('live')).toBe('1.00');
  });

  test('pays for a batch item by item, or for all of it, or for nothing', async () => {
    const here = await paidWorld({ balance: '0.03' });
    const items = Array.from({ length: 4 }, (_, n) => ({
      ok: true as const,
      wording: 'Hello',
      request: { ...ORDINARY_REQUEST, to: `+1415555012${n}` },
    }));
    const submit = (mode: 'partial' | 'all_or_nothing', count: number) =>
      here.outgoing.batches.submit(
        { items: items.slice(0, count), mode, dedupe: null, ratePerMinute: null },
        { keyId: 'key00001', mode: 'live' },
        null,
      );
    expect(await submit('all_or_nothing', 4)).toMatchObject({ ok: false, refusal: { code: 'INSUFFICIENT_BALANCE' } });
    expect(await account(here)).toBe('0.03 + 0.00');
    const partly = await submit('partial', 4);
    expect(
      partly.ok && partly.results.map((result) => result.kind === 'answered' && result.accepted.verdict.ok),
    ).toEqual([true, true, true, false]);
    expect(await account(here)).toBe('0.00 + 0.03');
    await topUp(here, '0.02');
    expect(await submit('all_or_nothing', 2)).toMatchObject({ ok: true });
    expect(await account(here)).toBe('0.00 + 0.05');
  });

  test('is asked again when a planned text becomes longer, and gets back what a shorter one does not cost', async () => {
    const clock = virtualClock();
    const here = await paidWorld({ clock, balance: '0.02' });
    const { edits } = here.outgoing;
    const id = await here.send({ schedule_for: new Date(clock.now() + LATER) });
    expect(await edits.change('live', id, { body: TWO_SEGMENTS })).toMatchObject({
      ok: true,
      message: { segments: 2 },
    });
    expect(await account(here)).toBe('0.00 + 0.02');
    const longer = await edits.change('live', id, { body: 'x'.repeat(400) });
    expect(longer).toMatchObject({ ok: false, refusal: { code: 'INSUFFICIENT_BALANCE' } });
    expect(await edits.change('live', id, { body: 'short' })).toMatchObject({ ok: true, message: { price: '0.01' } });
    expect(await account(here)).toBe('0.01 + 0.01');
    await edits.cancel('live', id);
    expect(await account(here)).toBe('0.02 + 0.00');
  });

  test('tells once that it is low, and again after it was topped up', async () => {
    const here = await paidWorld({ balance: '0.05', money: { lowBelow: '0.04' } });
    const told = async () => {
      const rows = await here.database.query<{ data: unknown }>({
        text: `select data from events where type = 'balance.low' and mode = 'live' order by txid, id`,
        values: [],
      });
      return rows.map(({ data }) => data);
    };
    await here.send();
    expect(await told()).toEqual([]);
    await here.send();
    await here.send();
    expect(await told()).toEqual([{ remaining_balance: '0.03', threshold: '0.04', currency: 'USD' }]);
    // What others do on the same PostgreSQL keeps entries from being counted for as long as it takes.
    const others = new pg.Client(here.database.connection);
    await others.connect();
    await others.query('begin; select pg_current_xact_id()');
    await topUp(here, '1.00');
    await others.end();
    await here.send({ to: '+14155550124' });
    expect(await told()).toHaveLength(1);
    for (let n = 0; n < 10; n += 1) await here.send({ body: 'x'.repeat(1_500) });
    expect(await told()).toHaveLength(2);
  });
});

test('R221: a prepaid text that leaves our hands is settled or refunded, whichever way it goes', async () => {
  await using database = await freshDatabase();
  const open: Status[] = ['scheduled', 'held', 'queued', 'sending'];
  const left: Status[] = ['sent', 'failed', 'rejected', 'expired', 'canceled'];
  const ways = open.flatMap((from) => [...open, ...left].map((to) => ({ from, to, id: newId() })));
  await insertMessages(
    database,
    ways.map(({ from, id }) => ({
      ...sampleMessage({ id, mode: 'live', status: from, price: PRICE, currency: 'USD', prepaid: true }),
      api_key_id: null,
    })),
  );
  await database.query({
    text: `update messages m set status = w.status from unnest($1::uuid[], $2::text[]) as w(id, status) where m.id = w.id`,
    values: [ways.map(({ id }) => id), ways.map(({ to }) => to)],
  });
  const ended = { sent: 'settle', failed: 'refund', rejected: 'refund', expired: 'refund', canceled: 'refund' };
  const rows = await database.query<{ message_id: string; type: string; amount: string; reserved: string }>({
    text: 'select message_id, type, amount, reserved from balance_entries where message_id is not null',
    values: [],
  });
  const found = new Map(rows.map((row) => [row.message_id, `${row.type} ${money(row.amount)} ${money(row.reserved)}`]));
  for (const { id, from, to } of ways) {
    const type = (ended as Partial<Record<Status, string>>)[to];
    const expected = type === undefined ? undefined : `${type} ${type === 'settle' ? '0.00' : PRICE} -${PRICE}`;
    expect(found.get(id), `${from} -> ${to}`).toBe(expected);
  }
  expect(rows).toHaveLength(found.size);
  // What comes after that is nobody's money any more.
  await database.query({ text: `update messages set status = 'delivered' where status = 'sent'`, values: [] });
  expect(
    await database.query({ text: 'select from balance_entries where message_id is not null', values: [] }),
  ).toHaveLength(found.size);
});

describe('R214: test mode', () => {
  test('has play money, which fills itself up, whether or not live texts are paid for', async () => {
    const here = await world({ mode: 'test' });
    const { verdict } = await here.accept();
    expect(verdict).toMatchObject({
      message: { remaining_balance: '19.9925', message_price: '0.0075', currency: 'USD' },
    });
    await here.money.prices.replace('test', [{ destination: '+', price: '15' }]);
    const after = await Promise.all([here.accept(), here.accept({ to: '+14155550124' })]);
    expect(after.map(({ verdict: each }) => each.ok && each.message.remaining_balance)).toEqual(['4.9925', '5.00']);
    expect((await here.accept({ body: TWO_SEGMENTS })).verdict).toMatchObject({
      refusal: { code: 'INSUFFICIENT_BALANCE' },
    });
    expect(await account(here, 'test')).toBe('5.00 + 30.0075');
  });

  test('leaves live texts without a balance alone: nothing is counted, and the price is told', async () => {
    const here = await world();
    await here.money.prices.replace('live', [{ destination: 'US', price: PRICE }]);
    const told = { remaining_balance: null, message_price: PRICE, currency: 'USD' };
    expect((await here.accept()).verdict).toMatchObject({ message: told });
    expect((await here.accept({ to: '+447700900123' })).verdict).toMatchObject({ message: { message_price: null } });
    expect(await here.money.balance.entries('live', null, 10)).toEqual([]);
    // Once a balance is kept, those that were accepted before do not touch it.
    const kept = openBalance({
      ...here,
      clock: virtualClock(),
      isPrepaid: true,
      currency: 'USD',
      lowBelow: null,
      onEvents: () => undefined,
    });
    here.startWorking();
    for (const { id } of await here.messages()) await here.reaches(id, 'sent');
    expect(await kept.account('live')).toEqual({ remaining_balance: '0.00', reserved: '0.00' });
  });
});
