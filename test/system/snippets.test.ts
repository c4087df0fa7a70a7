import { expect, test } from 'vitest';
import { newSecret, sign } from '../../server/events/sign.ts';
import { ownServer } from '../support/own-server.ts';
import { missingRuntimes, needsOf, runSnippet as run, snippetsOf } from '../support/snippets.ts';
import { until } from '../support/until.ts';

/** Processes that have to start; some of them compile first. */
const PATIENT = 180_000;

const missing = missingRuntimes();
if (missing.length > 0)
  console.warn(`SKIPPED: the programs of the guides for ${missing.join(', ')}. Install them to run these.`);

const snippets = (task: string) => snippetsOf(task).filter((file) => !missing.includes(needsOf(file)));

test(
  'R035: every language hands the text over, under one key one text, and is told what became of it',
  { timeout: PATIENT },
  async () => {
    const { url, keys } = await ownServer({ SIMULATOR_PORT: 'free' });
    const environment = { SMSBRIDGE_URL: url, SMSBRIDGE_API_KEY: keys.test };
    const ids = new Set<string>();
    for (const output of await Promise.all(snippets('send').map((file) => run(file, { environment })))) {
      ids.add(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(output)?.[0] ?? output);
    }
    expect(ids.size).toBe(1);
    const [id = ''] = ids;
    await until(async () => (await run('status/node.mjs', { args: [id], environment })) === 'delivered');
    const answers = await Promise.all(snippets('status').map((file) => run(file, { args: [id], environment })));
    expect(answers.length).toBeGreaterThanOrEqual(2);
    for (const answer of answers) expect(answer).toMatch(/^delivered$|"status":"delivered"/);
  },
);

test('R035: every language fails aloud when the text is refused', { timeout: PATIENT }, async () => {
  const { url } = await ownServer({});
  const environment = { SMSBRIDGE_URL: url, SMSBRIDGE_API_KEY: 'sk_test_wrong' };
  for (const outcome of await Promise.allSettled(snippets('send').map((file) => run(file, { environment })))) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { message: expect.stringContaining('AUTH_FAILED') } });
  }
});

test(
  'R035: every language takes a webhook that is ours, with several signatures too, and no other',
  { timeout: PATIENT },
  async () => {
    const [secret, other, body] = [newSecret(), newSecret(), '{"type":"message.received","data":{"body":"Grüße 👋"}}'];
    const nowSeconds = Math.floor(Date.now() / 1_000);
    const headersOf = (timestampSeconds: number, secrets: readonly string[]) => {
      const headers = sign({ id: 'msg_1', timestampSeconds, body, secrets });
      return [headers['webhook-id'], headers['webhook-timestamp'], headers['webhook-signature']];
    };
    const genuine = headersOf(nowSeconds, [other, secret]);
    const cases = [
      { args: genuine, input: body, verdict: 'genuine' },
      { args: genuine, input: `${body} `, verdict: 'forged' },
      { args: headersOf(nowSeconds, [other]), input: body, verdict: 'forged' },
      { args: headersOf(nowSeconds - 301, [secret]), input: body, verdict: 'forged' },
      { args: headersOf(nowSeconds + 600, [secret]), input: body, verdict: 'forged' },
    ];
    for (const file of snippets('verify-webhook')) {
      for (const { args, input, verdict } of cases) {
        expect([file, await run(file, { args, input, environment: { WEBHOOK_SECRET: secret } })]).toEqual([
          file,
          verdict,
        ]);
      }
    }
  },
);
