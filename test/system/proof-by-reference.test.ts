import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../server/messages/carrier.ts';
import { proveDoubts } from '../../server/messages/prove.ts';
import { ANY_FORM } from '../../server/rules/carrier-id.ts';
import { messageReference } from '../../server/rules/message-reference.ts';
import { until } from '../support/until.ts';
import { RECIPIENT, type World, world } from '../support/world.ts';

const unknown: Outcome = { kind: 'unknown', reason: 'link_lost' };
const accepted = (carrierId: string): Outcome => ({ kind: 'accepted', carrierId });
/** Long enough that nothing is sent again while a test looks. */
const patient = { retryPolicy: { ambiguous: { intervals_seconds: [30] } } };
const BRITISH = { from: '+447700900999', to: '+447700900123' };

async function inDoubt(w: World, request: Parameters<World['send']>[0] = {}) {
  w.carrier.answer = () => unknown;
  w.startWorking();
  const id = await w.send(request);
  await until(async () => (await w.message(id)).ambiguous);
  return id;
}

/**
 * A text whose first part has the id ff10 in its response, and whose second part is in doubt; and the receipt of the
 * first, with that id in decimal digits, that was looked for before either was stored.
 */
async function secondPartInDoubt(w: World) {
  w.carrier.answer = (part) => (part.concatenation?.number === 1 ? accepted('ff10') : unknown);
  w.startWorking();
  const id = await w.send({ body: 'x'.repeat(300) });
  await until(async () => (await w.message(id)).ambiguous);
  const numbers = { recipient: RECIPIENT.slice(1), sender: (await w.message(id)).from.slice(1) };
  const receipt = {
    smscId: w.carrier.id,
    carrierId: '65296',
    state: 'delivered' as const,
    raw: 'id:65296',
    error: null,
    ...numbers,
  };
  return { id, waiting: [{ receipt, receivedAt: new Date(), earlyId: '1' }] };
}

describe('a text in doubt', () => {
  test('is not proven by the receipt of the part before, whose answer was stored together with the doubt', async () => {
    const w = await world(patient);
    const { waiting } = await secondPartInDoubt(w);
    const prove = () => proveDoubts(w.database, waiting, () => ANY_FORM, new Date());
    const proofs = await w.database.transaction(prove);
    expect([...proofs.values()].map(({ segment }) => segment.part)).toEqual([1]);
  });

  test('is not proven by that receipt either while its id is looked for in another form only', async () => {
    const w = await world(patient);
    const { id, waiting } = await secondPartInDoubt(w);
    const exact = () => ({ forms: ['exact' as const], sure: null });
    const prove = () => proveDoubts(w.database, waiting, exact, new Date());
    expect([...(await w.database.transaction(prove)).values()]).toEqual([]);
    const states = { text: 'select state from segments where message_id = $1 and part = 2', values: [id] };
    expect(await w.database.query(states)).toEqual([{ state: 'unknown' }]);
  });

  test('leaves with the reference that its receipt will name', async () => {
    const w = await world(patient);
    const id = await inDoubt(w, { message_type: 'otp' });
    expect(w.carrier.parts[0]).toMatchObject({ messageReference: messageReference(id, 1, 1), messageType: 'otp' });
  });

  test('is proven by its reference although another text to that number is in doubt as well', async () => {
    const w = await world(patient);
    const [first, second] = [await inDoubt(w), await inDoubt(w, { body: 'Another' })];
    await w.receipt({ carrierId: 'x9', messageReference: messageReference(second, 1, 1) });
    expect((await w.message(second)).status).toBe('delivered');
    expect((await w.message(first)).status).toBe('queued');
    await w.receipt({ carrierId: 'x8', messageReference: messageReference(first, 1, 1) });
    expect((await w.message(first)).status).toBe('delivered');
  });

  test('is proven by its reference although another text to that number waits for its receipt', async () => {
    const w = await world(patient);
    w.carrier.answer = () => accepted('first');
    w.startWorking();
    const sent = await w.send();
    await w.reaches(sent, 'sent');
    const id = await inDoubt(w);
    await w.receipt({ carrierId: 'x9', messageReference: messageReference(id, 1, 1) });
    expect((await w.message(id)).status).toBe('delivered');
    expect((await w.message(sent)).status).toBe('sent');
  });

  test.each([
    ['the reference of another text', {}, 'z'],
    ['its reference and another recipient', { recipient: '14155550999' }, null],
    ['its reference and another account', { smscId: 'other' }, null],
  ])('is not proven by a receipt with %s', async (_name, changes, other) => {
    const w = await world(patient);
    const id = await inDoubt(w);
    const reference = messageReference(other ?? id, 1, 1);
    await w.receipt({ carrierId: 'x9', sender: '14155550100', messageReference: reference, ...changes });
    expect((await w.message(id)).status).toBe('queued');
  });

  test('is proven by a receipt that names a British recipient as the British do', async () => {
    const w = await world(patient);
    const id = await inDoubt(w, BRITISH);
    await w.receipt({ carrierId: 'x9', recipient: '07700900123', sender: '447700900999' });
    expect((await w.message(id)).status).toBe('delivered');
  });

  test('is proven where both numbers are so written, if the carrier’s profile says its country', async () => {
    const w = await world(patient);
    const id = await inDoubt(w, BRITISH);
    const receipt = { recipient: '07700900123', sender: '07700900999' };
    await w.receipt({ carrierId: 'x8', ...receipt });
    expect((await w.message(id)).status).toBe('queued');
    await w.receipt({ carrierId: 'x9', ...receipt, country: 'GB' });
    expect((await w.message(id)).status).toBe('delivered');
  });

  test('to a number that ends like that is not proven', async () => {
    const w = await world(patient);
    const id = await inDoubt(w, { from: 'Acme', to: '+33639980001' });
    await w.receipt({ carrierId: 'x9', recipient: '0639980001', sender: 'Acme' });
    expect((await w.message(id)).status).toBe('queued');
  });
});

