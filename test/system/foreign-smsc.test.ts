import { expect, test } from 'vitest';
import type { MessageView } from '../../server/rules/message-view.ts';
import { listTexts } from '../support/load.ts';
import { ownServer } from '../support/own-server.ts';
import type { Behaviour } from '../support/recording-smsc.ts';
import { startSmsc } from '../support/smsc-process.ts';
import { until } from '../support/until.ts';

/** What other SMSCs do, and the standard allows or does not forbid. */
const HABITS: readonly (readonly [name: string, behaviour: Partial<Behaviour>])[] = [
  ['ids of nineteen digits, beyond what a number holds', { ids: 'nineteen digits' }],
  ['hexadecimal ids in responses and decimal ones in receipts', { ids: 'hexadecimal, then decimal' }],
  ['decimal ids in responses and hexadecimal ones in receipts', { ids: 'decimal, then hexadecimal' }],
  ['the id 0 for every text', { ids: 'always 0' }],
  ['receipts before responses', { receipts: 'before the response', responseDelayMs: 50 }],
  ['receipts before responses in one packet', { receipts: 'before the response' }],
  [
    'hexadecimal ids in responses and decimal ones in receipts that come first',
    { ids: 'hexadecimal, then decimal', receipts: 'before the response', responseDelayMs: 50 },
  ],
];

for (const [name, behaviour] of HABITS) {
  test(`an SMSC with ${name}: 50 of 50 texts are delivered, each once`, async () => {
    const smsc = await startSmsc(behaviour);
    const { url, keys } = await ownServer({ SMPP_URL: smsc.url });
    const refs = Array.from({ length: 50 }, (_, index) => `text-${index}`);
    const answers = await Promise.all(refs.map((ref, index) => send(url, keys.live, ref, index)));
    expect(answers).toEqual(refs.map(() => 202));

    const texts = await until(async () => {
      const listed = await listTexts(url, keys.live);
      return [...listed.values()].every(isSettled) && listed;
    });
    expect(refs.filter((ref) => texts.get(ref)?.status !== 'delivered')).toEqual([]);
    expect([...texts.values()].filter(({ ambiguous, attempts }) => ambiguous || attempts !== 1)).toEqual([]);
    expect((await smsc.recorded()).map(({ text }) => text).sort()).toEqual(refs.toSorted());
  });
}

const isSettled = ({ status }: MessageView) => !['queued', 'sending', 'sent'].includes(status);

/** Each to a number of its own, as a text and its receipt need something in common where the ids have nothing. */
async function send(url: string, key: string, ref: string, index: number): Promise<number> {
  const response = await fetch(`${url}/v1/messages/send`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ to: `+1415555${2_000 + index}`, from: '+15005550100', body: ref, client_ref: ref }),
  });
  return response.status;
}
