import { describe, expect, test } from 'vitest';
import type { Inbound, InboundPart } from '../../server/messages/carrier.ts';
import { REASSEMBLY_MS, SOURCE_LIMITS } from '../../server/messages/reassemble.ts';
import { MISSING_MARKER } from '../../server/rules/reassembly.ts';
import type { Arrival } from '../../server/rules/redelivery.ts';
import { forgetArrivals } from '../../server/store/inbound-arrivals.ts';
import { limitAll } from '../../server/store/inbound-parts.ts';
import { inbox, OTHER_PHONE, PHONE } from '../support/inbox.ts';
import { virtualClock } from '../support/virtual-clock.ts';

function part(number: number, total: number, body: string, changes: Partial<Inbound & InboundPart> = {}) {
  const { reference = 7, bits = 8, ...inbound } = changes;
  return { body, concatenation: { reference, bits, total, number }, ...inbound };
}

describe('a text in several parts', () => {
  test('arrives whole, once, with its parts reversed', async () => {
    const { take, texts, bodies, events, held } = await inbox();
    for (const number of [3, 2, 1]) await take(part(number, 3, `<${number}>`));
    expect(await bodies()).toEqual(['<1><2><3>']);
    expect((await texts())[0]).toMatchObject({ status: 'received', from: PHONE, segments: 3, missing_parts: null });
    expect((await events()).map(({ type }) => type)).toEqual(['conversation.created', 'message.received']);
    expect(await held()).toBe(0);
  });

  test('arrives once when each part is delivered twice, at once and from all sides', async () => {
    const { take, bodies, held } = await inbox();
    const parts = [1, 2, 3, 4].flatMap((number) => [part(number, 4, `<${number}>`), part(number, 4, `<${number}>`)]);
    let sequence = 0;
    await Promise.all(parts.map((one) => take({ ...one, arrival: arrival({ bind: 'a', sequence: ++sequence }) })));
    expect(await bodies()).toEqual(['<1><2><3><4>']);
    expect(await held()).toBe(0);
  });

  test('is kept apart from that of another sender, recipient, account, width and total under the same reference', async () => {
    const { take, bodies } = await inbox();
    const others: Partial<Inbound & InboundPart>[] = [
      {},
      { from: OTHER_PHONE },
      { to: '12345' },
      { smscId: 'second' },
      { bits: 16 },
      { reference: 8 },
    ];
    for (const [index, changes] of others.entries()) await take(part(2, 2, `b${index}`, changes));
    await take(part(2, 3, 'of three'));
    for (const [index, changes] of others.entries()) await take(part(1, 2, `a${index}`, changes));
    expect(await bodies()).toEqual(others.map((_, index) => `a${index}b${index}`));
  });

  test('is the same sender’s with and without a + before the number', async () => {
    const { take, bodies } = await inbox();
    await take(part(1, 2, 'a', { from: PHONE.slice(1) }));
    await take(part(2, 2, 'b'));
    expect(await bodies()).toEqual(['ab']);
  });

  test('shows characters that were cut between two parts', async () => {
    const { take, bodies } = await inbox();
    const [a, b] = [Uint8Array.of(0, 0x48, 0xd8, 0x3d), Uint8Array.of(0xde, 0)];
    await take(part(2, 2, '\uFFFD', { encoding: 'UCS-2', octets: b }));
    await take(part(1, 2, 'H\uFFFD', { encoding: 'UCS-2', octets: a }));
    expect(await bodies()).toEqual(['H😀']);
  });

  test('under a reference that is used again starts anew, and the old one comes incomplete', async () => {
    const { take, bodies, texts } = await inbox();
    await take(part(1, 2, 'old'));
    await take(part(1, 2, 'new '));
    await take(part(2, 2, 'text'));
    await take(part(2, 2, 'second'));
    await take(part(1, 2, 'a '));
    expect(await bodies()).toEqual([`old${MISSING_MARKER}`, 'new text', 'a second']);
    expect((await texts()).map(({ missing_parts }) => missing_parts)).toEqual([[2], null, null]);
  });

  test('of part 1 of 1 waits for nothing', async () => {
    const { take, bodies } = await inbox();
    await take(part(1, 1, 'alone'));
    expect(await bodies()).toEqual(['alone']);
  });

  test('is completed by another server after the first was killed between the parts', async () => {
    const { take, start, bodies } = await inbox();
    await take(part(1, 2, 'be'));
    await start().take(part(2, 2, 'fore'));
    expect(await bodies()).toEqual(['before']);
  });

  test('comes incomplete after five minutes and says what is missing', async () => {
    const { take, giveOut, clock, texts, events, held, start } = await inbox();
    await take(part(2, 4, 'b'));
    await clock.advance(60_000);
    await take(part(4, 4, 'd'));
    await clock.advance(REASSEMBLY_MS - 60_001);
    expect(await giveOut()).toBe(0);
    await clock.advance(1);
    expect((await Promise.all([giveOut(), start().giveOut()])).some((count) => count > 0)).toBe(true);
    const found = await texts();
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ body: '[…]b[…]d', segments: 2, missing_parts: [1, 3] });
    expect((await events()).at(-1)?.data).toMatchObject({
      status: 'received',
      incomplete: true,
      missing_parts: [1, 3],
    });
    expect(await held()).toBe(0);
  });

  test('that comes after its time makes a text of its own', async () => {
    const { take, giveOut, clock, bodies } = await inbox();
    await take(part(1, 2, 'a'));
    await clock.advance(REASSEMBLY_MS);
    await giveOut();
    await take(part(2, 2, 'b'));
    await clock.advance(REASSEMBLY_MS);
    await giveOut();
    expect(await bodies()).toEqual([`a${MISSING_MARKER}`, `${MISSING_MARKER}b`]);
  });

  test('that cannot be stored holds up no other, and says so', async () => {
    const { take, giveOut, clock, bodies, held, database } = await inbox();
    await take(part(1, 2, 'first'));
    await take(part(1, 2, 'second', { from: OTHER_PHONE }));
    await database.query({
      text: `alter table messages add constraint broken check (body not like 'first%')`,
      values: [],
    });
    await clock.advance(REASSEMBLY_MS);
    await expect(giveOut()).rejects.toThrow('broken');
    expect([await bodies(), await held()]).toEqual([[`second${MISSING_MARKER}`], 1]);
  });

  test('does not wait beside more than its sender may leave unfinished: the oldest comes incomplete', async () => {
    const { take, giveOut, bodies, held, database } = await inbox();
    await take(part(1, 2, 'oldest', { reference: 1 }));
    await take(part(1, 2, 'other phone', { from: OTHER_PHONE }));
    // Like so many unfinished texts, in one statement.
    await database.query({
      text: `insert into inbound_sets (smsc_id, mode, "from", "to", reference, total, bits, parts, first_at, due_at)
        select smsc_id, mode, "from", "to", 1000, 255, 16, $1, first_at + interval '1 second', due_at
        from inbound_sets where "from" = $2`,
      values: [SOURCE_LIMITS.parts - 1, PHONE],
    });
    expect(await giveOut()).toBe(0);
    await take(part(1, 2, 'newest', { reference: 2 }));
    await giveOut();
    expect(await bodies()).toEqual([`oldest${MISSING_MARKER}`]);
    expect(await held()).toBe(2);
  });

  test('gives way to newer ones when all senders together leave too much unfinished', async () => {
    const { take, giveOut, bodies, clock, database } = await inbox();
    for (const [index, from] of [PHONE, OTHER_PHONE, '+14155550125'].entries()) {
      await clock.advance(1_000);
      await take(part(1, 2, `${index}`, { from }));
    }
    await limitAll(database, { parts: 100, octets: 2 }, new Date(clock.now()));
    await giveOut();
    expect(await bodies()).toEqual([`0${MISSING_MARKER}`]);
  });
});

