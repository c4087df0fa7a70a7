import { describe, expect, test } from 'vitest';
import { createExplain } from '../../server/messages/explain.ts';
import { addRule, twoCarriers } from '../support/two-carriers.ts';
import { until } from '../support/until.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { type World, world } from '../support/world.ts';

describe('a queued text', () => {
  test('shows the carrier that is planned for it, and takes it', async () => {
    const w = await twoCarriers();
    const id = await w.send();
    expect(await w.message(id)).toMatchObject({ status: 'queued', smsc_id: 'first' });
    w.startWorking();
    await w.reaches(id, 'sent');
    expect([w.first.parts.length, w.second.parts.length]).toEqual([1, 0]);
  });

  test('is never sent by a job of another carrier', async () => {
    const w = await twoCarriers();
    const id = await w.send();
    w.first.setUp(false);
    await w.queue.announce('send.second.normal', [id]);
    w.startWorking();
    await until(async () => (await w.queue.depth('send.second.normal')) === 0);
    expect(w.second.parts).toEqual([]);
    w.first.setUp(true);
    await w.reaches(id, 'sent');
    expect(w.second.parts).toEqual([]);
  });

  test('is refused when the rules leave no carrier for it', async () => {
    const w = await twoCarriers();
    const { verdict } = await w.accept({ to: '+447700900123' });
    expect(verdict.ok).toBe(true);
    await w.sending.routing.remove('live', w.sending.routing.rules('live')[0]?.id ?? '');
    await w.database.query({ text: `update routes set smsc_id = 'gone'`, values: [] });
    await w.sending.refresh();
    expect((await w.accept()).verdict).toMatchObject({ ok: false, refusal: { code: 'NO_CARRIER' } });
    expect(await w.messages()).toHaveLength(1);
  });
});

describe('explaining', () => {
  test('says for any text what sending it then does', async () => {
    const w = await world({ carriers: ['a', 'b', 'c'] });
    await addRule(w, { smsc_id: 'a', priority: 1, prefixes: ['+44'], weight: 1 });
    await addRule(w, { smsc_id: 'b', priority: 1, prefixes: ['+44'], weight: 3 });
    await addRule(w, { smsc_id: 'c', priority: 0, prefixes: ['+1415'], message_types: ['otp'] });
    await addRule(w, { smsc_id: 'a', priority: 2, countries: ['US'] });
    const settings = {
      numberValidation: { live: 'possible', test: 'possible' },
      defaultCountry: null,
      defaultSender: '+14155550100',
      pools: w.sending.senders,
    } as const;
    const explain = createExplain({ ...w.sending, settings, clock: virtualClock() });
    const types = ['otp', 'transactional', 'promotional'] as const;
    const texts = Array.from({ length: 60 }, (_, index) => ({
      to: index % 2 ? `+4477009001${String(index).padStart(2, '0')}` : `+141555501${String(index).padStart(2, '0')}`,
      message_type: types[index % 3] ?? 'otp',
    }));
    const taken = new Set<string | null>();
    for (const text of texts) {
      const explained = await explain({ ...text, from: null }, 'live');
      const sent = await w.message(await w.send(text));
      expect(explained.ok && explained.placed.plan?.routes[0]?.smsc_id).toBe(sent.smsc_id);
      expect(explained.ok && explained.placed.sender).toMatchObject({ ok: true, value: sent.from });
      taken.add(sent.smsc_id);
    }
    expect(taken).toEqual(new Set(['a', 'b', 'c']));
  });
});

describe('number portability', () => {
  test('is asked before the route is chosen, once for a number', async () => {
    const asked: string[] = [];
    const w = await world({
      carriers: ['a', 'b'],
      resolveNetwork: (msisdn) => {
        asked.push(msisdn);
        return Promise.resolve(msisdn.endsWith('1') ? '23410' : null);
      },
    });
    await addRule(w, { smsc_id: 'b', priority: 0, networks: ['23410'] });
    await addRule(w, { smsc_id: 'a' });
    const carrierOf = async (to: string) => (await w.message(await w.send({ to }))).smsc_id;
    expect(await carrierOf('+447700900121')).toBe('b');
    expect(await carrierOf('+447700900121')).toBe('b');
    expect(await carrierOf('+447700900122')).toBe('a');
    expect(asked).toEqual(['+447700900121', '+447700900122']);
  });
});

/** A sweep passes by what somebody else is looking at, and comes again. */
const sweptUntilSent = (w: World, id: string) =>
  until(async () => {
    await w.sweep();
    const message = await w.message(id);
    return message.status === 'sent' ? message : undefined;
  });

describe('carriers that come and go', () => {
  test('leave no text behind: what was planned for one that is gone is planned again', async () => {
    const w = await twoCarriers();
    const id = await w.send();
    await w.database.query({ text: `update messages set smsc_id = 'gone'`, values: [] });
    w.startWorking();
    expect(await sweptUntilSent(w, id)).toMatchObject({ smsc_id: 'first' });
  });

  test('find texts that were queued before there was routing', async () => {
    const w = await twoCarriers();
    const id = await w.send();
    await w.database.query({ text: 'update messages set smsc_id = null', values: [] });
    w.startWorking();
    expect(await sweptUntilSent(w, id)).toMatchObject({ smsc_id: 'first' });
  });
});
