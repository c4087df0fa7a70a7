import { describe, expect, test } from 'vitest';
import { DEFAULT_ENCODING } from '../../server/rules/encoding.ts';
import { noteCuttings } from '../../server/store/concatenation.ts';
import { type World, world } from '../support/world.ts';

const LONG = 'x'.repeat(400);
const OTHER_RECIPIENT = '+14155550124';

const references = ({ carrier }: World) => carrier.parts.map(({ concatenation }) => concatenation?.reference);

async function refusal(sent: ReturnType<World['accept']>) {
  const { verdict } = await sent;
  return verdict.ok ? null : verdict.refusal;
}

describe('the concatenation reference', () => {
  test('counts up for one phone, so that two long texts under way never share one', async () => {
    const here = await world();
    here.startWorking();
    const ids = await Promise.all(Array.from({ length: 20 }, () => here.send({ body: LONG })));
    for (const id of ids) await here.reaches(id, 'sent');
    const used = new Set(references(here));
    expect(used.size).toBe(20);
    // Also with the eight bits that most carriers get.
    expect(new Set([...used].map((reference) => (reference ?? 0) & 0xff)).size).toBe(20);
    expect(Math.max(...[...used].map(Number)) - Math.min(...[...used].map(Number))).toBe(19);
  });

  test('is one for all parts of a text, and the same when it is tried again', async () => {
    const here = await world();
    here.carrier.answer = (_part, count) =>
      count === 2 ? { kind: 'unsent', reason: 'gone' } : { kind: 'accepted', carrierId: String(count) };
    here.startWorking();
    await here.reaches(await here.send({ body: LONG }), 'sent');
    expect(here.carrier.parts.map(({ concatenation }) => concatenation?.number)).toEqual([1, 2, 2, 3]);
    expect(new Set(references(here)).size).toBe(1);
  });

  test('of two phones, and of two senders, is counted apart', async () => {
    const here = await world();
    here.startWorking();
    for (const text of [{}, {}, { to: OTHER_RECIPIENT }, { from: '+14155550101' }]) {
      await here.reaches(await here.send({ body: LONG, ...text }), 'sent');
    }
    const [first, second, third, fourth] = [0, 3, 6, 9].map((index) => references(here)[index]);
    expect([first, second, third, fourth]).toEqual([1, 2, 1, 1]);
  });

  test('is not spent on a text of one part', async () => {
    const here = await world();
    here.startWorking();
    await here.reaches(await here.send(), 'sent');
    expect(references(here)).toEqual([undefined]);
    expect(await here.database.query({ text: 'select 1 from concatenation_counters', values: [] })).toEqual([]);
  });

  test('begins anew after 65,536 texts, and is given once to a text', async () => {
    const here = await world();
    const ids = [await here.send({ body: LONG }), await here.send({ body: LONG })];
    const cuttings = ids.map((id) => ({ id, encoding: 'GSM-7' as const, segments: 3, parts: 3 }));
    expect(await noteCuttings(here.database, cuttings.slice(0, 1))).toEqual([1]);
    await here.database.query({ text: 'update concatenation_counters set last = 65535', values: [] });
    expect(await noteCuttings(here.database, cuttings)).toEqual([1, 0]);
    expect(await noteCuttings(here.database, cuttings)).toEqual([1, 0]);
  });
});

describe('what the carrier takes decides', () => {
  test('how a text is encoded, counted and cut', async () => {
    const here = await world();
    here.carrier.encoding = { ...DEFAULT_ENCODING, latin1: true, long_message: 'udh16' };
    here.startWorking();
    const id = await here.send({ body: 'ç'.repeat(141) });
    expect(await here.reaches(id, 'sent')).toMatchObject({ encoding: 'Latin-1', segments: 2 });
    expect(here.carrier.parts.map(({ encoding, text }) => [encoding, text.length])).toEqual([
      ['Latin-1', 133],
      ['Latin-1', 8],
    ]);
  });

  test('with its settings at the time of sending, and the segments follow', async () => {
    const here = await world();
    const id = await here.send({ body: 'x'.repeat(306) });
    expect(await here.message(id)).toMatchObject({ segments: 2 });
    here.carrier.encoding = { ...DEFAULT_ENCODING, long_message: 'udh16' };
    here.startWorking();
    expect(await here.reaches(id, 'sent')).toMatchObject({ segments: 3 });
    for (const carrierId of ['1', '2', '3']) await here.receipt({ carrierId });
    expect(await here.message(id)).toMatchObject({ status: 'delivered', segments_delivered: 3 });
  });

  test('the encoding, when it is no longer the one that the text was accepted for', async () => {
    const here = await world();
    here.carrier.encoding = { ...DEFAULT_ENCODING, latin1: true };
    const id = await here.send({ body: 'ç'.repeat(100) });
    expect(await here.message(id)).toMatchObject({ encoding: 'Latin-1', segments: 1 });
    here.carrier.encoding = DEFAULT_ENCODING;
    here.startWorking();
    expect(await here.reaches(id, 'sent')).toMatchObject({ encoding: 'UCS-2', segments: 2 });
  });

  test('whether one receipt is for a whole text, which is in message_payload', async () => {
    const here = await world();
    here.carrier.encoding = { ...DEFAULT_ENCODING, long_message: 'message_payload' };
    here.startWorking();
    const id = await here.send({ body: LONG });
    expect(await here.reaches(id, 'sent')).toMatchObject({ segments: 3, segments_delivered: 0 });
    expect(here.carrier.parts).toMatchObject([{ text: LONG, concatenation: null }]);
    await here.receipt({ carrierId: '1' });
    expect(await here.message(id)).toMatchObject({ status: 'delivered', segments: 3, segments_delivered: 3 });
  });

  test('which national tables a part names', async () => {
    const here = await world();
    here.carrier.encoding = { ...DEFAULT_ENCODING, national_tables: [1] };
    here.startWorking();
    const id = await here.send({ body: 'ş'.repeat(100) });
    expect(await here.reaches(id, 'sent')).toMatchObject({ encoding: 'GSM-7', segments: 1 });
    expect(here.carrier.parts).toMatchObject([{ shift: { locking: 1, single: 0 } }]);
  });
});

