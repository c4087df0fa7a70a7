import { describe, expect, test } from 'vitest';
import { NO_LIMITS } from '../../server/access/keys.ts';
import { PRESETS, SCOPES, SEND_ONLY, type Scope } from '../../server/access/scopes.ts';
import { keyRoutes, routes } from '../../server/http/contract.ts';
import type { Route } from '../../server/http/contract-route.ts';
import { permissionFault } from '../../server/http/permission.ts';
import type { Mode } from '../../server/rules/message.ts';

// R044: what a key may do is what its scopes say, and nothing else.

const MODES: readonly Mode[] = ['test', 'live'];
const all: readonly Route[] = keyRoutes;

const may = (route: Route, mode: Mode, scopes: readonly Scope[]) =>
  permissionFault(route, {
    id: 'abcdefgh',
    mode,
    name: 'a key',
    scopes: new Set(scopes),
    last4: '0000',
    createdAt: new Date(0),
    expiresAt: null,
    paused: null,
    limits: NO_LIMITS,
  }) === null;

describe.each(MODES)('the matrix of every route and every scope, for %s keys', (mode) => {
  test.each(all.map((route) => [`${route.method} ${route.path}`, route] as const))('%s', (_name, route) => {
    const allowed = SCOPES.filter((scope) => may(route, mode, [scope]));
    const isClosed = route.onlyMode !== undefined && mode !== route.onlyMode;
    const expected = isClosed ? [] : route.access === 'any' ? SCOPES : SCOPES.filter((scope) => scope === route.access);
    expect(allowed).toEqual(expected);
    expect(may(route, mode, [])).toBe(route.access === 'any' && !isClosed);
    expect(may(route, mode, SCOPES)).toBe(!isClosed);
    expect(
      may(
        route,
        mode,
        SCOPES.filter((scope) => scope !== route.access),
      ),
    ).toBe(route.access === 'any' && !isClosed);
  });
});

test('every route is public, for any key, or needs a scope that there is', () => {
  for (const { access } of routes) expect([...SCOPES, 'any', 'public']).toContain(access);
});

test('R054: what leaves with an export, campaigns and keys need rights of their own', () => {
  for (const preset of ['send_only', 'n8n', 'slack', 'hubspot', 'read_only'] as const) {
    for (const scope of ['contacts:export', 'keys:manage', 'admin', 'privacy:manage'] as const) {
      expect(PRESETS[preset]).not.toContain(scope);
    }
  }
  expect(PRESETS.send_only).toEqual(SEND_ONLY);
});
