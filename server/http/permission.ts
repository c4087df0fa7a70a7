import type { Key } from '../access/keys.ts';
import type { Mode } from '../rules/message.ts';
import type { Route } from './contract-route.ts';
import type { Fault } from './problem.ts';

/** Whether a key may use a route at all; null = it may. */
export function permissionFault(route: Route, key: Key): Fault | null {
  if (route.access !== 'any' && !key.scopes.has(route.access)) {
    return { code: 'FORBIDDEN', detail: `The key needs the scope ${route.access}.`, extra: { scope: route.access } };
  }
  return route.onlyMode === undefined || route.onlyMode === key.mode ? null : ONLY[route.onlyMode];
}

const ONLY: Readonly<Record<Mode, Fault>> = {
  test: {
    code: 'FORBIDDEN',
    detail: 'The sandbox is for test keys only.',
    action: 'Use a test key: it begins with sk_test_.',
  },
  live: {
    code: 'FORBIDDEN',
    detail: 'Test keys reach the simulated carrier only.',
    action: 'Use a live key: it begins with sk_live_.',
  },
};
