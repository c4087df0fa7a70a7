import { expect, test } from 'vitest';
import type { MessageView } from '../../server/rules/message-view.ts';
import { temporaryFolder } from '../support/embedded.ts';
import { listTexts } from '../support/load.ts';
import type { Behaviour } from '../support/recording-smsc.ts';
import { type RunningServer, spawnServer } from '../support/server-process.ts';
import { startSmsc } from '../support/smsc-process.ts';
import { until } from '../support/until.ts';

const TEXTS = 12;
/** Nothing is sent again while the test looks. */
const RETRY_POLICY = '{"ambiguous":{"intervals_seconds":[30]}}';

/** In both the server is killed before any answer, so that every text is in doubt at its next start. */
const RECEIPTS: readonly (readonly [name: string, behaviour: Partial<Behaviour>])[] = [
  ['that came before the kill, ahead of the answers', { receipts: 'before the response', responseDelayMs: 600_000 }],
  ['that come after the next start', { receipts: 'when told', responseDelayMs: 600_000 }],
];

for (const [name, behaviour] of RECEIPTS) {
  test(`kill -9 with ${TEXTS} texts unanswered: receipts ${name} prove them all, and none is sent twice`, async () => {
    const dataDir = await temporaryFolder();
    const smsc = await startSmsc(behaviour);
    const start = () => spawnServer({ dataDir, settings: { SMPP_URL: smsc.url, RETRY_POLICY } });
    const first = start();
    const before = await first.ready();
    const refs = Array.from({ length: TEXTS }, (_, index) => `text-${index}`);
    await Promise.all(refs.map((ref, index) => send(before, ref, index)));
    await until(async () => (await smsc.recorded()).length === TEXTS);
    first.kill('SIGKILL');
    await first.exit;

    const second = start();
    const after = await second.ready();
    await smsc.behave({ receipts: 'before the response' });
    const texts = await until(async () => {
      const listed = await listTexts(after.url, after.keys.live);
      return [...listed.values()].every(({ status }) => status === 'delivered') && listed;
    });
    expect([...texts.values()].filter((text: MessageView) => !text.ambiguous || text.attempts !== 1)).toEqual([]);
    expect((await smsc.recorded()).map(({ text }) => text).sort()).toEqual(refs.toSorted());
    second.kill('SIGTERM');
    expect(await second.exit).toEqual({ code: 0, signal: null });
  });
}

async function send({ url, keys }: RunningServer, ref: string, index: number): Promise<void> {
  const response = await fetch(`${url}/v1/messages/send`, {
    method: 'POST',
    headers: { authorization: `Bearer ${keys.live}`, 'content-type': 'application/json' },
    body: JSON.stringify({ to: `+1415555${3_000 + index}`, from: '+15005550100', body: ref, client_ref: ref }),
  });
  expect(response.status).toBe(202);
}
