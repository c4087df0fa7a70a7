import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { dispatch } from '../../server/events/dispatch.ts';
import type { PrivacyJob } from '../../server/contacts/privacy.ts';
import { announceTexts } from '../../server/messages/lane.ts';
import { keepEarly } from '../../server/store/early-receipts.ts';
import { insertEndpoint } from '../../server/store/webhook-endpoints.ts';
import { tracesOf } from '../support/traces.ts';
import { until } from '../support/until.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { RECIPIENT, type World, world } from '../support/world.ts';

const OTHER = '+14155550177';
/** What must be found nowhere: the number in any form, and words that somebody wrote. */
const PERSONAL = [RECIPIENT.slice(1), 'zebra', 'Rumpelstiltskin'];
const DIGITS = RECIPIENT.slice(1);

async function open() {
  const clock = virtualClock();
  const w = await world({ clock });
  const run = <Row>(text: string, ...values: unknown[]) => w.database.query<Row>({ text, values });
  return { w, clock, run };
}

/** Leaves the number and words of the person in every table that may have them. */
async function leaveTraces(w: World, now: number) {
  const { contacts, database } = w;
  const at = new Date(now);
  await insertEndpoint(database, {
    id: 'we_1',
    mode: 'live',
    url: 'https://crm.example.com/hook',
    event_types: ['*'],
    description: null,
    enabled: true,
    secret: Buffer.alloc(32),
    created_at: at,
  } as Parameters<typeof insertEndpoint>[1]);
  const fingerprint = createHash('sha256').update('request').digest();
  const request = {
    body: 'Your zebra is on its way.',
    metadata: { who: 'Rumpelstiltskin' },
    client_ref: 'order of Rumpelstiltskin',
    status_callback: `https://crm.example.com/cb?to=${DIGITS}`,
    warnings: [{ code: 'LINT', message: `zebra for ${RECIPIENT}` }],
  };
  await w.accept(request, { key: 'k', path: '/v1/messages/send', fingerprint });
  await dispatchAll(w, now);
  const [sent] = await w.messages();
  w.startWorking();
  await w.reaches(sent?.id ?? '', 'sent');
  await w.receipt({ carrierId: '1', recipient: DIGITS, raw: `id:1 stat:DELIVRD text:Your zebra is` });
  await w.stopWorking();
  await w.send({ body: 'A zebra for later', schedule_for: new Date(now + 86_400_000) });
  await contacts.contactBook.store('live', RECIPIENT, {
    name: 'Rumpelstiltskin',
    time_zone: null,
    state: null,
    country: null,
    language: null,
    owner: null,
    attributes: { pet: 'zebra' },
  });
  const wait = { mode: 'live', messageId: null, contact: RECIPIENT, ourNumber: '+14155550100' } as const;
  await contacts.replyWaits.create({ ...wait, match: { type: 'free_text' }, callbackUrl: null, timeoutSeconds: 600 });
  await w.inbound('A zebra, please');
  await w.inbound('And does the zebra bite?');
  const [conversation] = await contacts.conversations.list('live', ANY, 1);
  await contacts.conversations.addNote(conversation?.id ?? '', { author: 'ann', body: 'Rumpelstiltskin likes zebras' });
  await contacts.suppressions.add('live', [RECIPIENT], why('zebra'));
  await w.inbound('not sure, maybe stop the zebra texts at some point or so');
  const part = { reference: 7, total: 2, number: 1, bits: 8 } as const;
  await w.receive({ body: 'Half a zebra', concatenation: part });
  await keepEarly(database, [{ smscId: 'fake', carrierId: '99', recipient: DIGITS, raw: 'zebra' } as never], at);
  await w.inbound('STOP');
  await dispatchAll(w, now);
}

const ANY = { status: null, assignee: null, contact: null, tag: null, ourNumber: null, search: null, behind: null };
const why = (reason: string) => ({ list: 'manual', reason, source: 'api', expiresAt: null }) as const;

/** A transaction of any other test holds the newest events back for a moment. */
const dispatchAll = ({ database }: World, now: number) =>
  until(async () => (await dispatch(database, new Date(now))).more === 'end');

async function erase(w: World, clock: ReturnType<typeof virtualClock>, number = RECIPIENT): Promise<PrivacyJob> {
  const { privacy } = w.contacts;
  const { id } = await privacy.request('live', 'erase', number);
  await privacy.runDue();
  clock.jump(600_000);
  await privacy.runDue();
  const job = await privacy.find('live', id);
  if (!job) throw new Error('The job is gone.');
  return job;
}

