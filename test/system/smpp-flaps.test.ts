import { expect, test } from 'vitest';
import type { MessageView } from '../../server/rules/message-view.ts';
import { listTexts } from '../support/load.ts';
import { type OwnServer, ownServer } from '../support/own-server.ts';
import { scriptedSmsc, type Script } from '../support/scripted-smsc.ts';
import { until } from '../support/until.ts';

const FLAPS = 50;
const TEXTS = 200;
const WINDOW = 4;
/** Of each connection: so many are answered, then so many are not, then it is cut. */
const ANSWERED = 1;
const UNANSWERED = 3;

const isSettled = ({ status }: MessageView) => status !== 'queued' && status !== 'sending';

const bearer = ({ keys }: OwnServer) => ({ authorization: `Bearer ${keys.live}` });

function post(server: OwnServer, path: string, body?: object): Promise<Response> {
  return fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { ...bearer(server), 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
}

test('50 links lost in the middle of the window lose no text, and whatever came twice is flagged', async () => {
  const taken = new Map<string, number>();
  const unanswered = new Map<number, number>();
  const script: Script = (pdu, peer, connection) => {
    if (pdu.command !== 'submit_sm') return undefined;
    const ref = pdu.fields.shortMessage.toString('latin1');
    taken.set(ref, (taken.get(ref) ?? 0) + 1);
    const before = unanswered.get(connection) ?? 0;
    unanswered.set(connection, before + 1);
    if (connection >= FLAPS || before < ANSWERED) return undefined;
    if (before + 1 >= ANSWERED + UNANSWERED) peer.reset();
    return [];
  };
  const smsc = await scriptedSmsc({ script });
  const server = await ownServer({
    SMPP_URL: `smpp://bridge:pw@127.0.0.1:${smsc.port}?window=${WINDOW}`,
    RETRY_POLICY: JSON.stringify({ ambiguous: { intervals_seconds: [0], max_attempts: 10 } }),
  });
  const refs = Array.from({ length: TEXTS }, (_, index) => `text ${index}`);
  const answers = refs.map((ref, index) => {
    const to = `+1415555${2_000 + index}`;
    const text = { to, from: '+15005550100', body: ref, client_ref: ref, on_ambiguous: 'resend' };
    return post(server, '/v1/messages/send', text);
  });
  expect(new Set((await Promise.all(answers)).map(({ status }) => status))).toEqual(new Set([202]));

  const bindState = async () => {
    const answer = await fetch(`${server.url}/v1/smsc/default`, { headers: bearer(server) });
    return ((await answer.json()) as { binds: { state: string }[] }).binds[0]?.state;
  };
  for (let flap = 0; flap < FLAPS; flap += 1) {
    // Its own retry and the operator's may meet: the connection that gives way to the other is never bound.
    const peer = await smsc.peer(flap);
    await until(async () => {
      // It came back by itself just before it was told to, and would wait for answers that never come.
      if (peer.isOpen() && (await bindState()) === 'draining') peer.reset();
      return !peer.isOpen();
    });
    // An operator who binds anew at once: the waiting times in between are tested elsewhere.
    await until(async () => {
      if ((await bindState()) === 'backoff') await post(server, '/v1/smsc/default/rebind');
      return smsc.peers.length > flap + 1;
    });
  }
  const texts = await until(async () => {
    const listed = await listTexts(server.url, server.keys.live);
    return [...listed.values()].every(isSettled) && listed;
  });

  expect(refs.filter((ref) => texts.get(ref)?.status !== 'sent' || !taken.has(ref))).toEqual([]);
  const twice = refs.filter((ref) => (taken.get(ref) ?? 0) > 1);
  expect(twice.filter((ref) => texts.get(ref)?.ambiguous !== true)).toEqual([]);
  const extra = [...taken.values()].reduce((sum, count) => sum + count - 1, 0);
  expect(extra).toBeGreaterThan(FLAPS);
  expect(extra).toBeLessThanOrEqual(FLAPS * WINDOW);
  await server.stop();
  await smsc.close();
});
