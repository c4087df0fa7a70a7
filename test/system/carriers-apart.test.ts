import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../server/messages/carrier.ts';
import { twoCarriers } from '../support/two-carriers.ts';
import { until } from '../support/until.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { type World, world } from '../support/world.ts';

const RETRY: Outcome = { kind: 'refused', class: 'retry', commandStatus: 0x08, name: 'ESME_RSYSERR' };
const FAILOVER: Outcome = { kind: 'refused', class: 'failover', commandStatus: 0x45, name: 'ESME_RSUBMITFAIL' };
const THROTTLE: Outcome = { kind: 'refused', class: 'throttle', commandStatus: 0x58, name: 'ESME_RTHROTTLED' };

const carrierOf = async (w: Pick<World, 'message'>, id: string) => (await w.message(id)).smsc_id;

describe('a paused carrier', () => {
  test('gets no new text while another one may take it, and gets them again once it is resumed', async () => {
    const w = await twoCarriers();
    w.first.setPaused(true);
    expect(await carrierOf(w, await w.send())).toBe('second');
    const plan = await w.sending.routing.plan({
      mode: 'live',
      to: '+14155550123',
      from: '+14155550100',
      message_type: 'transactional',
      country: 'US',
    });
    expect(plan.routes.map(({ smsc_id, health }) => [smsc_id, health])).toEqual([
      ['second', 'up'],
      ['first', 'paused'],
    ]);
    expect(plan.routes[1]?.reason).toContain('It is paused');
    w.first.setPaused(false);
    expect(await carrierOf(w, await w.send())).toBe('first');
  });

  test('loses the texts that wait for it to one that works, untried and unflagged', async () => {
    const clock = virtualClock();
    const w = await twoCarriers({ clock });
    w.first.setUp(false);
    w.startWorking();
    const ids = await Promise.all(Array.from({ length: 5 }, () => w.send()));
    w.first.setPaused(true);
    await clock.advance(2_000);
    for (const id of ids) {
      expect(await w.reaches(id, 'sent')).toMatchObject({ smsc_id: 'second', attempts: 1, ambiguous: false });
    }
    expect(w.first.parts).toEqual([]);
  });

  test('keeps its texts where there is no other one: they wait, and leave when it is resumed', async () => {
    const clock = virtualClock();
    const w = await world({ clock });
    w.carrier.setPaused(true);
    w.startWorking();
    const id = await w.send();
    await clock.advance(120_000);
    await w.sweep();
    expect(await w.message(id)).toMatchObject({ status: 'queued', smsc_id: 'fake', attempts: 0 });
    w.carrier.setPaused(false);
    await w.reaches(id, 'sent');
  });

  test('waits with its texts for another one that is down, and they go by whichever is there first', async () => {
    const clock = virtualClock();
    const w = await twoCarriers({ clock });
    w.first.setPaused(true);
    w.second.setUp(false);
    w.startWorking();
    await clock.advance(12_000);
    const id = await w.send();
    await clock.advance(5_000);
    expect((await w.message(id)).status).toBe('queued');
    w.second.setUp(true);
    await clock.advance(2_000);
    expect(await w.reaches(id, 'sent')).toMatchObject({ smsc_id: 'second' });
  });

  test('takes over nothing that another carrier refuses', async () => {
    const w = await twoCarriers();
    w.second.setPaused(true);
    w.first.answer = () => FAILOVER;
    w.startWorking();
    await w.reaches(await w.send(), 'failed');
    expect(w.second.parts).toEqual([]);
  });
});