const refusalOf = async (w: World, to = RECIPIENT) => {
  const { verdict } = await w.accept({ to });
  return verdict.ok ? null : verdict.refusal.code;
};

describe('erasing a number', () => {
  test('R150: leaves no trace of it and of what was written, in any column of any table', async () => {
    const { w, clock, run } = await open();
    await leaveTraces(w, clock.now());
    await w.send({ to: OTHER, body: 'Nothing of yours' });
    const before = await tracesOf(w.database, PERSONAL);
    // Otherwise the test would prove nothing.
    expect(before).toEqual(
      expect.arrayContaining([
        'consent_events',
        'contacts',
        'conversation_notes',
        'conversations',
        'early_receipts',
        'events',
        'idempotency_keys',
        'messages',
        'opt_outs',
        'reply_waits',
        'segments',
        'suppressions',
        'webhook_deliveries',
      ]),
    );
    const texts = (await run('select 1 from messages')).length;
    const ids = (await run<{ id: string }>('select id from messages where contact = $1', RECIPIENT)).map(
      ({ id }) => id,
    );

    const job = await erase(w, clock);
    expect(job).toMatchObject({ state: 'done', result: null });
    expect(await tracesOf(w.database, PERSONAL)).toEqual([]);
    expect(await run('select 1 from messages')).toHaveLength(texts);
    const kept = await run<{ contact: string; to: string; from: string }>(
      'select * from messages where id = any($1)',
      ids,
    );
    expect(new Set(kept.map(({ contact }) => contact)).size).toBe(1);
    expect(kept.every(({ contact }) => /^erased:[0-9a-f]{16}$/.test(contact))).toBe(true);
    expect(await run('select 1 from messages where contact = $1 and body <> $2', OTHER, '')).toHaveLength(1);
    expect(await w.contacts.ledger.verify('live')).toMatchObject({ ok: true, entries: expect.any(Number) });
    const [entry] = await w.contacts.audit.list(
      'live',
      { action: 'privacy.erased', after: null, belowSequence: null },
      1,
    );
    expect(entry).toMatchObject({ actor: { type: 'system', id: 'privacy' }, target: expect.stringMatching(/^hmac:/) });
  });

  test('takes nothing that belongs to another number or to the other mode', async () => {
    const { w, clock, run } = await open();
    await w.inbound('Hello', OTHER);
    await run(
      `insert into contacts (mode, number, created_at, updated_at) values ('test', $1, now(), now())`,
      RECIPIENT,
    );
    await w.inbound('Hello');
    await erase(w, clock);
    const left = await run<{ mode: string; number: string }>('select mode, number from contacts');
    expect(left).toEqual([{ mode: 'test', number: RECIPIENT }]);
    expect(await run(`select 1 from conversations where contact = $1`, OTHER)).toHaveLength(1);
  });

  test('goes on honouring its opt-out, which START alone takes back', async () => {
    const { w, clock, run } = await open();
    await w.inbound('STOP');
    await erase(w, clock);
    expect(await run('select last4, topic from erased_opt_outs')).toEqual([{ last4: '0123', topic: '*' }]);
    expect(await refusalOf(w)).toBe('OPTED_OUT');
    expect(await w.contacts.consents.status('live', RECIPIENT)).toMatchObject({ status: 'opted_out' });
    const actor = { type: 'api_key', id: 'k' } as const;
    const statement = { mode: 'live', number: RECIPIENT, topic: '*', source: 'import', method: null, actor } as const;
    const rest = { jurisdiction: null, language: null, messageId: null, evidence: {}, expiresAt: null };
    const imported = { ...statement, ...rest, at: new Date(clock.now()) };
    expect(await w.contacts.consents.importOptOuts([imported])).toBe(0);
    expect(await w.contacts.consents.optIn(imported, false)).toMatchObject({ ok: false, reason: 'own_words' });
    await w.inbound('START');
    expect(await refusalOf(w)).toBeNull();
    expect(await run('select 1 from erased_opt_outs')).toEqual([]);
  });

  test('twice keeps when it was said last, so that nothing older takes it back', async () => {
    const { w, clock, run } = await open();
    const erasedAt = async () =>
      (await run<{ at: Date }>('select opted_out_at as at from erased_opt_outs')).map(({ at }) => at);
    await w.inbound('STOP');
    await erase(w, clock);
    const [first] = await erasedAt();
    clock.jump(3_600_000);
    await w.inbound('STOP');
    await erase(w, clock);
    const [last, ...others] = await erasedAt();
    expect(others).toEqual([]);
    expect(Number(last) - Number(first)).toBeGreaterThanOrEqual(3_600_000);
  });

  test('keeps a number that is on the do-not-call list un-textable', async () => {
    const { w, clock } = await open();
    await w.contacts.suppressions.add('live', [RECIPIENT], why('asked by phone'));
    await w.contacts.suppressions.add('live', [OTHER], { ...why('gone'), list: 'invalid' });
    await erase(w, clock);
    await erase(w, clock, OTHER);
    expect([await refusalOf(w), await refusalOf(w, OTHER)]).toEqual(['OPTED_OUT', null]);
  });

  test('cancels what has not left, and tells so', async () => {
    const { w, clock } = await open();
    const queued = await w.send();
    const later = await w.send({ schedule_for: new Date(clock.now() + 86_400_000) });
    await w.contacts.privacy.request('live', 'erase', RECIPIENT);
    await w.contacts.privacy.runDue();
    for (const id of [queued, later]) {
      expect(await w.message(id)).toMatchObject({ status: 'canceled', body: '', due_at: null });
      expect(await w.eventTypes(id)).toContain('message.canceled');
    }
    w.startWorking();
    await w.sweep();
    expect(w.carrier.parts).toEqual([]);
  });

  test('never lets a text pass that was accepted before it and claimed after it', async () => {
    const { w, clock, run } = await open();
    const queued = await w.send();
    await w.inbound('STOP');
    // As a text is whose accept committed only after the erasure had looked.
    const rows = await run(
      `update messages set status = 'queued', due_at = expires_at where id = $1 returning 1`,
      queued,
    );
    await run(`delete from messages where purpose = 'opt_out_confirmation'`);
    expect(rows).toHaveLength(1);
    await run(`update messages set contact = $2 where id = $1`, queued, OTHER);
    await w.contacts.privacy.request('live', 'erase', RECIPIENT);
    await w.contacts.privacy.runDue();
    await run(`update messages set contact = $2 where id = $1`, queued, RECIPIENT);
    w.startWorking();
    await announceTexts(w.queue, [{ ...(await w.message(queued)), api_key_id: 'key00001' }]);
    await w.sweep();
    expect(await w.reaches(queued, 'canceled', 'rejected', 'failed', 'held')).toBeDefined();
    expect(w.carrier.parts).toEqual([]);
    clock.jump(600_000);
    await w.contacts.privacy.runDue();
    expect(await tracesOf(w.database, PERSONAL)).toEqual([]);
  });

  test('waits for a text that is being sent, and then takes it too', async () => {
    const { w, clock, run } = await open();
    const id = await w.send({ body: 'zebra' });
    await run(`update messages set status = 'sending', claimed_by = gen_random_uuid() where id = $1`, id);
    const job = await erase(w, clock);
    expect(job.state).toBe('pending');
    await run(`update messages set status = 'sent', due_at = null where id = $1`, id);
    clock.jump(60_000);
    await w.contacts.privacy.runDue();
    expect(await w.contacts.privacy.find('live', job.id)).toMatchObject({ state: 'done' });
    expect(await tracesOf(w.database, PERSONAL)).toEqual([]);
  });

  test('takes receipts that come days later, too', async () => {
    const { w, clock, run } = await open();
    const id = await w.send({ body: 'zebra' });
    w.startWorking();
    await w.reaches(id, 'sent');
    await erase(w, clock);
    await run(`update segments set receipt = 'text:zebra' where message_id = $1`, id);
    clock.jump(74 * 3_600_000);
    await w.contacts.privacy.runDue();
    expect(await tracesOf(w.database, PERSONAL)).toEqual([]);
    expect(await run('select 1 from privacy_jobs where due_at is not null')).toEqual([]);
  });

  test('loses no opt-out to others that come at the same moment, and never locks up', async () => {
    const { w, clock } = await open();
    const { privacy, consents, audit } = w.contacts;
    const numbers = Array.from({ length: 6 }, (_, index) => `+1415555013${index}`);
    for (const number of numbers) await w.inbound('Hello', number);
    const record = (number: string) =>
      audit.record({
        mode: 'live',
        actor: { type: 'api_key', id: 'k' },
        action: 'a.b',
        target: number.slice(-1),
        details: {},
      });
    await Promise.all(numbers.map((number) => privacy.request('live', 'erase', number)));
    await Promise.all([
      privacy.runDue(),
      privacy.runDue(),
      ...numbers.flatMap((number) => [w.inbound('STOP', number), record(number), w.inbound('Hi', number)]),
    ]);
    clock.jump(600_000);
    await Promise.all([privacy.runDue(), privacy.runDue(), ...numbers.map(record)]);
    for (const number of numbers) {
      expect(await consents.status('live', number)).toMatchObject({ status: 'opted_out' });
      expect(await refusalOf(w, number)).toBe('OPTED_OUT');
    }
    expect(await audit.verify()).toMatchObject({ ok: true });
    expect(await w.contacts.ledger.verify('live')).toMatchObject({ ok: true });
  });
});

