import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../server/messages/carrier.ts';
import type { MessageType } from '../../server/rules/message.ts';
import { until } from '../support/until.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { RECIPIENT, type World, world } from '../support/world.ts';

const OTHER = '+14155550124';
const CONFIRMATION = /unsubscribed/;
const BUSY: Outcome = { kind: 'refused', class: 'retry', commandStatus: 0x08, name: 'ESME_RSYSERR' };

const run = ({ database }: World, text: string, ...values: unknown[]) => database.query({ text, values });
/** The opt-out of somebody else's transaction: nothing but the row that the claim looks at. */
const optOutBehindItsBack = (w: World, topic = '*') =>
  run(
    w,
    `insert into opt_outs (mode, number, topic, opted_out_at, source) values ('live', $1, $2, now(), 'import')`,
    RECIPIENT,
    topic,
  );
const confirmations = async (w: World) =>
  (await w.messages()).filter(({ purpose }) => purpose === 'opt_out_confirmation');
/** What the carrier got for a number, apart from confirmations. */
const textsTo = ({ carrier }: World, number: string) =>
  carrier.parts.filter(({ to, text }) => to === number && !CONFIRMATION.test(text));
const events = async (w: World) => {
  const rows = await w.database.kysely.selectFrom('events').selectAll().orderBy('txid').orderBy('id').execute();
  return rows.map(({ type }) => type);
};

describe('after STOP', () => {
  test.each<MessageType>(['transactional', 'promotional', 'otp', 'conversational'])(
    'a %s text is refused, and what is kept shows that nothing was sent',
    async (message_type) => {
      const w = await world();
      await w.inbound('STOP');
      const { verdict } = await w.accept({ message_type });
      expect(verdict).toMatchObject({ ok: false, refusal: { code: 'OPTED_OUT' } });
      w.startWorking();
      await until(() => w.carrier.parts.length === 1);
      expect(textsTo(w, RECIPIENT)).toEqual([]);
    },
  );

  test('a text that calls itself a confirmation is refused like any other', async () => {
    const w = await world();
    await w.inbound('STOP');
    const imitation = { purpose: 'opt_out_confirmation', body: 'You are unsubscribed. But wait!' };
    expect((await w.accept({ ...imitation })).verdict).toMatchObject({ ok: false, refusal: { code: 'OPTED_OUT' } });
    const imitated = (await w.messages()).find(({ body }) => body === imitation.body);
    expect(imitated).toMatchObject({ purpose: 'text', status: 'rejected' });
  });

  test('R140: everything that has not left is canceled in that moment, each told once, and nobody else’s', async () => {
    const clock = virtualClock();
    const w = await world({ clock });
    const later = new Date(clock.now() + 3_600_000);
    const ids = [
      await w.send(),
      await w.send({ schedule_for: later }),
      await w.send({ message_type: 'conversational' }),
      await w.send({ message_type: 'promotional' }),
    ];
    await run(w, `update messages set status = 'held', hold_reason = 'quiet_hours' where id = $1`, ids[3]);
    const others = await w.send({ to: OTHER });
    await w.inbound('STOP');
    for (const id of ids) {
      expect(await w.message(id)).toMatchObject({ status: 'canceled', due_at: null, error: { code: 'OPTED_OUT' } });
      expect((await w.eventTypes(id)).filter((type) => type === 'message.canceled')).toHaveLength(1);
    }
    expect((await w.message(others)).status).toBe('queued');
    await w.inbound('STOP');
    expect((await events(w)).filter((type) => type === 'message.canceled')).toHaveLength(ids.length);
  });

  test('none of 100 texts leaves that were being accepted at the same time', async () => {
    const w = await world();
    const sends = Array.from({ length: 50 }, () => w.accept());
    const [stopped] = await Promise.all([w.inbound('STOP'), ...sends, ...Array.from({ length: 50 }, () => w.accept())]);
    expect(stopped).toBeUndefined();
    w.startWorking();
    await until(async () => !(await w.messages()).some(({ status }) => status === 'queued' || status === 'sending'));
    expect(textsTo(w, RECIPIENT)).toEqual([]);
    expect(w.carrier.parts).toHaveLength(1);
  });

  test('a text that was on its way is not tried a second time', async () => {
    const w = await world();
    const answered = Promise.withResolvers<Outcome>();
    w.carrier.answer = ({ text }) => (CONFIRMATION.test(text) ? accepted : answered.promise);
    const id = await w.send();
    w.startWorking();
    await until(() => w.carrier.parts.length === 1);
    await w.inbound('STOP');
    expect((await w.message(id)).status).toBe('sending');
    answered.resolve(BUSY);
    await w.reaches(id, 'queued', 'canceled');
    await run(w, `update messages set due_at = now() - interval '1 s' where id = $1 and status = 'queued'`, id);
    await w.sweep();
    expect(await w.reaches(id, 'canceled')).toMatchObject({ error: { code: 'OPTED_OUT' } });
    expect(textsTo(w, RECIPIENT)).toHaveLength(1);
  });

  test('a text that waits for its next try is canceled', async () => {
    const w = await world();
    w.carrier.answer = ({ text }) => (CONFIRMATION.test(text) ? accepted : BUSY);
    const id = await w.send();
    w.startWorking();
    await until(async () => (await run(w, 'select 1 from messages where retries = 1')).length > 0);
    await w.inbound('STOP');
    expect(await w.message(id)).toMatchObject({ status: 'canceled', error: { code: 'OPTED_OUT' } });
  });
});