describe('a request', () => {
  test('R082: with smart_encoding stores and sends the replaced text, and says what was replaced', async () => {
    const here = await world();
    here.startWorking();
    const { verdict } = await here.accept({ body: '“Hi” – it’s', smart_encoding: true });
    if (!verdict.ok) throw new Error(verdict.refusal.detail);
    expect(verdict.message).toMatchObject({
      encoding: 'GSM-7',
      segments: 1,
      smart_replacements: [
        { at: 0, from: '“', to: '"' },
        { at: 3, from: '”', to: '"' },
        { at: 5, from: '–', to: '-' },
        { at: 9, from: '’', to: "'" },
      ],
    });
    const sent = await here.reaches(verdict.message.message_id, 'sent');
    expect(sent).toMatchObject({ body: '"Hi" - it\'s', smart_replacements: verdict.message.smart_replacements });
    expect(here.carrier.parts).toMatchObject([{ text: '"Hi" - it\'s', encoding: 'GSM-7' }]);
  });

  test('changes nothing without smart_encoding, or where it would not help', async () => {
    const here = await world();
    const plain = await here.message(await here.send({ body: '“Hi”' }));
    expect(plain).toMatchObject({ body: '“Hi”', encoding: 'UCS-2', smart_replacements: [] });
    const emoji = await here.message(await here.send({ body: '“😀”', smart_encoding: true }));
    expect(emoji).toMatchObject({ body: '“😀”', encoding: 'UCS-2', smart_replacements: [] });
    const asked = await here.message(await here.send({ body: '“Hi”', smart_encoding: true, encoding: 'ucs2' }));
    expect(asked).toMatchObject({ body: '“Hi”', encoding: 'UCS-2', smart_replacements: [] });
  });

  test('R082: for ucs2 is sent as UCS-2 although it need not be', async () => {
    const here = await world();
    here.startWorking();
    const id = await here.send({ body: 'x'.repeat(71), encoding: 'ucs2' });
    expect(await here.reaches(id, 'sent')).toMatchObject({ encoding: 'UCS-2', segments: 2 });
    expect(here.carrier.parts.map(({ encoding }) => encoding)).toEqual(['UCS-2', 'UCS-2']);
  });

  test('for gsm7 is refused when it cannot be, and not when smart_encoding makes it so', async () => {
    const here = await world();
    expect(await refusal(here.accept({ body: 'Привет', encoding: 'gsm7' }))).toMatchObject({
      code: 'INVALID_REQUEST',
      param: 'encoding',
    });
    expect(await refusal(here.accept({ body: '“Hi”', encoding: 'gsm7' }))).not.toBeNull();
    expect(await refusal(here.accept({ body: '“Hi”', encoding: 'gsm7', smart_encoding: true }))).toBeNull();
  });

  test('R080: that takes more than max_segments is refused, before anything is stored', async () => {
    const here = await world();
    expect(await refusal(here.accept({ body: LONG, max_segments: 2 }))).toMatchObject({
      code: 'BODY_TOO_LONG',
      param: 'body',
      detail: 'The text takes 3 segments (GSM-7); 2 is the limit.',
    });
    expect(await here.messages()).toEqual([]);
    expect(await refusal(here.accept({ body: LONG, max_segments: 3 }))).toBeNull();
    expect(await refusal(here.accept({ body: 'x'.repeat(1_531) }))).toMatchObject({ code: 'BODY_TOO_LONG' });
  });

  test('for a flash text sends it as one', async () => {
    const here = await world();
    here.startWorking();
    const id = await here.send({ flash: true });
    expect(await here.reaches(id, 'sent')).toMatchObject({ flash: true });
    expect(here.carrier.parts).toMatchObject([{ flash: true }]);
    await here.reaches(await here.send(), 'sent');
    expect(here.carrier.parts[1]).not.toHaveProperty('flash');
  });
});
