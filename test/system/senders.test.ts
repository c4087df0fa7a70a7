import { describe, expect, test } from 'vitest';
import type { Sender, SenderPool } from '../../server/rules/sender.ts';
import { type World, world } from '../support/world.ts';

const US = '+14155550123';
const GB = '+447700900123';
const IDS = { entity_id: '1101', template_id: '1107' };

async function addSender({ sending }: World, value: string, changes: Partial<Sender> = {}) {
  const type = value.startsWith('+') ? 'toll_free' : 'alphanumeric';
  const blank = { countries: [], purpose: [], mps: null, registration: null, smsc_ids: [] };
  const added = await sending.senders.add({
    mode: 'live',
    value,
    type,
    ...blank,
    opt_out_managed_by: 'us',
    shared: false,
    ...changes,
  });
  if (!added.ok) throw new Error(added.reason);
  return added.added.id;
}

async function addPool({ sending }: World, sender_ids: readonly string[], changes: Partial<SenderPool> = {}) {
  const added = await sending.senders.addPool({
    mode: 'live',
    name: 'numbers',
    sender_ids,
    is_default: false,
    ...changes,
  });
  if (!added.ok) throw new Error(added.reason);
  return added.added.id;
}

const sentFrom = async (w: World, request: Parameters<World['send']>[0]) =>
  (await w.message(await w.send(request))).from;

describe('a live text from a name to a country without names', () => {
  test('is refused where no number can stand in, and leaves no trace', async () => {
    const w = await world();
    const { verdict } = await w.accept({ to: US, from: 'Acme' });
    expect(verdict).toMatchObject({ ok: false, refusal: { code: 'SENDER_NOT_ALLOWED', param: 'from' } });
    expect(await w.messages()).toEqual([]);
  });

  test('R074: goes from a number of the pool and says so; elsewhere the name stays', async () => {
    const w = await world();
    await addPool(w, [await addSender(w, 'Acme'), await addSender(w, '+18005550199')]);
    const replaced = await w.message(await w.send({ to: US, from: 'Acme' }));
    expect(replaced).toMatchObject({ from: '+18005550199', warnings: [{ code: 'SENDER_REPLACED' }] });
    expect(await sentFrom(w, { to: GB, from: 'Acme' })).toBe('Acme');
  });

  test('is sent as it is with a warning when SENDER_RULES says warn', async () => {
    const w = await world({ enforcement: 'warn' });
    const sent = await w.message(await w.send({ to: US, from: 'Acme' }));
    expect(sent).toMatchObject({ from: 'Acme', warnings: [{ code: 'SENDER_NOT_ALLOWED' }] });
  });
});

test('a test text is accepted with a warning whatever the rules are', async () => {
  const w = await world({ mode: 'test' });
  const { verdict } = await w.accept({ to: US, from: 'CartBoss' });
  expect(verdict).toMatchObject({
    ok: true,
    message: { from: 'CartBoss', warnings: [{ code: 'SENDER_NOT_ALLOWED' }] },
  });
});

describe('a pool', () => {
  async function threeNumbers() {
    const w = await world();
    const numbers = ['+18005550191', '+18005550192', '+18005550193'];
    const ids: string[] = [];
    for (const value of numbers) ids.push(await addSender(w, value));
    return { w, numbers, ids };
  }

  test('R075: is used by name, and keeps the sender that a contact knows', async () => {
    const { w, numbers, ids } = await threeNumbers();
    const from = await addPool(w, ids);
    const recipients = Array.from({ length: 20 }, (_, index) => `+1415555${String(index).padStart(4, '0')}`);
    const first = await Promise.all(recipients.map((to) => sentFrom(w, { to, from })));
    expect(new Set(first)).toEqual(new Set(numbers));
    expect(await Promise.all(recipients.map((to) => sentFrom(w, { to, from })))).toEqual(first);
  });

  test('keeps it also when the pool has grown since', async () => {
    const { w, ids } = await threeNumbers();
    const recipients = Array.from({ length: 20 }, (_, index) => `+1415555${String(index).padStart(4, '0')}`);
    const small = await addPool(w, ids.slice(0, 1));
    const first = await Promise.all(recipients.map((to) => sentFrom(w, { to, from: small })));
    const grown = await addPool(w, ids, { name: 'grown' });
    expect(await Promise.all(recipients.map((to) => sentFrom(w, { to, from: grown })))).toEqual(first);
    expect(await sentFrom(w, { to: '+14155559999', from: grown })).toMatch(/^\+1800555019/);
  });

  test('that is the default gives a text its sender when it names none; a second one takes its place', async () => {
    const { w, numbers, ids } = await threeNumbers();
    await addPool(w, ids.slice(0, 1), { is_default: true });
    expect(await sentFrom(w, { from: null })).toBe(numbers[0]);
    await addPool(w, ids.slice(1, 2), { name: 'second', is_default: true });
    expect(await sentFrom(w, { from: null })).toBe(numbers[1]);
    expect(w.sending.senders.pools('live').map(({ is_default }) => is_default)).toEqual([true, false]);
  });

  test('is of one mode, and of senders that are there', async () => {
    const { w, ids } = await threeNumbers();
    const wanted = { mode: 'test', name: 'theirs', sender_ids: ids, is_default: false } as const;
    expect(await w.sending.senders.addPool(wanted)).toEqual({ ok: false, reason: 'unknown_sender' });
    expect((await w.accept({ from: 'pool_0123456789abcdef' })).verdict.ok).toBe(false);
  });
});

describe('a sender', () => {
  test('that some carriers know goes by no other one', async () => {
    const w = await world({ carriers: ['a', 'b'] });
    await addSender(w, '+18005550199', { smsc_ids: ['b'] });
    const recipients = Array.from({ length: 20 }, (_, index) => `+1415555${String(index).padStart(4, '0')}`);
    const plans = recipients.map(async (to) => (await w.message(await w.send({ to, from: '+18005550199' }))).smsc_id);
    expect(new Set(await Promise.all(plans))).toEqual(new Set(['b']));
  });

  test('is there once in each mode, shows its rate, and is gone when it is removed', async () => {
    const w = await world();
    const { senders } = w.sending;
    const id = await addSender(w, '+18005550199', { mps: 3 });
    await expect(addSender(w, '+18005550199')).rejects.toThrow('exists');
    await addSender(w, '+18005550199', { mode: 'test', registration: { scheme: 'dlt', ids: IDS, status: 'approved' } });
    const registrationIn = (mode: 'live' | 'test') => senders.registrationOf(mode, '+18005550199');
    expect([registrationIn('live'), registrationIn('test')]).toEqual([null, IDS]);
    expect([senders.rateOf('live', '+18005550199'), senders.rateOf('test', '+18005550199')]).toEqual([3, null]);
    expect(await senders.remove('test', id)).toBe(false);
    expect(await senders.remove('live', id)).toBe(true);
    expect(senders.list('live')).toEqual([]);
    expect(senders.rateOf('live', '+18005550199')).toBeNull();
  });
});