describe('an opt-out that is committed behind the back of a text that was accepted', () => {
  test('R140 R143: stops it at the claim', async () => {
    const w = await world();
    const id = await w.send();
    await optOutBehindItsBack(w);
    w.startWorking();
    expect(await w.reaches(id, 'canceled')).toMatchObject({ error: { code: 'OPTED_OUT' } });
    expect(w.carrier.parts).toEqual([]);
  });

  test('stops a planned one when its time has come', async () => {
    const clock = virtualClock();
    const w = await world({ clock });
    const id = await w.send({ schedule_for: new Date(clock.now() + 60_000) });
    await optOutBehindItsBack(w);
    clock.jump(61_000);
    await w.sweep();
    expect(await w.message(id)).toMatchObject({ status: 'canceled', error: { code: 'OPTED_OUT' } });
  });

  test('of one topic stops the texts of that topic alone', async () => {
    const w = await world();
    const [sale, order] = [await w.send({ topic: 'sale' }), await w.send({ topic: 'order' })];
    await optOutBehindItsBack(w, 'sale');
    w.startWorking();
    await w.reaches(sale, 'canceled');
    await w.reaches(order, 'sent');
    expect(w.carrier.parts).toHaveLength(1);
  });
});

describe('the confirmation', () => {
  test('goes out although the number is opted out and suppressed, and lives for five minutes', async () => {
    const w = await world();
    await run(
      w,
      `insert into suppressions (mode, number, list, source, created_at) values ('live', $1, 'manual', 'api', now())`,
      RECIPIENT,
    );
    await w.inbound('STOP');
    w.startWorking();
    const [part] = await until(() => w.carrier.parts.length > 0 && w.carrier.parts);
    expect(part).toMatchObject({ to: RECIPIENT, text: expect.stringMatching(CONFIRMATION) });
    expect(part?.text).toContain('Acme');
    expect(part?.validitySeconds).toBeLessThanOrEqual(300);
  });

  test('comes once, however often and however many at once say STOP', async () => {
    const w = await world();
    await Promise.all(Array.from({ length: 6 }, (_, index) => w.inbound(index % 2 ? 'stop' : 'UNSUBSCRIBE')));
    await w.inbound('STOP');
    expect(await confirmations(w)).toHaveLength(1);
    expect((await events(w)).filter((type) => type === 'contact.opted_out')).toHaveLength(1);
    expect(await w.contacts.ledger.verify('live')).toMatchObject({ ok: true, entries: 7 });
  });

  test('comes again after the recipient had come back', async () => {
    const w = await world();
    for (const said of ['STOP', 'START', 'STOP']) await w.inbound(said);
    expect(await confirmations(w)).toHaveLength(2);
  });

  test('is not sent when it is more than five minutes late', async () => {
    const clock = virtualClock();
    const w = await world({ clock });
    await w.inbound('STOP');
    clock.jump(301_000);
    await w.sweep();
    const [confirmation] = await confirmations(w);
    expect(confirmation).toMatchObject({ status: 'expired', due_at: null });
    const later = await w.send({ to: OTHER });
    w.startWorking();
    await w.reaches(later, 'sent');
    expect(w.carrier.parts.map(({ to }) => to)).toEqual([OTHER]);
  });

  test.each([
    ['ARRET', '+33639980001', /Vous ne recevrez plus/],
    ['ABMELDEN', '+4915112345678', /Sie erhalten keine SMS mehr/],
    ['STOP', '+447700900123', CONFIRMATION],
  ])('of %s is in the language of the word', async (word, from, text) => {
    const w = await world();
    await w.inbound(word, from);
    const [confirmation] = await confirmations(w);
    expect(confirmation?.body).toMatch(text);
    expect(confirmation?.segments).toBe(1);
  });
});

