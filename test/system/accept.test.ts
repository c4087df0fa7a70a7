import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Idempotency } from '../../server/messages/accept-types.ts';
import { RECIPIENT, world } from '../support/world.ts';

const keyed = (key: string, payload = 'the same'): Idempotency => ({
  key,
  path: '/v1/messages/send',
  fingerprint: createHash('sha256').update(payload).digest(),
});

describe('accepting a text', () => {
  test('R083: commits the row, its event and its job together', async () => {
    const { send, message, eventTypes, queue } = await world();
    const id = await send({ body: 'Hello' });
    expect(await message(id)).toMatchObject({
      status: 'queued',
      to: RECIPIENT,
      body: 'Hello',
      segments: 1,
      attempts: 0,
    });
    expect(await eventTypes(id)).toEqual(['message.queued']);
    expect(await queue.depth('send.fake.normal')).toBe(1);
  });

  test('leaves nothing behind when the commit fails', async () => {
    const { accept, messages, database, queue } = await world();
    await database.query({ text: 'alter table events add constraint no_events check (false) not valid', values: [] });
    await expect(accept()).rejects.toThrow(/no_events/);
    expect(await messages()).toEqual([]);
    expect(await queue.depth('send.fake.normal')).toBe(0);
  });

  test('lets one bad text of a batch fail alone', async () => {
    const { accept, messages, database } = await world();
    const check = `alter table messages add constraint no_poison check (body <> 'poison')`;
    await database.query({ text: check, values: [] });
    const bodies = ['one', 'two', 'poison', 'three'];
    const results = await Promise.allSettled(bodies.map((body) => accept({ body })));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect((await messages()).map(({ body }) => body).sort()).toEqual(['one', 'three', 'two']);
  });

  test('rejects, and does not promise, when the database is away', async () => {
    const { accept, database } = await world();
    await database.close();
    await expect(accept()).rejects.toThrow();
  });

  test('R080: refuses a text in more than ten segments and names the field', async () => {
    const { accept, messages } = await world();
    expect((await accept({ body: 'a'.repeat(1530) })).verdict.ok).toBe(true);
    const { verdict } = await accept({ body: 'a'.repeat(1531) });
    expect(verdict).toMatchObject({ ok: false, refusal: { code: 'BODY_TOO_LONG', param: 'body' } });
    expect(await messages()).toHaveLength(1);
  });
});

describe('an Idempotency-Key', () => {
  test('makes 100 parallel equal requests one text with one id', async () => {
    const { accept, messages } = await world();
    const answers = await Promise.all(Array.from({ length: 100 }, () => accept({}, keyed('k'))));
    const ids = new Set(answers.map(({ verdict }) => (verdict.ok ? verdict.message.message_id : 'refused')));
    expect(ids.size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(await messages()).toHaveLength(1);
  });

  test('answers a later equal request with the first answer', async () => {
    const { accept } = await world();
    const first = await accept({}, keyed('k'));
    const second = await accept({}, keyed('k'));
    expect(JSON.stringify(second)).toBe(JSON.stringify({ ...first, replayed: true }));
  });

  test('refuses another request under the same key, and sends nothing for it', async () => {
    const { accept, messages } = await world();
    await accept({ body: 'first' }, keyed('k', 'first'));
    const { verdict } = await accept({ body: 'second' }, keyed('k', 'second'));
    expect(verdict).toMatchObject({ ok: false, refusal: { code: 'IDEMPOTENCY_KEY_REUSED' } });
    expect(await messages()).toHaveLength(1);
  });

  test('remembers the refusal of a recipient who has opted out', async () => {
    const { accept, inbound, messages } = await world();
    await inbound('STOP');
    const before = (await messages()).length;
    const [first, second] = [await accept({}, keyed('k')), await accept({}, keyed('k'))];
    expect(first.verdict).toMatchObject({ ok: false, refusal: { code: 'OPTED_OUT' } });
    expect(second).toMatchObject({ replayed: true, verdict: { ok: false, refusal: { code: 'OPTED_OUT' } } });
    expect(await messages()).toHaveLength(before + 1);
  });

  test('never shows a deadlock to a caller: 200 rounds of parallel flushes with overlapping keys', async () => {
    // Two servers on one database, so that flushes really overlap.
    const one = await world();
    const other = await world({ database: one.database });
    for (let round = 0; round < 200; round++) {
      const keys = Array.from({ length: 8 }, (_, index) => keyed(`${round}-${index}`));
      const answers = await Promise.all([
        ...keys.map((key) => one.accept({}, key)),
        ...keys.toReversed().map((key) => other.accept({}, key)),
      ]);
      expect(answers.every(({ verdict }) => verdict.ok)).toBe(true);
    }
    expect(await one.messages()).toHaveLength(1_600);
  });
});
