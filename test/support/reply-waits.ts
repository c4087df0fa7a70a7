import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';
import { startCallbacks } from '../../server/contacts/reply-callbacks.ts';
import { createReplyWaits, type ReplyWaitRow, type WantedWait } from '../../server/contacts/reply-waits.ts';
import { createSafeFetch } from '../../server/events/safe-fetch.ts';
import { newSecret } from '../../server/events/sign.ts';
import { uuidv7 } from '../../server/rules/uuid.ts';
import { type Answer, httpSink, type Received } from './http-sink.ts';
import { inbox, OURS, PHONE } from './inbox.ts';
import { until } from './until.ts';

export const callbackSecret = newSecret();

const STEP_MS = 200;

/** What a waiting n8n execution answers. */
export const n8n = {
  taken: answer(200, 'application/json; charset=utf-8', '{"accepted":true}'),
  unclear: answer(422, 'application/json', '{"message":"Please answer YES or NO"}'),
  notParked: answer(409, 'application/json', '{"message":"not waiting yet"}'),
  wrongSignature: answer(401, 'application/json', '{"error":"Invalid signature"}'),
  deleted: answer(404, 'application/json', '{"message":"does not exist"}'),
  finished: answer(200, 'text/html; charset=utf-8', '<!DOCTYPE html><p>The workflow has finished'),
  down: answer(503, 'text/plain', 'down'),
} as const;

function answer(status: number, type: string, body: string) {
  return (response: ServerResponse) => void response.writeHead(status, { 'content-type': type }).end(body);
}

/** Answers the first POST with the first of them, and so on; the last one answers all that follow. */
const inTurn =
  (...answers: readonly Answer[]): Answer =>
  (response, request, index) =>
    answers[Math.min(index, answers.length - 1)]?.(response, request, index);

const TABLES = ['reply_waits', 'messages', 'events', 'conversations', 'opt_outs', 'consent_events', 'consent_chains'];

/** Waits for replies on a real database, with phones that text and a callback that answers. One for all tests of a file. */
export async function replyDesk() {
  const box = await inbox();
  const { database, clock } = box;
  const requests: Received[] = [];
  let answerCallback: Answer = n8n.taken;
  const sink = await httpSink((response, request) => {
    requests.push(request);
    answerCallback(response, request, requests.length - 1);
  });
  const safeFetch = createSafeFetch({ allowlist: [`127.0.0.1:${sink.port}`], allowLoopback: () => false });
  const logged: string[] = [];
  const note = (...line: unknown[]) => void logged.push(JSON.stringify(line));
  let ids = 0;
  const newId = () => uuidv7(clock.now() + ++ids, randomBytes(10));
  const base = { database, clock, newId, onEvents: () => undefined };
  const waits = createReplyWaits(base);
  const find = async (id: string): Promise<ReplyWaitRow> => {
    const wait = await waits.find('live', id);
    if (!wait) throw new Error(`There is no wait ${id}.`);
    return wait;
  };
  return {
    ...box,
    /** What the callback got. */
    requests,
    url: sink.url,
    waits,
    logged,
    find,
    /** What the callback answers in this test. */
    answer(...answers: readonly Answer[]) {
      answerCallback = inTurn(...answers);
    },
    async reset() {
      answerCallback = n8n.taken;
      requests.length = 0;
      logged.length = 0;
      for (const table of TABLES) await database.query({ text: `delete from ${table}`, values: [] });
    },
    async [Symbol.asyncDispose]() {
      safeFetch.close();
      await sink[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
    /** Waits for YES or NO to a text of ours, unless told otherwise. */
    async wait(wanted: Partial<WantedWait> = {}): Promise<string> {
      const created = await waits.create({
        mode: 'live',
        contact: PHONE,
        ourNumber: OURS,
        messageId: null,
        match: ['YES', 'NO'],
        callbackUrl: `${sink.url}/resume?signature=secret`,
        timeoutSeconds: undefined,
        ...wanted,
      });
      if (!created.ok) throw new Error(created.reason);
      // Two waits of the same moment could not be told apart.
      await clock.advance(1);
      return created.wait.id;
    },
    /** A server that tells callbacks, until it is stopped or the test ends. */
    start() {
      const log = { info: note, warn: note, error: note };
      const loop = startCallbacks({
        ...base,
        safeFetch,
        log,
        callbackSecret: () => callbackSecret,
        expire: () => waits.expire(),
      });
      onTestFinished(() => loop.stop());
      return loop;
    },
    /** Lets time pass until it is so. */
    async comes<Found>(found: () => Promise<Found> | Found) {
      return until(async () => {
        const result = await found();
        if (result === undefined || result === false) await clock.advance(STEP_MS);
        return result;
      });
    },
    async becomes(id: string, state: ReplyWaitRow['state']): Promise<ReplyWaitRow> {
      return this.comes(async () => {
        const wait = await find(id);
        return wait.state === state && wait;
      });
    },
    /** What the callback got, parsed. */
    news: () => requests.map(({ body }) => JSON.parse(body) as { type: string; data: Record<string, unknown> }),
    async replyEvents() {
      return (await box.events()).filter(({ type }) => type.startsWith('reply.'));
    },
  };
}