describe('STOP', () => {
  test('of somebody who was never texted is recorded, proved and obeyed', async () => {
    const w = await world();
    await w.inbound('STOP', OTHER);
    expect(await w.contacts.consents.status('live', OTHER)).toMatchObject({ status: 'opted_out' });
    const [event] = await w.contacts.consents.events('live', OTHER, '0', 10);
    expect(event).toMatchObject({ action: 'opt_out', method: 'keyword', evidence: { text: 'STOP', tier: 'exact' } });
    expect((await w.accept({ to: OTHER })).verdict.ok).toBe(false);
  });

  test('is told before the text that says it, and before everything that follows from it', async () => {
    const w = await world();
    await w.send();
    await w.inbound('STOP');
    expect(await events(w)).toEqual([
      'message.queued',
      'contact.opted_out',
      'message.canceled',
      'message.queued',
      'conversation.created',
      'message.received',
    ]);
  });

  test('that cannot be stored is refused, delivered again, and then counts once', async () => {
    const w = await world();
    const now = Date.now();
    const times = { arrivedAtMs: now, boundAtMs: now - 9_000, lastLossMs: now - 99_000 };
    const stop = (sequence: number) => w.receive({ body: 'STOP', arrival: { bind: 'b1', sequence, ...times } });
    await run(w, 'alter table opt_outs rename to opt_outs_away');
    await expect(stop(7)).rejects.toThrow('opt_outs');
    expect(await w.messages()).toEqual([]);
    expect(await events(w)).toEqual([]);
    await run(w, 'alter table opt_outs_away rename to opt_outs');
    await stop(8);
    await stop(8);
    expect((await w.messages()).map(({ purpose }) => purpose).sort()).toEqual(['opt_out_confirmation', 'text']);
    expect((await w.accept()).verdict.ok).toBe(false);
  });

  test('in one mode leaves the other alone', async () => {
    const live = await world();
    const sandbox = await world({ mode: 'test', database: live.database });
    await sandbox.inbound('STOP');
    expect((await live.accept()).verdict.ok).toBe(true);
    expect((await sandbox.accept()).verdict.ok).toBe(false);
  });
});

test('whatever happens to one number at once, nothing is refused for it, and the last word counts', async () => {
  const w = await world();
  const agent = { type: 'agent', id: 'ann' } as const;
  const said = {
    mode: 'live',
    number: RECIPIENT,
    topic: '*',
    source: 'agent',
    method: 'verbal',
    actor: agent,
  } as const;
  const nothing = {
    jurisdiction: null,
    language: null,
    messageId: null,
    evidence: { text: 'said so' },
    expiresAt: null,
  };
  const statement = () => ({ ...said, ...nothing, at: new Date() });
  const decide = async () => {
    const open = await w.contacts.reviews.list('live', { state: 'open', number: null, belowId: null }, 1);
    if (open[0]) await w.contacts.reviews.resolve('live', open[0].id, 'opt_out', agent);
  };
  let receipts = 0;
  const bar = () => {
    receipts += 1;
    return w.receipt({ carrierId: String(receipts), state: 'undelivered', tlvs: { network_error_code: '03000d' } });
  };
  w.startWorking();
  for (let round = 0; round < 6; round++) {
    await Promise.all([
      w.inbound('STOP'),
      w.inbound('who is this'),
      w.accept(),
      w.accept({ message_type: 'promotional' }),
      w.inbound('START'),
      decide(),
      bar(),
      w.sweep(),
      w.contacts.consents.optOut(statement()),
      w.inbound('STOP'),
      w.accept(),
      w.contacts.consents.optIn(statement(), true),
      bar(),
      w.inbound('HELP'),
    ]);
  }
  await w.contacts.findings.idle();
  await w.inbound('STOP');
  expect(await w.contacts.ledger.verify('live')).toMatchObject({ ok: true });
  expect((await w.accept()).verdict).toMatchObject({ ok: false, refusal: { code: 'OPTED_OUT' } });
  await until(async () => !(await w.messages()).some(({ status }) => status === 'queued' || status === 'sending'));
});

const accepted: Outcome = { kind: 'accepted', carrierId: '1' };
