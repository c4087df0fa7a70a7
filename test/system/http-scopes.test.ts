import { expect, test } from 'vitest';
import { SCOPES } from '../../server/access/scopes.ts';
import { keyRoutes } from '../../server/http/contract.ts';
import type { Route } from '../../server/http/contract-route.ts';
import type { Mode } from '../../server/rules/message.ts';
import { expectDocumented } from '../support/documented.ts';
import { ownServer } from '../support/own-server.ts';
import { seenIds } from '../support/seen-ids.ts';
import { type WireClient, wireClient } from '../support/wire-client.ts';

const MODES = ['test', 'live'] as const;
const OTHER = { test: 'live', live: 'test' } as const;
const routes: readonly Route[] = keyRoutes;

test('R022, R044: every route with every scope in every mode gives what the scope allows, and nothing of the other mode', async () => {
  const settings = {
    SIMULATOR_PORT: 'free',
    DEFAULT_SENDER: '+15005550100',
    SMPP_URL: 'smpp://bridge:secret@127.0.0.1:1',
  };
  const server = await ownServer(settings);
  const client = wireClient(server.url);
  const owners = { test: caller(client, server.keys.test), live: caller(client, server.keys.live) };
  const seeded = { test: await seed(owners.test, 'test'), live: await seed(owners.live, 'live') };
  const keys = await Promise.all(
    MODES.flatMap((mode) =>
      SCOPES.map(async (scope) => {
        const made = await owners[mode]('createApiKey', { name: scope, mode, scopes: [scope] });
        return { mode, scope, call: caller(client, String(made.json['key'])) };
      }),
    ),
  );
  for (const mode of MODES) {
    const others = seeded[OTHER[mode]];
    const before = await others.look();
    for (const { scope, call } of keys.filter((key) => key.mode === mode)) {
      // A route that ends all others, such as the kill switch, is no danger: nothing of the other mode may change.
      await Promise.all(
        routes.map(async (route) => {
          const answer = await call(route.operation, {}, others.path(route));
          // A live key also looks after test keys, as far as it may do what they may.
          if (mode === 'live' && scope === 'keys:manage' && route.access === scope) return;
          expect({ scope, ...verdictOf(route, answer) }).toEqual({ scope, ...expectedOf(route, scope, mode) });
          expect(answer.text).not.toContain(markOf(OTHER[mode]));
        }),
      );
    }
    expect(await others.look()).toEqual(before);
  }
  client.close();
}, 60_000);

interface Asked {
  readonly status: number;
  readonly text: string;
  readonly json: Readonly<Record<string, unknown>>;
}

type Call = (operation: string, body?: unknown, path?: string) => Promise<Asked>;

/** Of a refusal for want of a scope, the scope; of everything else that it is none. */
function verdictOf(route: Route, { status, json }: Asked) {
  const refused = status === 403 ? (json['scope'] ?? 'for the other mode') : null;
  return { operation: route.operation, refused };
}

function expectedOf({ operation, access, onlyMode }: Route, scope: string, mode: Mode) {
  if (access !== 'any' && access !== scope) return { operation, refused: access };
  return { operation, refused: onlyMode !== undefined && onlyMode !== mode ? 'for the other mode' : null };
}

/** Every answer is one of the contract, or it throws. */
function caller(client: WireClient, key: string): Call {
  return async (operation, body = {}, path) => {
    const route = routes.find((one) => one.operation === operation);
    if (!route) throw new Error(`No route is called ${operation}.`);
    const method = route.method.toUpperCase();
    const where = path ?? route.path;
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const sent = route.body ? Buffer.from(JSON.stringify(body)) : Buffer.alloc(0);
    const answer = await client.send({ method, path: where, headers, body: sent });
    if (answer.status >= 500) throw new Error(`${answer.status} for ${operation}: ${answer.text}`);
    expectDocumented(method, where, answer);
    const json = answer.text.startsWith('{') ? (JSON.parse(answer.text) as Asked['json']) : {};
    return { status: answer.status, text: answer.text, json };
  };
}

const markOf = (mode: Mode) => `belongs-to-${mode}`;

/** Something of everything, with the mark of its mode in its words. */
async function seed(call: Call, mode: Mode) {
  const mark = markOf(mode);
  const number = mode === 'test' ? '+14155550111' : '+14155550122';
  const seen = seenIds();
  const text = { to: number, body: mark, client_ref: mark, tags: [mark], schedule_for: inAnHour() };
  for (const [operation, body] of [
    ['sendMessage', text],
    ['sendBatch', { messages: [text] }],
    ['createTemplate', { name: mark, body: mark }],
    ['createWebhookEndpoint', { url: `https://example.com/${mark}`, event_types: ['balance.low'] }],
    ['createApiKey', { name: mark, mode }],
    ['createSender', { value: mode === 'test' ? '+14155550133' : '+14155550144', countries: ['US'] }],
    ['createRoute', { smsc_id: mode === 'test' ? 'simulator' : 'default', senders: [mark.slice(-11)] }],
    ['createReplyWait', { to: number, from: '+15005550100', match: { type: 'free_text' } }],
    ['recordConsent', { number, action: 'opt_in', topic: mark, source: 'api', evidence: { form_version: mark } }],
    ['createOptOut', { number, topic: mark, source: 'api' }],
    ['createSuppressions', { list: 'manual', numbers: [number], reason: mark }],
    ['createRule', { name: mark, match: { type: 'exact', keywords: [mark] }, actions: [{ type: 'tag', tag: mark }] }],
    ['exportPersonalData', { number }],
  ] as const) {
    const made = await call(operation, body);
    if (made.status >= 300) throw new Error(`${operation}: ${made.text}`);
    seen.note(operation, { ...made, type: null });
  }
  const pool = { name: mark, sender_ids: [seen.fill('{sender_id}', (ids) => ids[0] ?? '')] };
  seen.note('createSenderPool', { ...(await call('createSenderPool', pool)), type: null });
  const contact = await call('putContact', { name: mark }, `/v1/contacts/${encodeURIComponent(number)}`);
  seen.note('putContact', { ...contact, type: null });
  const path = (route: Route) => seen.fill(route.path, (ids) => ids[0] ?? '');
  const looks = routes.filter((one) => one.method === 'get' && one.path.includes('{') && !MOVING.has(one.operation));
  const look = async () => {
    const found = await Promise.all(looks.map((route) => call(route.operation, {}, path(route))));
    return found.flatMap(({ status, json }, index) => (status === 200 ? [[looks[index]?.operation, json]] : []));
  };
  expect((await look()).length).toBeGreaterThan(12);
  return { path, look };
}

/** These say when they were asked, or how something else goes on. */
const MOVING = new Set(['getApiKey', 'getCarrier', 'getPrivacyJob']);

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();
