import { expect, onTestFinished, test } from 'vitest';
import { openAnalytics } from '../../server/events/rollups.ts';
import { messageReader } from '../../server/messages/read.ts';
import { systemClock } from '../../server/clock.ts';
import { startApi, type TestApi } from '../support/http-api.ts';
import { until } from '../support/until.ts';
import { world } from '../support/world.ts';

const NUMBERS = Array.from({ length: 40 }, (_, n) => `+141555501${String(n).padStart(2, '0')}`);
const VARIANTS = [
  { name: 'short', weight: 3, body: 'Sale!' },
  { name: 'long', body: 'Our sale has begun, {{name}}.' },
];

interface Result {
  readonly to: string;
  readonly variant: string | null;
  readonly message_id: string | null;
  readonly error: { readonly code: string; readonly param: string } | null;
}

let api: TestApi;

const batch = (body: object, headers = {}) => api.call('/v1/messages/batch', { method: 'POST', json: body, headers });
const resultsOf = ({ json }: Awaited<ReturnType<typeof batch>>) => json['results'] as Result[];

test('R106: variants of a campaign: each number gets its own, and figures tell them apart', async () => {
  const it = await world({ mode: 'test' });
  const analytics = openAnalytics({ database: it.database, clock: systemClock });
  api = await startApi({ ...it.outgoing, messages: messageReader(it.database), analytics });
  onTestFinished(() => api[Symbol.asyncDispose]());
  const wanted = {
    campaign_id: 'autumn sale',
    variants: VARIANTS,
    defaults: { variables: { name: 'Ann' }, message_type: 'transactional' },
    messages: NUMBERS.map((to) => ({ to })),
  };
  const first = await batch(wanted, { 'idempotency-key': 'once' });
  expect(first.status).toBe(202);
  const given = new Map(resultsOf(first).map(({ to, variant }) => [to, variant]));
  const counts = VARIANTS.map(({ name }) => ({ name, accepted: [...given.values()].filter((v) => v === name).length }));
  expect(first.json).toMatchObject({ variants: counts, accepted: 40, distinct_bodies: 2 });
  expect(counts[0]?.accepted).toBeGreaterThan(counts[1]?.accepted ?? 40);
  expect((await batch(wanted, { 'idempotency-key': 'once' })).json).toEqual(first.json);

  // Another batch, in another order, from another spelling: the same variant.
  const turned = { ...wanted, variants: VARIANTS.toReversed(), messages: [{ recipient: '+1 (415) 555-0107' }] };
  expect(resultsOf(await batch(turned))[0]?.variant).toBe(given.get('+14155550107'));

  const texts = await it.messages();
  const bodies = { short: 'Sale!', long: 'Our sale has begun, Ann.' };
  for (const { to, variant, body } of texts) {
    expect([variant, body]).toEqual([given.get(to), bodies[variant === 'short' ? 'short' : 'long']]);
  }
  expect(await api.call('/v1/campaigns/autumn%20sale')).toMatchObject({ status: 200, json: { messages: 0 } });
  it.startWorking();
  await until(async () => (await it.messages()).every(({ status }) => status === 'sent'));
  const campaign = await until(async () => {
    await analytics.refresh();
    const { json } = await api.call('/v1/campaigns/autumn%20sale');
    return json['sent'] === 41 && json;
  });
  const shown = campaign['variants'] as { name: string; messages: number; sent: number }[];
  expect(shown.map(({ name }) => name)).toEqual(['long', 'short']);
  expect(shown.reduce((sum, { sent }) => sum + sent, 0)).toBe(41);
  expect((await api.call('/v1/campaigns')).json['data']).toMatchObject([{ id: 'autumn sale', messages: 41 }]);
  const groups = (await api.call('/v1/analytics/breakdown?by=variant')).json['data'];
  expect((groups as { value: string }[]).map(({ value }) => value).toSorted()).toEqual([
    'autumn sale/long',
    'autumn sale/short',
  ]);
  expect((await api.call('/v1/campaigns/winter')).status).toBe(404);
  expect((await api.call('/v1/campaigns/autumn%20sale', { key: api.keys.live })).status).toBe(404);

  const { json: refused } = await batch({
    ...wanted,
    messages: [{ to: NUMBERS[0], body: 'Own words' }, { to: 'nobody' }],
  });
  expect(refused).toMatchObject({ accepted: 0, variants: [{ accepted: 0 }, { accepted: 0 }] });
  expect((refused['results'] as Result[]).map(({ error }) => [error?.code, error?.param])).toEqual([
    ['CONFLICTING_FIELDS', '/messages/0/body'],
    ['INVALID_NUMBER', '/messages/1/to'],
  ]);
  const { campaign_id: _, ...nameless } = wanted;
  expect(resultsOf(await batch(nameless))[0]?.error).toMatchObject({ param: '/messages/0/campaign_id' });
  for (const variants of [[VARIANTS[0]], [VARIANTS[0], VARIANTS[0]], [{ ...VARIANTS[0], name: 'a/b' }, VARIANTS[1]]]) {
    expect((await batch({ ...wanted, variants })).status).toBe(400);
  }
});
