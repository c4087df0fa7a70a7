import { randomBytes } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLedger, type Ledger, type NewConsent } from '../../server/contacts/ledger.ts';
import { uuidv7 } from '../../server/rules/uuid.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const NUMBER = '+14155550123';
const clock = virtualClock();
const newId = () => uuidv7(clock.now(), randomBytes(10));

let database: FreshDatabase;
let ledger: Ledger;

beforeAll(async () => {
  database = await freshDatabase();
  return () => database[Symbol.asyncDispose]();
});

beforeEach(async () => {
  await run('delete from consent_events');
  await run('delete from consent_chains');
  ledger = createLedger({ database, numberKey: Buffer.alloc(32, 1), newId, clock });
});

const run = <Row>(text: string, ...values: unknown[]) => database.query<Row>({ text, values });

const said = (changes: Partial<NewConsent> = {}): NewConsent => ({
  number: NUMBER,
  action: 'opt_out',
  topic: '*',
  source: 'keyword',
  channel: 'sms',
  method: 'keyword',
  actor: null,
  jurisdiction: 'US',
  language: 'en',
  message_id: null,
  occurred_at: new Date('2026-11-20T12:00:00.123Z'),
  expires_at: null,
  evidence: { text: 'STOP', parts: [1, 2], nested: { ä: null, b: true } },
  ...changes,
});

const append = (...entries: NewConsent[]) => database.transaction(() => ledger.append('live', entries));

describe('the consent ledger', () => {
  test('R142: holds together: every entry is found, in its place, with the hash that its facts make', async () => {
    await append(said(), said({ action: 'opt_in', actor: { type: 'agent', id: 'ann' } }));
    await append(said({ number: '+14155550124', expires_at: new Date('2027-01-01T00:00:00Z') }));
    expect(await ledger.verify('live')).toEqual({ ok: true, entries: 3 });
    expect(await ledger.verify('test')).toEqual({ ok: true, entries: 0 });
  });

  test('stays one chain when many append at once', async () => {
    await Promise.all(Array.from({ length: 20 }, () => append(said())));
    expect(await ledger.verify('live')).toEqual({ ok: true, entries: 20 });
  });

  test.each([
    ['a changed action', `update consent_events set action = 'opt_in' where sequence = 2`],
    ['another moment', `update consent_events set occurred_at = occurred_at + interval '1 s' where sequence = 2`],
    ['another number', `update consent_events set number = '+14155550199' where sequence = 2`],
    ['other evidence', `update consent_events set evidence = '{"text":"START"}' where sequence = 2`],
    ['a deleted entry', `delete from consent_events where sequence = 2`],
    ['a new hash for a changed entry', `update consent_events set topic = 'x', hash = 'y'::bytea where sequence = 2`],
  ])('tells of %s, and where', async (_what, tampering) => {
    await append(said(), said(), said());
    await run(tampering);
    expect(await ledger.verify('live')).toEqual({ ok: false, brokenAt: 2 });
  });

  test('R142: tells of a deleted end, and of a deleted whole', async () => {
    await append(said(), said(), said());
    await run('delete from consent_events where sequence = 3');
    expect(await ledger.verify('live')).toEqual({ ok: false, brokenAt: 3 });
    await run('delete from consent_events');
    expect(await ledger.verify('live')).toEqual({ ok: false, brokenAt: 1 });
  });

  test('tells of a chain whose end is not recorded', async () => {
    await append(said());
    await run('delete from consent_chains');
    expect(await ledger.verify('live')).toEqual({ ok: false, brokenAt: 0 });
  });

  test('still holds when an erasure has taken number, evidence and salt away', async () => {
    await append(said(), said(), said());
    await run('update consent_events set number = null, evidence = null, salt = null where sequence <= 2');
    expect(await ledger.verify('live')).toEqual({ ok: true, entries: 3 });
  });

  test('says nothing about a number without its key', async () => {
    await append(said());
    const [row] = await run<{ number_hmac: Buffer }>('select number_hmac from consent_events');
    expect(row?.number_hmac.equals(ledger.numberHmac(NUMBER))).toBe(true);
    const stranger = createLedger({ database, numberKey: Buffer.alloc(32, 2), newId, clock });
    expect(stranger.numberHmac(NUMBER).equals(ledger.numberHmac(NUMBER))).toBe(false);
  });

  test('keeps nothing of a transaction that was rolled back', async () => {
    await append(said());
    const failing = database.transaction(async () => {
      await ledger.append('live', [said()]);
      throw new Error('something else failed');
    });
    await expect(failing).rejects.toThrow('something else failed');
    await append(said());
    expect(await ledger.verify('live')).toEqual({ ok: true, entries: 2 });
  });

  test('takes the entries of versions without a chain into it, once', async () => {
    await run(
      `insert into consent_events (mode, number, action, source, evidence, occurred_at)
        select 'live', $1, 'opt_out', 'keyword', '{"text":"STOP"}', now() from generate_series(1, 3)`,
      NUMBER,
    );
    await ledger.chainOldEntries();
    await ledger.chainOldEntries();
    expect(await ledger.verify('live')).toEqual({ ok: true, entries: 3 });
    expect(await run('select 1 from consent_events')).toHaveLength(3);
  });
});
