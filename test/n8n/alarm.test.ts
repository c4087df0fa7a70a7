import { expect, test } from 'vitest';
import { openDesk, OURS } from './desk.ts';
import { noOp, webhook, workflow } from './workflow.ts';

const { n8n, bridge, sms, phones } = openDesk();
const PHONE = '+14155553801';

/** Its alarm is a minute after that of the server, and n8n looks at its alarms once a minute. */
test(
  "a wait that the server has forgotten is ended by n8n's own alarm, and marked as timed out",
  { timeout: 300_000 },
  async () => {
    const values = { limitType: 'afterTimeInterval', resumeAmount: 0.05, resumeUnit: 'minutes' };
    const ask = await sms('Ask', {
      resource: 'message',
      operation: 'sendAndWait',
      responseType: 'approval',
      from: { __rl: true, mode: 'value', value: OURS },
      to: PHONE,
      message: 'Are you coming?',
      options: { limitWaitTime: { values } },
    });
    const nodes = [webhook(), ask, noOp('Done')];
    const { executionId } = await n8n.run(workflow('Nobody answers', nodes, 'Webhook > Ask > Done'));
    await phones.receives(PHONE, 1);
    const { body } = await bridge('GET', `/v1/reply-waits?to=${encodeURIComponent(PHONE)}`);
    const [wait] = body['data'] as { readonly id: string }[];
    await bridge('DELETE', `/v1/reply-waits/${wait?.id}`);
    await n8n.execution(executionId, 'waiting');
    const run = await n8n.execution(executionId, 'success');
    expect(run.items('Done')).toMatchObject([{ json: { data: { approved: false, timedOut: true, text: null } } }]);
  },
);
