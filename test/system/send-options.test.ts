import { describe, expect, test } from 'vitest';
import { payload } from '../../server/events/payload.ts';
import { laneOf, priorityOf } from '../../server/messages/lane.ts';
import { sampleMessage } from '../support/sample-message.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { world } from '../support/world.ts';

const NEW_YORK = { from: '09:00', to: '18:00', time_zone: 'America/New_York' } as const;
const at = (time: string) => virtualClock(Date.parse(time));

describe('R087: a send window', () => {
  test('holds a text until it opens, and lets one go that comes while it is open', async () => {
    // Friday, 7:00 in New York.
    const clock = at('2026-11-20T12:00:00Z');
    const w = await world({ clock });
    const held = await w.send({ send_window: NEW_YORK });
    const nine = new Date('2026-11-20T14:00:00Z');
    expect(await w.message(held)).toMatchObject({ status: 'held', hold_reason: 'send_window', due_at: nine });
    await clock.advance(nine.getTime() - clock.now());
    await w.sweep();
    const six = new Date('2026-11-20T23:00:00Z');
    expect(await w.message(held)).toMatchObject({ status: 'queued', send_before: six });
    expect(await w.message(await w.send({ send_window: NEW_YORK }))).toMatchObject({
      status: 'queued',
      send_before: six,
    });
  });

  test('is that of the recipient where it says so, and of named days only', async () => {
    const clock = at('2026-11-20T12:00:00Z');
    const w = await world({ clock });
    const window = { ...NEW_YORK, days: ['mon'], time_zone: 'recipient' } as const;
    // Monday, 9:00 in San Francisco.
    const opens = new Date('2026-11-23T17:00:00Z');
    expect(await w.message(await w.send({ send_window: window }))).toMatchObject({ status: 'held', due_at: opens });
  });

  test('is kept together with the quiet hours, also by texts that may ignore those', async () => {
    const clock = at('2026-11-20T12:00:00Z');
    const w = await world({ clock, policy: { quietHours: 'hold' } });
    const send_window = { ...NEW_YORK, from: '06:00', to: '23:00' };
    const promotional = { message_type: 'promotional', send_window } as const;
    const night = await w.message(await w.send(promotional));
    expect(night).toMatchObject({ status: 'held', hold_reason: 'quiet_hours' });
    const ignoring = await w.message(await w.send({ ...promotional, quiet_hours: 'ignore' }));
    expect(ignoring.status).toBe('queued');
    const closed = await w.send({ ...promotional, send_window: NEW_YORK, quiet_hours: 'ignore' });
    expect((await w.message(closed)).hold_reason).toBe('send_window');
  });

  test('that nobody can keep is refused', async () => {
    const w = await world();
    for (const wrong of [{ time_zone: 'Mars/Base' }, { to: '09:00' }]) {
      const { verdict } = await w.accept({ send_window: { ...NEW_YORK, ...wrong } });
      expect(verdict).toMatchObject({ ok: false, refusal: { code: 'INVALID_REQUEST', param: 'send_window' } });
    }
  });
});

describe('R102, R103: priority', () => {
  const text = { message_type: 'transactional', purpose: 'text', priority: null } as const;

  test('high goes with the codes, low with the promotions, and neither moves a code', () => {
    expect(priorityOf(text)).toBe('normal');
    expect(priorityOf({ ...text, priority: 'high' })).toBe('otp');
    expect(priorityOf({ ...text, priority: 'low' })).toBe('bulk');
    expect(priorityOf({ ...text, message_type: 'otp', priority: 'low' })).toBe('otp');
  });

  test('is kept with the text, announced in its lane, and found again when its job is lost', async () => {
    const w = await world();
    const id = await w.send({ priority: 'high' });
    expect((await w.message(id)).priority).toBe('high');
    expect(await w.queue.depth(laneOf('fake', 'otp'))).toBe(1);
    await w.queue.close();
    const again = await world({ database: w.database });
    await again.sweep();
    expect(await again.queue.depth(laneOf('fake', 'otp'))).toBeGreaterThan(0);
  });

  test('high is not for promotional texts', async () => {
    const w = await world();
    const { verdict } = await w.accept({ message_type: 'promotional', priority: 'high' });
    expect(verdict).toMatchObject({ ok: false, refusal: { code: 'INVALID_REQUEST', param: 'priority' } });
  });
});

describe('R096 R126 R168: on_failure', () => {
  test.each(['failed', 'undelivered', 'expired', 'rejected'])('is handed back when a text is %s', (status) => {
    const message = sampleMessage({ on_failure: { call: '+14155550199' } });
    const event = { type: `message.${status}`, mode: 'test', message_id: message.id, sequence: 2, data: {} } as const;
    const told = payload({ ...event, created_at: message.created_at }, message);
    expect(JSON.parse(told ?? '{}')).toMatchObject({ data: { on_failure: { call: '+14155550199' } } });
  });

  test('is nobody\u2019s business while a text may still arrive', async () => {
    const w = await world();
    const id = await w.send({ on_failure: { call: '+14155550199' }, tags: ['order'], campaign_id: 'spring' });
    const message = await w.message(id);
    const event = { type: 'message.sent', mode: 'live', message_id: id, sequence: 2, data: {} } as const;
    const told = JSON.parse(payload({ ...event, created_at: message.created_at }, message) ?? '{}') as { data: object };
    expect(told.data).toMatchObject({ tags: ['order'], campaign_id: 'spring' });
    expect(told.data).not.toHaveProperty('on_failure');
  });
});

test('R006: default_country is that of this text alone', async () => {
  const w = await world();
  const national = { to: '(415) 555-0123' };
  expect((await w.accept(national)).verdict.ok).toBe(false);
  const { verdict } = await w.accept({ ...national, default_country: 'US' });
  expect(verdict).toMatchObject({ ok: true, message: { to: '+14155550123' } });
});
