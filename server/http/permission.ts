import type { Key } from '../access/keys.ts';
import type { Route } from './contract-route.ts';
import type { Fault } from './problem.ts';

/** Whether a key may use a route at all; null = it may. */
export function permissionFault(route: Route, key: Key): Fault | null {
  if (route.access !== 'any' && !key.scopes.has(route.access)) {
    return { code: 'FORBIDDEN', detail: `The key needs the scope ${route.access}.`, extra: { scope: route.access } };
  }
  return route.testOnly === true && key.mode !== 'test' ? testKeysOnly : null;
}

const testKeysOnly: Fault = {
  code: 'FORBIDDEN',
  detail: 'The sandbox is for test keys only.',
  action: 'Use a test key: it begins with sk_test_.',
};
