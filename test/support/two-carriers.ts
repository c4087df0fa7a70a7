import type { RouteRule } from '../../server/rules/routing.ts';
import { type FakeCarrier, type World, world } from './world.ts';

/** Two carriers; the first one goes first. */
export async function twoCarriers(options: Parameters<typeof world>[0] = {}) {
  const w = await world({ carriers: ['first', 'second'], ...options });
  await addRule(w, { smsc_id: 'first', priority: 1 });
  await addRule(w, { smsc_id: 'second', priority: 2 });
  const [first, second] = w.carriers as [FakeCarrier, FakeCarrier];
  return { ...w, first, second };
}

export async function addRule(w: Pick<World, 'sending'>, changes: Partial<RouteRule> & { smsc_id: string }) {
  const any = { prefixes: [], countries: [], networks: [], senders: [], message_types: [] };
  const added = await w.sending.routing.add({
    mode: 'live',
    priority: 100,
    weight: 100,
    cost: null,
    ...any,
    ...changes,
  });
  if (!added.ok) throw new Error(added.reason);
  return added.rule;
}
