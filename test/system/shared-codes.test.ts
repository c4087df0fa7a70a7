import { describe, expect, test } from 'vitest';
import { RECIPIENT, type World, world } from '../support/world.ts';

const CODE = '72345';
const OWN = '+14155550100';

async function sharedCode() {
  const w = await world();
  await w.sending.senders.add({
    mode: 'live',
    value: CODE,
    type: 'short_code',
    countries: [],
    purpose: [],
    mps: null,
    registration: null,
    smsc_ids: [],
    opt_out_managed_by: 'us',
    shared: true,
  });
  const text = (topic: string | null, from = CODE) => w.send({ from, topic });
  return { w, text, says: (body: string) => w.receive({ body, to: CODE }) };
}

const topics = async (w: World) => (await w.contacts.consents.status('live', RECIPIENT)).topics;
const confirmations = async (w: World) =>
  (await w.messages()).filter(({ purpose }) => purpose === 'opt_out_confirmation');

describe('STOP to a code that several programmes share', () => {
  test('ends every programme that the number was texted about from there, and is confirmed once', async () => {
    const { w, text, says } = await sharedCode();
    const [sale, news] = [await text('sale'), await text('news')];
    const elsewhere = await text('orders', OWN);
    await says('STOP');
    expect(await topics(w)).toEqual({ sale: 'opted_out', news: 'opted_out' });
    expect((await w.message(sale)).status).toBe('canceled');
    expect((await w.message(news)).status).toBe('canceled');
    expect((await w.message(elsewhere)).status).toBe('queued');
    const [confirmation, ...more] = await confirmations(w);
    expect(confirmation).toMatchObject({ from: CODE, body: expect.stringContaining('Acme (news, sale)') });
    expect(more).toEqual([]);
  });

  test('ends everything where nobody knows what the number was texted about', async () => {
    const never = await sharedCode();
    await never.says('STOP');
    expect(await topics(never.w)).toEqual({ '*': 'opted_out' });
    const unnamed = await sharedCode();
    await unnamed.text('sale');
    await unnamed.text(null);
    await unnamed.says('STOP');
    expect(await topics(unnamed.w)).toEqual({ '*': 'opted_out' });
  });

  test.each(['STOP SALE', 'stop sale', 'Stop-Sale!'])('as %j ends the programme that it names', async (body) => {
    const { w, text, says } = await sharedCode();
    await text('sale');
    const news = await text('news');
    await says(body);
    expect(await topics(w)).toEqual({ sale: 'opted_out' });
    expect((await w.message(news)).status).toBe('queued');
    expect((await confirmations(w))[0]?.body).toContain('no more texts from Acme (sale).');
    expect((await w.accept({ from: CODE, topic: 'sale' })).verdict).toMatchObject({ ok: false });
    expect((await w.accept({ from: CODE, topic: 'news' })).verdict.ok).toBe(true);
  });

  test('with ALL ends everything, everywhere', async () => {
    const { w, text, says } = await sharedCode();
    await text('sale');
    await says('STOP ALL');
    expect(await topics(w)).toEqual({ '*': 'opted_out' });
    expect((await w.accept({ from: OWN })).verdict.ok).toBe(false);
  });

  test('is confirmed again only when it ends something new', async () => {
    const { w, text, says } = await sharedCode();
    await text('sale');
    await says('STOP SALE');
    await text('news');
    await says('STOP SALE');
    expect(await confirmations(w)).toHaveLength(1);
    await says('STOP');
    expect(await confirmations(w)).toHaveLength(2);
    await says('STOP ALL');
    await says('STOP');
    await says('STOP');
    expect(await confirmations(w)).toHaveLength(3);
  });

  // Nobody knows yet what the second part says.
  test('in parts ends everything there as soon as the first part says STOP', async () => {
    const { w, text } = await sharedCode();
    await text('sale');
    await text('news');
    const concatenation = { reference: 7, bits: 8, total: 2 } as const;
    await w.receive({ body: 'STOP', to: CODE, concatenation: { ...concatenation, number: 1 } });
    await w.receive({ body: ' SALE', to: CODE, concatenation: { ...concatenation, number: 2 } });
    expect(await topics(w)).toEqual({ sale: 'opted_out', news: 'opted_out' });
    expect(await confirmations(w)).toHaveLength(1);
  });
});

describe('START to a shared code', () => {
  test('brings back the programmes of that code, and nothing that was ended elsewhere', async () => {
    const { w, text, says } = await sharedCode();
    await text('sale');
    await says('STOP');
    const agent = { source: 'agent', method: 'verbal', actor: { type: 'agent', id: 'ann' } } as const;
    const nothing = { jurisdiction: null, language: null, messageId: null, evidence: {}, expiresAt: null };
    const said = { mode: 'live', number: RECIPIENT, topic: 'surveys', at: new Date() } as const;
    await w.contacts.consents.optOut({ ...said, ...agent, ...nothing });
    await says('START');
    const answer = (await w.messages()).find(({ purpose }) => purpose === 'opt_in_answer');
    expect(answer?.body).toContain('Acme (sale)');
    expect(await topics(w)).toEqual({ sale: 'opted_in', surveys: 'opted_out' });
  });
});

describe('a promotional text from a shared code', () => {
  test('needs a topic, in words that say what to do', async () => {
    const { w } = await sharedCode();
    const { verdict } = await w.accept({ from: CODE, message_type: 'promotional' });
    expect(verdict).toMatchObject({ ok: false, refusal: { code: 'INVALID_REQUEST', param: 'topic' } });
    expect(verdict.ok || verdict.refusal.detail).toMatch(/shared.*need a topic/);
    expect((await w.accept({ from: CODE, message_type: 'promotional', topic: 'sale' })).verdict.ok).toBe(true);
    expect((await w.accept({ from: CODE })).verdict.ok).toBe(true);
    expect((await w.accept({ from: OWN, message_type: 'promotional' })).verdict.ok).toBe(true);
  });
});
