import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../server/messages/carrier.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { RECIPIENT, type World, world } from '../support/world.ts';

const DAY_MS = 86_400_000;
const UNKNOWN_SUBSCRIBER = { network_error_code: '030001' };
const BARRED = { network_error_code: '03000d' };

/** Sends a text and answers its id and the carrier's once it is sent. */
async function sent(w: World): Promise<{ id: string; carrierId: string }> {
  const id = await w.send();
  w.startWorking();
  await w.reaches(id, 'sent');
  return { id, carrierId: String(w.carrier.parts.length) };
}

async function undelivered(w: World, more: Parameters<World['receipt']>[0] = {}) {
  const { id, carrierId } = await sent(w);
  await w.receipt({ carrierId, state: 'undelivered', error: '001', ...more });
  await w.contacts.findings.idle();
  return id;
}

async function refused(w: World, outcome: Partial<Extract<Outcome, { kind: 'refused' }>>) {
  w.carrier.answer = () => ({ kind: 'refused', class: 'permanent', commandStatus: 0x0b, name: 'X', ...outcome });
  const id = await w.send();
  w.startWorking();
  await w.reaches(id, 'failed');
  await w.contacts.findings.idle();
  return id;
}

const status = async (w: World) => (await w.contacts.consents.status('live', RECIPIENT)).status;
const suppressed = async (w: World) => {
  const rows = await w.contacts.suppressions.list('live', { list: 'invalid', number: null, behind: null }, 10);
  return rows.map(({ number, source }) => ({ number, source }));
};
const optOutEvents = (w: World) =>
  w.database.kysely.selectFrom('events').selectAll().where('type', '=', 'contact.opted_out').execute();

describe('a recipient whom the carrier lets nothing through to', () => {
  test('is opted out, told of once, with what the carrier said, and without a confirmation', async () => {
    const w = await world();
    const id = await undelivered(w, { tlvs: BARRED });
    expect(await status(w)).toBe('opted_out');
    const [event] = await w.contacts.consents.events('live', RECIPIENT, '0', 10);
    expect(event).toMatchObject({
      action: 'opt_out',
      source: 'carrier',
      actor: { type: 'system', id: 'carrier:fake' },
      message_id: id,
      evidence: { reason: 'BLACKLISTED', receipt_state: 'undelivered', receipt_error: '001' },
    });
    expect((await optOutEvents(w)).map(({ data }) => data)).toMatchObject([{ source: 'carrier' }]);
    expect((await w.messages()).filter(({ purpose }) => purpose !== 'text')).toEqual([]);
    expect((await w.accept()).verdict).toMatchObject({ refusal: { code: 'OPTED_OUT', extra: { source: 'carrier' } } });
  });

  test('is opted out once, however many texts say so', async () => {
    const w = await world();
    const texts = [await sent(w), await sent(w), await sent(w)];
    await Promise.all(
      texts.map((_, index) => w.receipt({ carrierId: String(index + 1), state: 'undelivered', tlvs: BARRED })),
    );
    await w.contacts.findings.idle();
    expect(await optOutEvents(w)).toHaveLength(1);
    expect(await w.contacts.consents.events('live', RECIPIENT, '0', 10)).toHaveLength(1);
  });

  test('is known by the codes in the profile of the carrier, in receipts and in answers', async () => {
    const inReceipt = await world();
    inReceipt.carrier.errorMeanings = { '1110': 'opted_out' };
    await undelivered(inReceipt, { error: '1110' });
    expect(await status(inReceipt)).toBe('opted_out');
    const inAnswer = await world();
    inAnswer.carrier.errorMeanings = { '0x456': 'opted_out' };
    await refused(inAnswer, { commandStatus: 0x456 });
    expect(await status(inAnswer)).toBe('opted_out');
  });

  test('comes back by START', async () => {
    const w = await world();
    await undelivered(w, { tlvs: BARRED });
    await w.inbound('START');
    expect(await status(w)).toBe('opted_in');
  });

  test('is no recipient of another failure', async () => {
    const w = await world();
    await undelivered(w);
    await refused(w, { commandStatus: 0x45, class: 'failover' });
    await refused(w, { commandStatus: 0x0b });
    expect(await status(w)).toBe('unknown');
    expect(await suppressed(w)).toEqual([]);
  });
});

describe('a number that no network knows', () => {
  test('R071: is not texted for 90 days, and is shown with the suppressions', async () => {
    const clock = virtualClock();
    const w = await world({ clock });
    await undelivered(w, { tlvs: UNKNOWN_SUBSCRIBER });
    expect(await suppressed(w)).toEqual([{ number: RECIPIENT, source: 'carrier' }]);
    expect((await w.accept()).verdict).toMatchObject({ ok: false });
    expect(await status(w)).toBe('unknown');
    clock.jump(90 * DAY_MS + 1_000);
    expect((await w.accept()).verdict.ok).toBe(true);
    expect(await suppressed(w)).toEqual([]);
  });

  test('is alive again as soon as a text from it comes', async () => {
    const w = await world();
    await undelivered(w, { tlvs: UNKNOWN_SUBSCRIBER });
    await w.inbound('Hello?');
    await w.contacts.findings.idle();
    expect(await suppressed(w)).toEqual([]);
    expect((await w.accept()).verdict.ok).toBe(true);
  });

  test('is alive again when an earlier text reaches it after all', async () => {
    const w = await world();
    await sent(w);
    await undelivered(w, { tlvs: UNKNOWN_SUBSCRIBER });
    expect(await suppressed(w)).toHaveLength(1);
    await w.receipt({ carrierId: '1', state: 'delivered' });
    await w.contacts.findings.idle();
    expect(await suppressed(w)).toEqual([]);
  });

  test('that a person has put on the list stays there', async () => {
    const w = await world();
    await w.contacts.suppressions.add('live', [RECIPIENT], {
      list: 'invalid',
      reason: null,
      source: 'api',
      expiresAt: null,
    });
    await w.inbound('Hello?');
    await w.contacts.findings.idle();
    expect(await suppressed(w)).toEqual([{ number: RECIPIENT, source: 'api' }]);
  });

  test('is revived by another server too, once that has looked', async () => {
    const one = await world();
    // The one that made the database removes it.
    const two = await world({ database: { ...one.database, [Symbol.asyncDispose]: () => Promise.resolve() } });
    await two.sweep();
    await undelivered(one, { tlvs: UNKNOWN_SUBSCRIBER });
    await two.sweep();
    await two.inbound('Hello?');
    await two.contacts.findings.idle();
    expect(await suppressed(one)).toEqual([]);
  });
});