test('of two texts with the id 0 to one number, each gets the receipt that names its reference', async () => {
  const w = await world();
  w.carrier.answer = () => accepted('0');
  w.startWorking();
  const ids = [await w.send(), await w.send({ body: 'Another' })] as const;
  for (const id of ids) await w.reaches(id, 'sent');
  const named = (id: string) => ({ carrierId: '0', messageReference: messageReference(id, 1, 1) });
  await w.receipt({ ...named(ids[0]), state: 'undelivered', raw: 'id:0 stat:UNDELIV' });
  await w.receipt(named(ids[1]));
  expect((await w.message(ids[0])).status).toBe('undelivered');
  expect((await w.message(ids[1])).status).toBe('delivered');
});

describe('a text from a phone', () => {
  const from = async (w: World) => (await w.messages()).find(({ direction }) => direction === 'inbound')?.from;

  test.each([
    ['in its national form', { from: '07700900123', to: '+447700900999' }],
    ['in its national form, to a number without a plus', { from: '07700900123', to: '447700900999' }],
    ['in its national form, called international', { from: '+07700900123', to: '+447700900999' }],
    ['in its national form, to a short code of a British carrier', { from: '07700900123', to: '60006', country: 'GB' }],
    ['with 00', { from: '00447700900123', to: '60006' }],
  ])('says STOP from a number %s: the number has opted out', async (_name, numbers) => {
    const w = await world();
    await w.receive({ ...numbers, body: 'STOP' });
    const { verdict } = await w.accept({ to: '+447700900123' });
    expect(verdict).toMatchObject({ ok: false, refusal: { code: 'OPTED_OUT' } });
    expect(await from(w)).toBe('+447700900123');
    expect((await w.accept({ to: RECIPIENT })).verdict.ok).toBe(true);
  });

  test('from a number of another country stays what it is', async () => {
    const w = await world();
    await w.receive({ from: '14155550123', to: '+447700900999', body: 'STOP' });
    expect(await from(w)).toBe('+14155550123');
  });

  test('from a number that nobody can place stays as it was written', async () => {
    const w = await world();
    await w.receive({ from: '07700900123', to: '60006', body: 'Hello' });
    expect(await from(w)).toBe('07700900123');
  });

  test('from ten digits is American at a carrier that writes American numbers so', async () => {
    const w = await world();
    await w.receive({ from: '2025550123', to: '60006', country: 'US', body: 'STOP' });
    expect(await from(w)).toBe('+12025550123');
  });

  test('for an application of the phone says so in its warnings, once for all parts', async () => {
    const w = await world();
    const warnings = [{ code: 'PORT_ADDRESSED', message: 'to port 2948, from port 9200' }];
    const part = (number: number) => ({
      body: `${number}`,
      warnings,
      concatenation: { reference: 8, bits: 16 as const, total: 2, number },
    });
    await w.receive(part(1));
    await w.receive(part(2));
    expect(await w.messages()).toMatchObject([{ body: '12', warnings }]);
  });

  test('in parts, some with the number in its national form, is one text', async () => {
    const w = await world();
    const part = (number: number, from: string) => ({
      from,
      to: '+447700900999',
      body: `${number}`,
      concatenation: { reference: 7, bits: 8 as const, total: 2, number },
    });
    await w.receive(part(2, '07700900123'));
    await w.receive(part(1, '447700900123'));
    expect(await w.messages()).toMatchObject([{ from: '+447700900123', body: '12' }]);
  });
});
