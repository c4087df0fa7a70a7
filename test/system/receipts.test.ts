import { describe, expect, test } from 'vitest';
import { forgetEarly } from '../../server/store/early-receipts.ts';
import { until } from '../support/until.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { world } from '../support/world.ts';

async function sentText(body = 'Hello') {
  const w = await world();
  w.startWorking();
  const id = await w.send({ body });
  await w.reaches(id, 'sent');
  return { ...w, id };
}

describe('a receipt', () => {
  test('makes a sent text delivered, once', async () => {
    const { id, receipt, message, eventTypes } = await sentText();
    await receipt({});
    await receipt({});
    expect(await message(id)).toMatchObject({ status: 'delivered', segments_delivered: 1 });
    expect(await eventTypes(id)).toEqual(['message.queued', 'message.sent', 'message.delivered']);
  });

  test('that is not final changes nothing', async () => {
    const { id, receipt, message } = await sentText();
    await receipt({ state: 'enroute' });
    await receipt({ state: 'unknown' });
    expect((await message(id)).status).toBe('sent');
  });

  test('R125: after another final one changes nothing, in whatever order they come', async () => {
    const { id, receipt, message } = await sentText();
    await receipt({ state: 'undelivered', error: '004' });
    await receipt({ state: 'delivered' });
    const text = await message(id);
    expect(text.status).toBe('undelivered');
    expect(text.error).toMatchObject({ reason: 'UNREACHABLE', upstream: { receipt_error: '004' } });
  });

  test('that says delivered after expired is believed and flagged late', async () => {
    const { id, receipt, message } = await sentText();
    await receipt({ state: 'expired' });
    expect((await message(id)).status).toBe('expired');
    await receipt({ state: 'delivered' });
    expect(await message(id)).toMatchObject({ status: 'delivered', late: true });
  });

  test('R125: that comes before the answer to its submit_sm is kept and found', async () => {
    const { send, carrier, receipt, reaches, startWorking } = await world();
    carrier.answer = async (_part, count) => {
      await receipt({ carrierId: `early-${count}` });
      return { kind: 'accepted', carrierId: `early-${count}` };
    };
    startWorking();
    const ids = await Promise.all(Array.from({ length: 50 }, () => send()));
    for (const id of ids) expect((await reaches(id, 'delivered')).status).toBe('delivered');
  });

  test('that came early is still found by a server started later', async () => {
    const first = await world();
    await first.receipt({ carrierId: '1' });
    const second = await world({ database: first.database });
    second.startWorking();
    const id = await second.send();
    await second.reaches(id, 'delivered');
  });

  test.each([
    ['a decimal id for a hexadecimal answer', '5F2A', '24362'],
    ['a hexadecimal id for a decimal answer', '24362', '5f2a'],
    ['the id 0', '0', '0'],
    ['an id of 19 digits', '9223372036854775809', '9223372036854775809'],
    ['another case', 'ABCD-EF', 'abcd-ef'],
  ])('finds its text by %s', async (_name, answered, inReceipt) => {
    const { send, carrier, receipt, reaches, startWorking, message } = await world();
    carrier.answer = () => ({ kind: 'accepted', carrierId: answered });
    startWorking();
    const id = await send();
    await reaches(id, 'sent');
    await receipt({ carrierId: inReceipt });
    expect((await message(id)).status).toBe('delivered');
  });

  test('of another account never touches a text', async () => {
    const { id, receipt, message } = await sentText();
    await receipt({ smscId: 'someone-else' });
    expect((await message(id)).status).toBe('sent');
  });

  test('for every part makes a long text delivered, and not one sooner', async () => {
    const { id, receipt, message } = await sentText('x'.repeat(300));
    await receipt({ carrierId: '2' });
    expect(await message(id)).toMatchObject({ status: 'sent', segments_delivered: 1 });
    await receipt({ carrierId: '1' });
    expect(await message(id)).toMatchObject({ status: 'delivered', segments_delivered: 2 });
  });

  test('that one part did not arrive makes a long text undelivered', async () => {
    const { id, receipt, message } = await sentText('x'.repeat(300));
    await receipt({ carrierId: '2', state: 'undelivered' });
    expect(await message(id)).toMatchObject({ status: 'undelivered', segments_delivered: 0 });
  });

  test('that one part expired says nothing yet about a text whose other parts are still to be sent', async () => {
    const { send, carrier, receipt, message, startWorking, database } = await world();
    carrier.answer = (part) =>
      part.concatenation?.number === 2
        ? { kind: 'refused', class: 'throttle', commandStatus: 0x58, name: 'ESME_RTHROTTLED' }
        : { kind: 'accepted', carrierId: 'one' };
    startWorking();
    const id = await send({ body: 'x'.repeat(300) });
    await until(async () => (await message(id)).attempts === 1 && (await message(id)).status === 'queued');
    await receipt({ carrierId: 'one', state: 'expired' });
    expect((await message(id)).status).toBe('queued');
    const parts = await database.kysely.selectFrom('segments').select('state').orderBy('part').execute();
    expect(parts.map(({ state }) => state)).toEqual(['expired', 'refused']);
  });

  test('for texts of others is forgotten after a day, and never more than 100,000 are kept', async () => {
    const clock = virtualClock();
    const { database, receipt, sweep } = await world({ clock });
    await receipt({ carrierId: 'foreign' });
    const waiting = async () => {
      const [row] = await database.query<{ n: number }>({
        text: 'select count(*)::int as n from early_receipts',
        values: [],
      });
      return row?.n;
    };
    await clock.advance(25 * 3_600_000);
    await sweep();
    expect(await waiting()).toBe(0);
    await database.query({
      text: `insert into early_receipts (smsc_id, carrier_id, receipt, received_at)
        select 'other', n::text, '{}', $1 from generate_series(1, 100010) n`,
      values: [new Date(clock.now())],
    });
    await forgetEarly(database, new Date(clock.now()));
    expect(await waiting()).toBe(100_000);
  });

  test('that names no message is answered and changes nothing', async () => {
    const { id, receipt, message } = await sentText();
    await receipt({ carrierId: null });
    expect((await message(id)).status).toBe('sent');
  });

  test('is not answered when it cannot be stored', async () => {
    const { receipt, database } = await world();
    await database.close();
    await expect(receipt({})).rejects.toThrow();
  });
});