describe('an export', () => {
  test('has everything that is stored about the number, and nothing of others', async () => {
    const { w, clock } = await open();
    await leaveTraces(w, clock.now());
    await w.inbound('A stranger', OTHER);
    const { privacy } = w.contacts;
    const { id } = await privacy.request('live', 'export', RECIPIENT);
    expect(await privacy.find('live', id)).toMatchObject({ state: 'pending', result: null });
    await privacy.runDue();
    const job = await privacy.find('live', id);
    const result = job?.result as Record<string, Record<string, unknown>[]>;
    expect(result['messages']?.map(({ body }) => body)).toEqual(
      expect.arrayContaining(['Your zebra is on its way.', 'A zebra, please', 'STOP', 'A zebra for later']),
    );
    expect(result['messages']).toHaveLength(Number(result['messages_total']));
    expect(result['messages']?.find(({ body }) => body === 'Your zebra is on its way.')).toMatchObject({
      metadata: { who: 'Rumpelstiltskin' },
      receipts: ['id:1 stat:DELIVRD text:Your zebra is'],
    });
    expect(result['contact']).toMatchObject([{ name: 'Rumpelstiltskin', attributes: { pet: 'zebra' } }]);
    expect(result['conversations']).toMatchObject([{ notes: [{ body: 'Rumpelstiltskin likes zebras' }] }]);
    expect(result['consent_events']).toContainEqual(
      expect.objectContaining({ action: 'opt_out', evidence: expect.objectContaining({ text: 'STOP' }) }),
    );
    for (const part of ['opt_outs', 'suppressions', 'reply_waits']) expect(result[part], part).toHaveLength(1);
    expect(JSON.stringify(result)).not.toContain('A stranger');
    expect(await privacy.find('test', id)).toBeNull();
  });

  test('is gone after a day, and at once when the number is erased', async () => {
    const { w, clock } = await open();
    const { privacy } = w.contacts;
    await w.inbound('A zebra, please');
    const old = await privacy.request('live', 'export', RECIPIENT);
    await privacy.runDue();
    clock.jump(86_400_000);
    await privacy.runDue();
    expect(await privacy.find('live', old.id)).toMatchObject({ state: 'done', result: null });
    await privacy.request('live', 'export', RECIPIENT);
    await privacy.runDue();
    expect(await tracesOf(w.database, ['zebra'])).toContain('privacy_jobs');
    await privacy.request('live', 'erase', RECIPIENT);
    await privacy.runDue();
    expect(await tracesOf(w.database, ['zebra'])).not.toContain('privacy_jobs');
  });
});

describe('redacting one text', () => {
  test('takes its body wherever it is, and leaves the rest', async () => {
    const { w, clock, run } = await open();
    await leaveTraces(w, clock.now());
    const [text] = await run<{ id: string }>(`select id from messages where body = 'A zebra, please'`);
    expect(await w.contacts.privacy.redact('test', text?.id ?? '')).toEqual({ ok: false, reason: 'unknown' });
    expect(await w.contacts.privacy.redact('live', text?.id ?? '')).toEqual({ ok: true });
    expect(await tracesOf(w.database, ['A zebra, please'])).toEqual([]);
    expect(await w.message(text?.id ?? '')).toMatchObject({ status: 'received', from: RECIPIENT, body: '' });
  });

  test('is refused while the text may still be sent', async () => {
    const { w } = await open();
    const id = await w.send();
    expect(await w.contacts.privacy.redact('live', id)).toEqual({ ok: false, reason: 'not_final' });
    expect((await w.message(id)).body).not.toBe('');
  });
});
