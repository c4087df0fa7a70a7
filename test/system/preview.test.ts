import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SendRequest } from '../../server/messages/accept-types.ts';
import type { Previewed } from '../../server/messages/preview.ts';
import { messageView } from '../../server/rules/message-view.ts';
import { RECIPIENT, type World, world } from '../support/world.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const OPTED_OUT = '+14155550131';
const OPTED_IN = '+14155550132';
const NOT_ON_SALE = '+14155550133';
const IN_REVIEW = '+14155550134';
const SUPPRESSED = '+14155550135';
const AWAKE = '+447700900123';
const ASLEEP = '+14155550136';

const RECIPIENTS = [RECIPIENT, OPTED_OUT, OPTED_IN, NOT_ON_SALE, IN_REVIEW, SUPPRESSED, AWAKE, ASLEEP];
const MAGIC = ['+15005550001', '+15005550003', '+15005550006', '+15005550009'];
const ODD = ['415-555-0131', '+1 (415) 555-0132', '+1415', 'Ann'];

/** 04:00 in California and 12:00 in London. */
const START = Date.UTC(2026, 10, 20, 12);
const DAY_MS = 86_400_000;

const PROMOTIONAL_CAP = { max: 3, per_seconds: 86_400, message_types: ['promotional'] } as const;

async function peopled(mode: 'live' | 'test', consentMode: 'strict' | 'warn'): Promise<World> {
  const policy = {
    consentMode: { live: consentMode, test: consentMode },
    quietHours: 'hold',
    caps: [PROMOTIONAL_CAP],
  } as const;
  const it = await world({ mode, clock: virtualClock(START), policy, carriers: ['fake', 'other'] });
  const { consents, suppressions } = it.contacts;
  const said = {
    mode,
    topic: '*',
    source: 'api',
    method: null,
    actor: { type: 'api_key', id: 'key00001' },
    jurisdiction: null,
    language: null,
    messageId: null,
    evidence: { text: 'said so' },
    at: new Date(START),
    expiresAt: null,
  } as const;
  await consents.optOut({ ...said, number: OPTED_OUT });
  await consents.optOut({ ...said, number: NOT_ON_SALE, topic: 'sale' });
  for (const number of [OPTED_IN, IN_REVIEW, AWAKE, ASLEEP]) await consents.optIn({ ...said, number }, false);
  await it.inbound('who is this', IN_REVIEW);
  await suppressions.add(mode, [SUPPRESSED], { list: 'manual', reason: null, source: 'api', expiresAt: null });
  return it;
}

const requests = fc.record(
  {
    to: fc.constantFrom(...RECIPIENTS, ...RECIPIENTS, ...MAGIC, ...ODD),
    from: fc.constantFrom(null, null, 'Acme', '+14155550100', '40404', 'much too long a name'),
    body: fc.constantFrom(
      'Your order is on its way.',
      'Acme: 20% off. Reply STOP to opt out.',
      '“Typographic” – text…',
      'Grüße 👋',
      'SALE! '.repeat(30),
      'ж'.repeat(200),
    ),
    message_type: fc.constantFrom('transactional', 'promotional', 'promotional', 'otp', 'conversational'),
    topic: fc.constantFrom(null, 'sale', 'news'),
    schedule_for: fc.constantFrom(
      null,
      null,
      new Date(START + DAY_MS),
      new Date(START - 1),
      new Date(START + 400 * DAY_MS),
    ),
    quiet_hours: fc.constantFrom(null, 'hold', 'reject', 'ignore'),
    encoding: fc.constantFrom('auto', 'gsm7', 'ucs2'),
    smart_encoding: fc.boolean(),
    max_segments: fc.constantFrom(1, 3, 10),
    flash: fc.boolean(),
    expect_reply: fc.constant({ match: ['YES'], timeout_seconds: 600, callback_url: null }),
  },
  { requiredKeys: ['to', 'from', 'body', 'message_type', 'quiet_hours'] },
) as fc.Arbitrary<Partial<SendRequest>>;

const plain = { from: null, body: 'Hello', message_type: 'transactional', quiet_hours: null } as const;

/** One of each kind, so that none is missing by chance. */
const OF_EACH_KIND: readonly Partial<SendRequest>[] = [
  { ...plain, to: RECIPIENT },
  { ...plain, to: ASLEEP, message_type: 'promotional' },
  { ...plain, to: IN_REVIEW, message_type: 'promotional', quiet_hours: 'ignore' },
  { ...plain, to: RECIPIENT, schedule_for: new Date(START + DAY_MS) },
  { ...plain, to: OPTED_OUT },
  { ...plain, to: '+1415' },
];

/** Everything that is said about a text apart from who it is. */
function withoutId({
  message_id: _id,
  links: _links,
  remaining_balance: _left,
  ...view
}: ReturnType<typeof messageView>) {
  return view;
}

function foretold(previewed: Previewed) {
  if (!previewed.ok) return { refused: previewed.refusal };
  const { message, verdict } = previewed.preview;
  if (message.status === 'rejected') {
    return { recorded: { ...verdict.refusal, status: message.status, body: message.body, from: message.from } };
  }
  return { accepted: withoutId(messageView(message)), body: message.body };
}