describe('a carrier that was deleted', () => {
  test('leaves its waiting texts to another one without any sweep', async () => {
    const w = await twoCarriers();
    w.first.setUp(false);
    w.startWorking();
    const ids = await Promise.all(Array.from({ length: 5 }, () => w.send()));
    await w.deleteCarrier('first');
    for (const id of ids) expect(await w.reaches(id, 'sent')).toMatchObject({ smsc_id: 'second', attempts: 1 });
  });

  test('leaves a text that waits for another try too, which begins the plan of the next one', async () => {
    const clock = virtualClock();
    const w = await twoCarriers({ clock });
    w.first.answer = () => RETRY;
    w.startWorking();
    const id = await w.send();
    await until(async () => (await w.message(id)).attempts === 1 && (await w.message(id)).status === 'queued');
    await w.deleteCarrier('first');
    await w.sweep();
    expect(await carrierOf(w, id)).toBe('second');
    await clock.advance(6_000);
    await w.sweep();
    expect(await w.reaches(id, 'sent')).toMatchObject({ attempts: 2 });
  });
});

describe('a text that moved to a second carrier', () => {
  const policy = {
    retry: { intervals_seconds: [5], max_attempts: 2 },
    throttle: { intervals_seconds: [1, 60], max_attempts: null },
  };

  async function untilAttempts(w: World, id: string, count: number): Promise<void> {
    await until(async () => {
      const { attempts, status } = await w.message(id);
      return attempts === count && status === 'queued';
    });
  }

  test('gets the whole plan of retries of that one', async () => {
    const clock = virtualClock();
    const w = await twoCarriers({ clock, retryPolicy: policy });
    w.first.answer = () => RETRY;
    w.second.answer = (_part, count) => (count === 1 ? RETRY : { kind: 'accepted', carrierId: '7' });
    w.startWorking();
    const id = await w.send();
    await untilAttempts(w, id, 1);
    await clock.advance(6_000);
    await w.sweep();
    await untilAttempts(w, id, 3);
    expect([w.first.parts.length, w.second.parts.length]).toEqual([2, 1]);
    await clock.advance(6_000);
    await w.sweep();
    expect(await w.reaches(id, 'sent')).toMatchObject({ smsc_id: 'second', attempts: 4 });
  });

  test('fails when that plan is used up too', async () => {
    const clock = virtualClock();
    const w = await twoCarriers({ clock, retryPolicy: policy });
    w.first.answer = () => FAILOVER;
    w.second.answer = () => RETRY;
    w.startWorking();
    const id = await w.send();
    await untilAttempts(w, id, 2);
    await clock.advance(6_000);
    await w.sweep();
    expect(await w.reaches(id, 'failed')).toMatchObject({ attempts: 3 });
    expect([w.first.parts.length, w.second.parts.length]).toEqual([1, 2]);
  });

  test('is not made to wait for how often the first one throttled it', async () => {
    const clock = virtualClock();
    const w = await twoCarriers({ clock, retryPolicy: policy });
    w.first.answer = (_part, count) => (count === 1 ? THROTTLE : FAILOVER);
    w.second.answer = (_part, count) => (count === 1 ? THROTTLE : { kind: 'accepted', carrierId: '7' });
    w.startWorking();
    const id = await w.send();
    await untilAttempts(w, id, 1);
    await clock.advance(1_500);
    await w.sweep();
    await untilAttempts(w, id, 3);
    await clock.advance(1_500);
    await w.sweep();
    expect(await w.reaches(id, 'sent')).toMatchObject({ attempts: 4 });
  });

  test('is still not written more often without an answer than one carrier would be allowed to', async () => {
    const clock = virtualClock();
    const ambiguous = { intervals_seconds: [1], max_attempts: 2 };
    const w = await twoCarriers({ clock, retryPolicy: { ...policy, ambiguous } });
    w.first.answer = (_part, count) => (count === 1 ? { kind: 'unknown', reason: 'timeout' } : FAILOVER);
    w.second.answer = () => ({ kind: 'unknown', reason: 'timeout' });
    w.startWorking();
    const id = await w.send();
    await untilAttempts(w, id, 1);
    await clock.advance(1_500);
    await w.sweep();
    expect(await w.reaches(id, 'held')).toMatchObject({ attempts: 3, hold_reason: 'ambiguous', smsc_id: 'second' });
  });
});