describe('STOP', () => {
  test('in two parts is carried out when the second is there, before the text is told', async () => {
    const { take, optOuts, events } = await inbox();
    await take(part(2, 2, 'OP'));
    expect(await optOuts()).toEqual([]);
    await take(part(1, 2, 'ST'));
    expect(await optOuts()).toEqual([PHONE]);
    const types = (await events()).map(({ type }) => type);
    expect(types.indexOf('contact.opted_out')).toBeLessThan(types.indexOf('message.received'));
  });

  test('as part 1 of 1 is carried out', async () => {
    const { take, optOuts } = await inbox();
    await take(part(1, 1, 'STOP'));
    expect(await optOuts()).toEqual([PHONE]);
  });

  test('as a first part is carried out before the others come, and not a second time with them', async () => {
    const { take, optOuts, texts, events, giveOut, clock } = await inbox();
    await take(part(1, 2, 'STOP'));
    expect(await optOuts()).toEqual([PHONE]);
    // The last word counts.
    await take({ body: 'START' });
    await clock.advance(REASSEMBLY_MS);
    await giveOut();
    expect(await optOuts()).toEqual([]);
    const given = (await texts()).find(({ missing_parts }) => missing_parts !== null);
    expect(given).toMatchObject({ body: `STOP${MISSING_MARKER}`, intent: { type: 'opt_out' } });
    expect((await events()).filter(({ type }) => type === 'contact.opted_out')).toHaveLength(1);
  });

  test('as the last word of a text that is still coming is no opt-out, and as all that came of it is one', async () => {
    const { take, optOuts, giveOut, clock } = await inbox();
    await take(part(2, 2, 'stop'));
    expect(await optOuts()).toEqual([]);
    await take(part(1, 2, 'Will that noise ever '));
    expect(await optOuts()).toEqual([]);
    await take(part(2, 2, 'stop', { from: OTHER_PHONE }));
    await clock.advance(REASSEMBLY_MS);
    await giveOut();
    expect(await optOuts()).toEqual([OTHER_PHONE]);
  });
});

/** Of a bind that was made at the start of the virtual clock, after the process before had ended. */
function arrival(changes: Partial<Arrival>): Arrival {
  const start = virtualClock().now();
  return { bind: 'a', sequence: 1, arrivedAtMs: start, boundAtMs: start, lastLossMs: start - 1, ...changes };
}