async function happened(it: World, request: Partial<SendRequest>) {
  const { verdict } = await it.accept(request);
  if (verdict.ok) {
    return { accepted: withoutId(verdict.message), body: (await it.message(verdict.message.message_id)).body };
  }
  const { code, detail, extra } = verdict.refusal;
  const id = extra?.['message_id'];
  if (typeof id !== 'string') return { refused: verdict.refusal };
  const { status, body, from } = await it.message(id);
  return { recorded: { code, detail, status, body, from } };
}

describe.each([
  ['live', 'strict'],
  ['live', 'warn'],
  ['test', 'warn'],
] as const)('a preview with a %s key, where consent is %s', (mode, consentMode) => {
  test('says exactly what sending the same then does', async () => {
    const it = await peopled(mode, consentMode);
    const kinds = new Set<string>();
    await fc.assert(
      fc.asyncProperty(requests, async (request) => {
        const before = foretold(await it.preview(request));
        const after = await happened(it, request);
        expect(before).toEqual(after);
        kinds.add(after.accepted?.status ?? after.recorded?.code ?? after.refused?.code ?? '');
      }),
      { numRuns: 80, examples: OF_EACH_KIND.map((request) => [request]) },
    );
    expect([...kinds]).toEqual(expect.arrayContaining(['queued', 'held', 'scheduled', 'OPTED_OUT', 'INVALID_NUMBER']));
  });
});

describe('a preview', () => {
  let it: World;
  const promotional = { body: 'Acme: 20% off today', message_type: 'promotional' } as const;
  const shown = async (request: Partial<SendRequest>) => {
    const previewed = await it.preview(request);
    if (!previewed.ok) throw new Error(previewed.refusal.code);
    return previewed.preview;
  };

  test('stores nothing: no text, no event, no link, no key', async () => {
    it = await peopled('live', 'warn');
    const counts = async () => {
      const tables = ['messages', 'events', 'opt_out_links', 'idempotency_keys', 'reply_waits', 'conversations'];
      const rows = tables.map((table) => it.database.query({ text: `select count(*) from ${table}`, values: [] }));
      return JSON.stringify(await Promise.all(rows));
    };
    const before = await counts();
    await shown({ ...promotional, to: AWAKE, from: 'Acme' });
    await shown({ to: OPTED_OUT });
    expect(await counts()).toBe(before);
  });

  test('names the morning until which a text is held, and the rule', async () => {
    it = await peopled('live', 'warn');
    const { verdict, message, timeZones } = await shown({ ...promotional, to: ASLEEP });
    expect(message.status).toBe('held');
    expect(verdict).toMatchObject({ allowed: true, heldBy: 'quiet_hours', consent: 'opted_in' });
    expect(verdict.sendAt?.toISOString()).toBe('2026-11-20T17:00:00.000Z');
    expect(verdict.rule).not.toBeNull();
    expect(timeZones).toEqual(['America/Los_Angeles']);
  });

  test('of a planned text tells what its own hour will say', async () => {
    it = await peopled('live', 'warn');
    const { verdict, message } = await shown({ ...promotional, to: ASLEEP, schedule_for: new Date(START + DAY_MS) });
    expect(message.status).toBe('scheduled');
    expect(verdict).toMatchObject({ allowed: true, heldBy: 'quiet_hours' });
    expect(verdict.sendAt?.toISOString()).toBe('2026-11-21T17:00:00.000Z');
  });

  test('of a text that may not go says why, and of whom', async () => {
    it = await peopled('live', 'strict');
    expect((await shown({ to: OPTED_OUT })).verdict).toMatchObject({
      allowed: false,
      refusal: { code: 'OPTED_OUT' },
      consent: 'opted_out',
      sendAt: null,
    });
    expect((await shown({ ...promotional, to: RECIPIENT })).verdict).toMatchObject({
      allowed: false,
      refusal: { code: 'CONSENT_REQUIRED' },
      consent: 'unknown',
    });
    expect((await shown({ ...promotional, to: NOT_ON_SALE, topic: 'sale' })).verdict.consent).toBe('opted_out');
  });

  test('counts what is added to a promotional text, and points it out', async () => {
    it = await peopled('live', 'warn');
    const { message, size, lint } = await shown({ ...promotional, to: AWAKE });
    expect(message.body).toBe('Acme: 20% off today. Reply STOP to opt out');
    expect(size).toMatchObject({ characters: message.body.length, remaining: 160 - message.body.length });
    expect(lint.map(({ code }) => code)).toContain('OPT_OUT_TEXT_ADDED');
  });

  test('gives the link to those whom a name texts, the same that the text will have', async () => {
    it = await peopled('live', 'warn');
    const { message, lint } = await shown({ ...promotional, to: AWAKE, from: 'Acme' });
    expect(message.body).toMatch(/Opt out: https:\/\/sms\.example\.com\/o\/[\w-]{12}$/);
    expect(lint.map(({ code }) => code)).not.toContain('OPT_OUT_LINK_MISSING');
    const id = await it.send({ ...promotional, to: AWAKE, from: 'Acme' });
    expect((await it.message(id)).body).toBe(message.body);
  });

  test('warns of a question that a name asks', async () => {
    it = await peopled('live', 'warn');
    const expect_reply = { match: ['YES', 'NO'], timeout_seconds: 600, callback_url: null };
    const { lint } = await shown({ to: AWAKE, from: 'Acme', body: 'Is Tuesday fine?', expect_reply });
    expect(lint.map(({ code }) => code)).toContain('SENDER_CANNOT_BE_ANSWERED');
  });
});
