import { describe, expect, test } from 'vitest';
import { HITS_TO_LEARN } from '../../server/rules/carrier-id.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { type World, world } from '../support/world.ts';

const hex = (value: number) => value.toString(16);
const numberOf = (index: number) => `+1415555${2_000 + index}`;

/** Sends a text to a number of its own, answered with this id. */
async function sendAs(w: World, carrierId: string, to: string): Promise<string> {
  w.carrier.answer = () => ({ kind: 'accepted', carrierId });
  const id = await w.send({ to });
  // A receipt that waits for it settles it at once.
  await w.reaches(id, 'sent', 'delivered');
  return id;
}

const receiptOf = (w: World, carrierId: string, to: string) => w.receipt({ carrierId, recipient: to.slice(1) });

/** So many texts at once, each to a number of its own, and then their receipts. */
async function exchange(
  w: World,
  count: number,
  ids: (index: number) => { readonly response: string; readonly receipt: string },
): Promise<string[]> {
  const indexOf = new Map(Array.from({ length: count }, (_, index) => [numberOf(index), index]));
  w.carrier.answer = ({ to }) => ({ kind: 'accepted', carrierId: ids(indexOf.get(to) ?? 0).response });
  const texts = await Promise.all([...indexOf.keys()].map((to) => w.send({ to })));
  await Promise.all(texts.map((id) => w.reaches(id, 'sent')));
  await Promise.all([...indexOf].map(([to, index]) => receiptOf(w, ids(index).receipt, to)));
  return texts;
}

/** Hexadecimal ids in responses and decimal ones in receipts. */
const teach = (w: World, count: number) =>
  exchange(w, count, (index) => ({ response: hex(0xab_0000 + index), receipt: String(0xab_0000 + index) }));

const learned = async ({ database }: World) =>
  (await database.kysely.selectFrom('carrier_id_forms').select(['smsc_id', 'form']).execute()).map(
    ({ smsc_id, form }) => `${smsc_id} ${form}`,
  );

describe('a carrier with hexadecimal ids in responses and decimal ones in receipts', () => {
  test('has 50 of 50 texts delivered, and its habit is learned, stored and said in the log, once', async () => {
    const w = await world();
    w.startWorking();
    for (const id of await teach(w, 50)) expect((await w.message(id)).status).toBe('delivered');
    expect(await learned(w)).toEqual(['fake hex_response']);
    expect(w.logged).toEqual([{ smsc_id: 'fake', form: 'hex_response', message: expect.stringContaining('learned') }]);
  });

  test('is known to a server that starts later: an id that is valid in both forms finds its own text', async () => {
    const first = await world();
    first.startWorking();
    await teach(first, HITS_TO_LEARN);
    await first.stopWorking();
    const w = await world({ database: first.database });
    w.startWorking();
    // 16 is the decimal form of 10, and the id of another text to the same number.
    const mine = await sendAs(w, '10', numberOf(90));
    const other = await sendAs(w, '16', numberOf(90));
    await receiptOf(w, '16', numberOf(90));
    expect((await w.message(mine)).status).toBe('delivered');
    expect((await w.message(other)).status).toBe('sent');
    await receiptOf(w, '22', numberOf(90));
    expect((await w.message(other)).status).toBe('delivered');
  });

  test('is known to a server that runs already, from its next sweep on', async () => {
    const teacher = await world();
    const w = await world({ database: teacher.database });
    teacher.startWorking();
    // Its first receipt, so that it has read what was known before.
    await receiptOf(w, '999', numberOf(99));
    await teach(teacher, HITS_TO_LEARN);
    const mine = await sendAs(teacher, '10', numberOf(90));
    const other = await sendAs(teacher, '16', numberOf(90));
    await teacher.stopWorking();
    await w.sweep();
    await receiptOf(w, '16', numberOf(90));
    expect((await w.message(mine)).status).toBe('delivered');
    expect((await w.message(other)).status).toBe('sent');
  });

  test('gets an id that is valid in both forms right before it is learned, where the numbers differ', async () => {
    const w = await world();
    w.startWorking();
    const mine = await sendAs(w, '10', numberOf(1));
    const other = await sendAs(w, '16', numberOf(2));
    await receiptOf(w, '16', numberOf(1));
    expect((await w.message(mine)).status).toBe('delivered');
    expect((await w.message(other)).status).toBe('sent');
  });

  test('an early receipt waits for its text and does not settle the one that owns its id in the other form', async () => {
    const w = await world();
    w.startWorking();
    await teach(w, HITS_TO_LEARN);
    const other = await sendAs(w, '16', numberOf(90));
    await receiptOf(w, '16', numberOf(90));
    expect((await w.message(other)).status).toBe('sent');
    const mine = await sendAs(w, '10', numberOf(90));
    await w.reaches(mine, 'delivered');
    expect((await w.message(other)).status).toBe('sent');
  });

  test('that changes its habit is unlearned, and no receipt is lost by that', async () => {
    const clock = virtualClock();
    const w = await world({ clock });
    w.startWorking();
    await teach(w, HITS_TO_LEARN);
    const id = await sendAs(w, 'ffee', numberOf(90));
    await receiptOf(w, 'ffee', numberOf(90));
    expect((await w.message(id)).status).toBe('sent');
    await clock.advance(40_000);
    await w.sweep();
    expect((await w.message(id)).status).toBe('delivered');
    expect(await learned(w)).toEqual([]);
    expect(w.logged.at(-1)?.message).toContain('differently');
    const next = await sendAs(w, 'ffef', numberOf(91));
    await receiptOf(w, 'ffef', numberOf(91));
    expect((await w.message(next)).status).toBe('delivered');
  });

  test('is believed from the first text on when its profile says so, whatever number a receipt names', async () => {
    const w = await world({ idFormat: 'hex_response' });
    w.startWorking();
    const mine = await sendAs(w, '10', numberOf(90));
    const other = await sendAs(w, '16', numberOf(90));
    await w.receipt({ carrierId: '16', recipient: '0155552090' });
    expect((await w.message(mine)).status).toBe('delivered');
    expect((await w.message(other)).status).toBe('sent');
    expect(w.logged).toEqual([]);
  });
});

test.each([
  ['more zeros in the response', '00123', '123'],
  ['more zeros in the receipt', '123', '0000123'],
  ['other case', 'ABC-1', 'abc-1'],
  ['hexadecimal in the receipt', '4000000000', 'ee6b2800'],
])('%s is learned as well', async (_name, inResponse, inReceipt) => {
  const w = await world();
  w.startWorking();
  const texts = await exchange(w, HITS_TO_LEARN, () => ({ response: inResponse, receipt: inReceipt }));
  for (const id of texts) expect((await w.message(id)).status).toBe('delivered');
  expect(await learned(w)).toHaveLength(1);
});

test('a carrier whose ids are the same on both sides teaches nothing', async () => {
  const w = await world();
  w.startWorking();
  const same = (index: number) => hex(0xab_0000 + index);
  await exchange(w, HITS_TO_LEARN + 5, (index) => ({ response: same(index), receipt: same(index) }));
  expect(await learned(w)).toEqual([]);
});
