import fc from 'fast-check';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { routes } from '../../server/http/contract.ts';
import { ERROR_CODES } from '../../server/rules/error-codes.ts';
import { randomRequest, type RandomRequest } from '../support/contract-requests.ts';
import { expectDocumented, type WireAnswer } from '../support/documented.ts';
import { ownServer } from '../support/own-server.ts';
import { seenIds } from '../support/seen-ids.ts';
import { wireClient } from '../support/wire-client.ts';

/** `npm run test:fuzz` sets more. */
const RUNS = Number(process.env['FUZZ_HTTP'] ?? 2_000);
/** The same seed asks the same. */
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_120);
/** At the same time, as in life. */
const TOGETHER = 20;

test(
  `R019, R027: ${RUNS} requests made of the contract get an answer of the contract, and none is our fault`,
  async () => {
    const logged: string[] = [];
    const log = pino({ level: 'error' }, { write: (line: string) => void logged.push(line) });
    const server = await ownServer({ SIMULATOR_PORT: 'free', DEFAULT_SENDER: '+15005550100' }, log);
    const client = wireClient(server.url);
    // A key that asks would not be able to ask again.
    const seen = seenIds((id) => Object.values(server.keys).some((key) => key.includes(id)));
    const reached = new Map<string, Set<number>>();
    const faults = new Map<string, string>();

    const perform = async (tried: RandomRequest) => {
      const { authorization = '', ...headers } = tried.headers;
      const key = { none: '', test: server.keys.test, live: server.keys.live }[authorization] ?? authorization;
      const pick = (ids: readonly string[], place: number) => {
        const param = tried.params[place % tried.params.length] ?? 0;
        return typeof param === 'string' ? param : (ids[param % ids.length] ?? '');
      };
      const path = seen.fill(tried.path, pick) + tried.query;
      const answer = await client.send({
        ...tried,
        path,
        headers: { ...headers, ...(key === '' ? {} : { authorization: `Bearer ${key}` }) },
      });
      reached.set(tried.operation, (reached.get(tried.operation) ?? new Set()).add(answer.status));
      if (answer.status === 500) throw new Error(`500 for ${tried.operation}`);
      expectDocumented(tried.method, path, answer);
      if (tried.operation === 'sendBatch' && answer.status === 202) expectEveryItem(tried.body, answer);
      seen.note(tried.operation, answer);
    };
    const performAll = (requests: readonly RandomRequest[]) =>
      Promise.all(
        requests.map((tried) =>
          perform(tried).catch((error: Error) => {
            const [headline = ''] = error.message.split('\n');
            faults.set(headline, `${error.message}\n${JSON.stringify({ ...tried, body: String(tried.body) })}`);
          }),
        ),
      );
    const requests = fc.oneof(
      { weight: 9, arbitrary: randomRequest() },
      { weight: 3, arbitrary: randomRequest(routes.filter(({ operation }) => SENDS.has(operation))) },
      { weight: 1, arbitrary: stray },
    );
    const together = fc.array(requests, { minLength: TOGETHER, maxLength: TOGETHER });
    for (let done = 0; done < RUNS; done += CHUNK) {
      const numRuns = Math.min(CHUNK, RUNS - done) / TOGETHER;
      for (const some of fc.sample(together, { numRuns, seed: SEED + done })) await performAll(some);
    }
    client.close();
    expect([...faults.values()]).toEqual([]);
    expect(logged.filter((line) => line.includes('request failed'))).toEqual([]);
    // Otherwise the requests were too random to get anywhere.
    const succeeded = routes.filter(({ operation, status }) => reached.get(operation)?.has(status));
    expect(reached.size).toBe(routes.length + 1);
    expect(succeeded.length).toBeGreaterThan(routes.length * 0.6);
  },
  120_000 + RUNS * 30,
);

const CHUNK = 500;
/** What the rest is about. */
const SENDS = new Set([
  'sendMessage',
  'sendBatch',
  'createWebhookEndpoint',
  'createTemplate',
  'createReplyWait',
  'answerFromPhone',
]);

/** Each item has one result in its place. */
function expectEveryItem(body: Buffer, { text }: WireAnswer) {
  const { messages } = JSON.parse(String(body)) as { messages: unknown[] };
  const { results, total, accepted, rejected, duplicates } = JSON.parse(text) as {
    results: { index: number; error: { code: string } | null }[];
    total: number;
    accepted: number;
    rejected: number;
    duplicates: number;
  };
  expect(results.map(({ index }) => index)).toEqual(messages.map((_, index) => index));
  expect([total, accepted + rejected + duplicates]).toEqual([results.length, results.length]);
  for (const { error } of results) if (error) expect(Object.keys(ERROR_CODES)).toContain(error.code);
}

/** What no route is for. */
const stray = fc
  .record({
    operation: fc.constant('none'),
    method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'),
    path: fc.oneof(
      fc.constantFrom(...routes).map(({ path }) => path),
      fc
        .array(fc.constantFrom('v1', 'messages', '%00', '%ZZ', '..', '', '%2e%2e', '{x}'), { maxLength: 5 })
        .map((parts) => `/${parts.join('/')}`),
    ),
  })
  .map((request): RandomRequest => ({
    ...request,
    params: [0],
    query: '',
    headers: { authorization: 'test', 'content-type': 'application/json' },
    body: Buffer.alloc(0),
  }));
