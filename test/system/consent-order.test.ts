import { describe, expect, test } from 'vitest';
import type { Statement } from '../../server/contacts/consents.ts';
import { until } from '../support/until.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { RECIPIENT, type World, world } from '../support/world.ts';

const HOUR_MS = 3_600_000;

async function opened() {
  const clock = virtualClock();
  const w = await world({ clock });
  const said = (changes: Partial<Statement> = {}): Statement => ({
    mode: 'live',
    number: RECIPIENT,
    topic: '*',
    source: 'api',
    method: 'electronic',
    actor: { type: 'api_key', id: 'key00001' },
    jurisdiction: null,
    language: null,
    messageId: null,
    evidence: {},
    at: new Date(clock.now()),
    expiresAt: null,
    ...changes,
  });
  return { w, clock, said, consents: w.contacts.consents };
}

const refusal = async (w: World, topic: string | null = null) => {
  const { verdict } = await w.accept({ topic });
  return verdict.ok ? null : verdict.refusal.code;
};

describe('an opt-in', () => {
  test('that was said before the latest opt-out takes nothing back, however often the recipient had opted out before', async () => {
    const { w, clock, said, consents } = await opened();
    await w.inbound('STOP');
    clock.jump(HOUR_MS);
    const between = new Date(clock.now());
    clock.jump(HOUR_MS);
    await w.inbound('STOP');
    await consents.optIn(said({ at: between }), true);
    expect(await refusal(w)).toBe('OPTED_OUT');
    await consents.optIn(said(), true);
    expect(await refusal(w)).toBeNull();
  });

  test('leaves an opt-out of a topic alone that came after it, though everything was opted out of then', async () => {
    const { w, clock, said, consents } = await opened();
    await consents.optOut(said());
    clock.jump(HOUR_MS);
    const between = new Date(clock.now());
    clock.jump(HOUR_MS);
    expect(await consents.optOut(said({ topic: 'sale' }))).toMatchObject({ isNew: false });
    await consents.optIn(said({ at: between }), true);
    expect([await refusal(w), await refusal(w, 'sale')]).toEqual([null, 'OPTED_OUT']);
  });

  test('is refused against the own words of a recipient whom somebody else had opted out first', async () => {
    const { w, said, consents } = await opened();
    await consents.optOut(said());
    await w.inbound('STOP');
    expect(await consents.optIn(said(), false)).toMatchObject({ ok: false, reason: 'own_words' });
    expect(await refusal(w)).toBe('OPTED_OUT');
  });

  test('waits for a STOP that is being recorded, and is refused', async () => {
    const { w, said, consents } = await opened();
    const [begun, mayEnd] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const stop = w.database.transaction(async () => {
      await w.inbound('STOP');
      begun.resolve();
      await mayEnd.promise;
    });
    await begun.promise;
    const optIn = consents.optIn(said(), false);
    await until(() => isWaitingForLock(w));
    mayEnd.resolve();
    await stop;
    expect(await optIn).toMatchObject({ ok: false, reason: 'own_words' });
  });
});

test('a text that was held for a review which ended at the same moment goes on by itself', async () => {
  const { w } = await opened();
  await w.inbound('who is this?');
  const id = await w.send({ message_type: 'promotional' });
  expect(await w.message(id)).toMatchObject({ status: 'held', hold_reason: 'opt_out_review' });
  // As if it had been accepted while the review was being decided: whoever decided did not see it.
  await w.database.query({ text: `update opt_out_reviews set state = 'resolved'`, values: [] });
  await w.database.query({ text: `update conversations set status = 'closed'`, values: [] });
  await w.sweep();
  await w.sweep();
  expect((await w.message(id)).status).toBe('queued');
});

async function isWaitingForLock({ database }: World): Promise<boolean> {
  const rows = await database.pool.query(
    `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return rows.rows.length > 0;
}

describe('many who opt out at once', () => {
  test('keep nobody else from the database while they wait for each other', async () => {
    const { w, said, consents } = await opened();
    await w.inbound('STOP');
    const client = await w.database.pool.connect();
    await client.query('begin');
    await client.query('select 1 from consent_chains for update');
    const numbers = Array.from({ length: 30 }, (_, index) => `+141555502${String(index).padStart(2, '0')}`);
    const waiting = [
      ...numbers.map((number) => w.inbound('STOP', number)),
      ...numbers.map((number) => consents.optOut(said({ number, topic: 'sale' }))),
    ];
    expect((await w.message(await w.send({ to: '+14155550124' }))).status).toBe('queued');
    await client.query('rollback');
    client.release();
    await Promise.all(waiting);
    expect(await w.contacts.ledger.verify('live')).toEqual({ ok: true, entries: 61 });
  });
});
