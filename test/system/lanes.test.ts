import { describe, expect, test } from 'vitest';
import { addRule, twoCarriers } from '../support/two-carriers.ts';
import { until } from '../support/until.ts';
import { type World, world } from '../support/world.ts';

describe('lanes', () => {
  test('R201: let a code overtake 5,000 promotions: only what is on the wire goes before it', async () => {
    const w = await world({ window: 10 });
    const held: (() => void)[] = [];
    w.carrier.answer = async (_part, count) => {
      await new Promise<void>((resolve) => held.push(resolve));
      return { kind: 'accepted', carrierId: String(count) };
    };
    await Promise.all(Array.from({ length: 5_000 }, () => w.send({ message_type: 'promotional', body: 'Sale' })));
    w.startWorking();
    await until(() => w.carrier.parts.length === 10);
    await w.send({ message_type: 'otp', body: 'Your code is 1234' });
    await until(async () => (await w.queue.depth('send.fake.otp')) > 0);
    const place = () => w.carrier.parts.findIndex(({ text }) => text.includes('code'));
    // One answer at a time, as a slow carrier would give them.
    await until(() => {
      held.shift()?.();
      return place() >= 0;
    });
    expect(place()).toBeLessThan(60);
    await endAt(w.carrier, held);
  });

  test('let the ten texts of one key stand beside the head of the 3,000 of another', async () => {
    const w = await world({ window: 10 });
    const released = Promise.withResolvers<void>();
    w.carrier.answer = async (_part, count) => {
      await released.promise;
      return { kind: 'accepted', carrierId: String(count) };
    };
    await Promise.all(Array.from({ length: 3_000 }, () => w.accept({ body: 'many' }, null, 'keyofmany')));
    w.startWorking();
    await until(() => w.carrier.parts.length === 10);
    await Promise.all(Array.from({ length: 10 }, () => w.accept({ body: 'few' }, null, 'keyoffew')));
    released.resolve();
    const few = () => w.carrier.parts.flatMap(({ text }, index) => (text === 'few' ? [index] : []));
    await until(() => few().length === 10);
    // Two jobs of a hundred are under way, and two more may have been taken before the ten came.
    expect(Math.max(...few())).toBeLessThan(500);
    await w.carrier.stop();
  });

  test('keep a carrier that stands still from holding up the texts of another', async () => {
    const w = await twoCarriers();
    await addRule(w, { smsc_id: 'second', priority: 0, message_types: ['conversational'] });
    w.first.setUp(false);
    w.startWorking();
    await Promise.all(Array.from({ length: 300 }, () => w.send()));
    await w.reaches(await w.send({ message_type: 'conversational' }), 'sent');
    expect(w.first.parts).toEqual([]);
  });
});

/** Lets go of everything that a test still holds. */
async function endAt(carrier: World['carrier'], held: (() => void)[]): Promise<void> {
  carrier.answer = (_part, count) => ({ kind: 'accepted', carrierId: String(count) });
  const stopped = carrier.stop();
  for (const answer of held.splice(0)) answer();
  await stopped;
}
