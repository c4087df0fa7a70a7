import { describe, expect, test } from 'vitest';
import { openDesk, OURS } from './desk.ts';
import { proxyTo } from './proxy.ts';
import { noOp, node, splitItems, webhook, workflow } from './workflow.ts';

describe('sending from a real n8n', () => {
  const { n8n, bridge, sms, credential, phones } = openDesk();

  const texts = (numbers: readonly string[]) => ({ items: numbers.map((to, at) => ({ to, name: `Customer ${at}` })) });
  const HELLO = { from: byName(OURS), to: '={{ $json.to }}', message: '=Hello {{ $json.name }}' };

  test('the test of a credential accepts the right key, and tells a wrong one from a wrong address', async () => {
    const messageOf = async (data: Parameters<typeof credential>[0]) => {
      const { status, message } = await n8n.testCredential(await credential(data));
      return `${status}: ${message}`;
    };
    expect(await messageOf({})).toMatch(/^OK/);
    expect(await messageOf({ baseUrl: `${bridge.url}/v1/`, apiKey: ` ${bridge.key}\n` })).toMatch(/^OK/);
    expect(await messageOf({ apiKey: 'sk_test_00000000_wrong' })).toMatch(/^Error: The API key is not accepted/);
    expect(await messageOf({ baseUrl: n8n.url })).toMatch(/^Error: What answers there is not SMS Bridge/);
    expect(await messageOf({ baseUrl: `${bridge.url}/nowhere` })).toMatch(/^Error: What answers there/);
    expect(await messageOf({ baseUrl: 'http://127.0.0.1:9' })).toMatch(/^Error: ECONNREFUSED/);
  });

  test('two bad numbers of twenty leave by the error output with their input, and the rest is sent', async () => {
    const numbers = Array.from({ length: 20 }, (_, at) => `+1415555${3100 + at}`)
      .with(4, '12')
      .with(11, 'nobody');
    const { executionId } = await n8n.run(
      workflow(
        'Twenty, two of them bad',
        [
          webhook(),
          splitItems(),
          await sms('Send', HELLO, { onError: 'continueErrorOutput' }),
          linked('Sent'),
          linked('Not sent'),
        ],
        'Webhook > Items > Send > Sent',
        { from: 'Send', to: 'Not sent', output: 1 },
      ),
      texts(numbers),
    );
    const run = await n8n.execution(executionId, 'success');
    const bad = run.items('Send', 1);
    expect(bad.map(({ json }) => json)).toMatchObject([
      { to: '12', name: 'Customer 4', error: expect.stringMatching(/number/i) as string },
      { to: 'nobody', name: 'Customer 11', error: expect.stringMatching(/number/i) as string },
    ]);
    expect(run.items('Send')).toHaveLength(18);
    expect(run.items('Sent').map(({ json }) => json['asked'])).toEqual(
      numbers.filter((_, at) => at !== 4 && at !== 11),
    );
    expect(run.items('Not sent').map(({ json }) => json['asked'])).toEqual(['12', 'nobody']);
    expect(await phones.receives('+14155553119', 1)).toEqual(['Hello Customer 19']);
  });

  test('a loop over three items sends three texts, although each of them is the first item of its run', async () => {
    const numbers = ['+14155553201', '+14155553201', '+14155553201'];
    const { executionId } = await n8n.run(
      workflow(
        'A loop',
        [
          webhook(),
          splitItems(),
          node('Loop', 'n8n-nodes-base.splitInBatches', { typeVersion: 3, parameters: { options: {} } }),
          noOp('Done'),
          await sms('Send', { ...HELLO, to: '={{ $json.to }}' }),
        ],
        'Webhook > Items > Loop > Done',
        { from: 'Loop', to: 'Send', output: 1 },
        'Send > Loop',
      ),
      texts(numbers),
    );
    const run = await n8n.execution(executionId, 'success');
    expect(run.runs('Send')).toBe(3);
    expect((await phones.receives('+14155553201', 3)).toSorted()).toEqual(
      [0, 1, 2].map((at) => `Hello Customer ${at}`),
    );
  });

  test('Retry on Fail sends none twice, although the server had taken the texts whose answers were lost', async () => {
    let lost = 0;
    const proxy = await proxyTo(bridge.url, ({ method }) => method !== 'POST' || ++lost > 4);
    const credentialId = await credential({ baseUrl: proxy.url });
    const numbers = ['+14155553301', '+14155553302', '+14155553303'];
    const { executionId } = await n8n.run(
      workflow(
        'Answers are lost',
        [
          webhook(),
          splitItems(),
          await sms('Send', HELLO, { credentialId, retryOnFail: true, maxTries: 5, waitBetweenTries: 10 }),
        ],
        'Webhook > Items > Send',
      ),
      texts(numbers),
    );
    const run = await n8n.execution(executionId, 'success');
    expect(lost).toBeGreaterThan(4);
    expect(run.items('Send')).toHaveLength(3);
    for (const number of numbers) {
      const { body } = await bridge('GET', `/v1/messages?direction=outbound&to=${encodeURIComponent(number)}`);
      expect(body['data']).toHaveLength(1);
    }
  });
});

function byName(value: string) {
  return { __rl: true, mode: 'value', value };
}

/** Says which item of the webhook an item came from, by n8n's own item links. */
function linked(name: string) {
  const assignments = [{ id: name, name: 'asked', type: 'string', value: "={{ $('Items').item.json.to }}" }];
  const parameters = { assignments: { assignments }, options: {} };
  return node(name, 'n8n-nodes-base.set', { typeVersion: 3.4, parameters });
}