describe('a text that the carrier delivers again', () => {
  test('after a lost bind is the same text, for a server that was killed before it could answer', async () => {
    const { take, start, bodies, clock } = await inbox();
    await take({ body: 'Hello', arrival: arrival({}) });
    await clock.advance(3_000);
    const [arrivedAtMs, boundAtMs, lastLossMs] = [clock.now(), clock.now() - 500, clock.now() - 2_000];
    await start().take({ body: 'Hello', arrival: { bind: 'b', sequence: 1, arrivedAtMs, boundAtMs, lastLossMs } });
    expect(await bodies()).toEqual(['Hello']);
  });

  test('is once more the same after the next lost bind, and what is then written again arrives', async () => {
    const { take, bodies, clock } = await inbox();
    await take({ body: 'Hello', arrival: arrival({}) });
    for (const bind of ['b', 'c']) {
      await clock.advance(2_000);
      const [arrivedAtMs, boundAtMs, lastLossMs] = [clock.now(), clock.now() - 1, clock.now() - 2];
      await take({ body: 'Hello', arrival: { bind, sequence: 1, arrivedAtMs, boundAtMs, lastLossMs } });
      expect(await bodies()).toEqual(['Hello']);
    }
    await clock.advance(2_000);
    const [arrivedAtMs, boundAtMs, lastLossMs] = [clock.now(), clock.now() - 2_001, clock.now() - 2_002];
    await take({ body: 'Hello', arrival: { bind: 'c', sequence: 2, arrivedAtMs, boundAtMs, lastLossMs } });
    expect(await bodies()).toEqual(['Hello', 'Hello']);
  });

  test('is not what a person writes twice: both arrive', async () => {
    const { take, bodies, clock } = await inbox();
    await take({ body: 'YES', arrival: arrival({}) });
    await clock.advance(5_000);
    await take({ body: 'YES', arrival: arrival({ sequence: 2, arrivedAtMs: clock.now() }) });
    expect(await bodies()).toEqual(['YES', 'YES']);
  });

  test('at the same moment over two binds, one of them lost, arrives once', async () => {
    const { take, bodies, clock } = await inbox();
    await Promise.all([
      take({ body: 'Hello', arrival: arrival({}) }),
      take({ body: 'Hello', arrival: arrival({ bind: 'b', arrivedAtMs: clock.now(), lastLossMs: clock.now() }) }),
    ]);
    expect(await bodies()).toEqual(['Hello']);
  });

  test('differs by a word, a sender, a recipient or an account from another text', async () => {
    const { take, bodies } = await inbox();
    const again = { arrival: arrival({}) };
    await take({ body: 'Hello', ...again });
    await take({ body: 'Hello!', ...again });
    await take({ body: 'Hello', from: OTHER_PHONE, ...again });
    await take({ body: 'Hello', to: '12345', ...again });
    await take({ body: 'Hello', smscId: 'second', ...again });
    expect(await bodies()).toHaveLength(5);
    await take({ body: 'Hello', ...again });
    expect(await bodies()).toHaveLength(5);
  });

  test('after an error of ours is new when it was not stored', async () => {
    const { take, bodies, database } = await inbox();
    await database.query({ text: 'alter table events rename to away', values: [] });
    await expect(take({ body: 'Hello', arrival: arrival({}) })).rejects.toThrow();
    await database.query({ text: 'alter table away rename to events', values: [] });
    await take({ body: 'Hello', arrival: arrival({ sequence: 2 }) });
    expect(await bodies()).toEqual(['Hello']);
  });

  test('after a commit of which only the news was lost is the same', async () => {
    const { start, bodies, database } = await inbox();
    let lost = true;
    const { take } = start({
      ...database,
      async transaction(work) {
        const result = await database.transaction(work);
        if (lost) throw new Error('Connection terminated unexpectedly');
        return result;
      },
    });
    await expect(take({ body: 'Hello', arrival: arrival({}) })).rejects.toThrow('terminated');
    lost = false;
    await take({ body: 'Hello', arrival: arrival({ sequence: 2 }) });
    expect(await bodies()).toEqual(['Hello']);
  });

  test('as a part of one that is complete makes no second, incomplete one', async () => {
    const { take, giveOut, bodies, clock, held } = await inbox();
    for (const [index, number] of [2, 1, 2, 1].entries()) {
      const sequence = index + 1;
      await take({ ...part(number, 2, `<${number}>`), arrival: arrival({ sequence, arrivedAtMs: clock.now() }) });
    }
    expect(await held()).toBe(0);
    await clock.advance(REASSEMBLY_MS);
    await giveOut();
    expect(await bodies()).toEqual(['<1><2>']);
  });

  test('is forgotten after a quarter of an hour', async () => {
    const { take, clock, database } = await inbox();
    await take({ body: 'Hello', arrival: arrival({}) });
    const stored = () => database.query({ text: 'select 1 from inbound_arrivals', values: [] });
    await forgetArrivals(database, new Date(clock.now() + 900_000));
    expect(await stored()).toHaveLength(1);
    await forgetArrivals(database, new Date(clock.now() + 900_001));
    expect(await stored()).toEqual([]);
  });
});
