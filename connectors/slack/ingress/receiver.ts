import type { IncomingMessage, ServerResponse } from 'node:http';
import { parse } from 'node:querystring';
import type { Clock } from '../../../server/clock.ts';
import type { ConnectorHealth, ConnectorLog } from '../../seam/connector.ts';
import { readBody } from '../../seam/read-body.ts';
import type { Install, InstallReply } from '../workspaces/install.ts';
import { isSignedBySlack } from './verify.ts';

/** What Slack is told: 200, with a body when it waits for one. */
export type Answer = { readonly json: unknown } | { readonly text: string } | null;

export interface ReceiverOptions {
  /** Null: nothing is taken here, Slack is heard on a socket. */
  readonly signingSecret: string | null;
  readonly clock: Clock;
  readonly log: ConnectorLog;
  readonly health: () => ConnectorHealth;
  /** Null: nothing is connected by OAuth. */
  readonly install: Install | null;
  /** Resolves when the event is stored, and not before: what throws is answered 503, and Slack sends it again. */
  readonly onEvent: (envelope: unknown) => Promise<void>;
  /** A click, a submitted view, a shortcut: Slack waits 3 s for the answer. */
  readonly onInteraction: (payload: unknown) => Promise<Answer>;
  readonly onCommand: (fields: Readonly<Record<string, string>>) => Promise<Answer>;
}

/** More than anything that Slack sends. */
const BODY_MAX_BYTES = 1_000_000;
const PREFIX = '/connectors/slack/';

/**
 * The one address of the app. An event is answered when it is stored: Slack sends again what was not, and forgets what
 * was answered, whatever became of it.
 */
export function createReceiver(options: ReceiverOptions) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    receive(options, request).then(
      ({ status, body, type, headers }) => {
        response.writeHead(status, { ...(type ? { 'Content-Type': type } : {}), ...headers }).end(body);
        // What was not read would be taken for the next request.
        if (!request.complete) request.destroy();
      },
      (error: unknown) => {
        options.log.warn({ err: error }, 'a request of Slack could not be stored');
        response.writeHead(503, { 'Retry-After': '1' }).end();
      },
    );
  };
}

interface Reply {
  readonly status: number;
  readonly body?: string;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function receive(options: ReceiverOptions, request: IncomingMessage): Promise<Reply> {
  const [path, query] = splitOnce(request.url ?? '');
  if (path === `${PREFIX}health` && request.method === 'GET') return jsonReply(options.health());
  if (request.method === 'GET' && path === `${PREFIX}install` && options.install)
    return shown(await options.install.begin());
  if (request.method === 'GET' && path === `${PREFIX}oauth_redirect` && options.install)
    return shown(await options.install.finish(new URLSearchParams(query), request.headers.cookie));
  if (path !== `${PREFIX}events`) return { status: 404 };
  if (options.signingSecret === null) return { status: 404 };
  if (request.method !== 'POST') return { status: 405, headers: { Allow: 'POST' } };
  const body = await readBody(request, BODY_MAX_BYTES);
  if (body === null) return { status: 413, headers: { Connection: 'close' } };
  const timestamp = headerOf(request, 'x-slack-request-timestamp');
  const signature = headerOf(request, 'x-slack-signature');
  // Nobody learns what was wrong with a forged request.
  if (!isSignedBySlack(options.signingSecret, { timestamp, signature, body }, options.clock.now()))
    return { status: 401 };
  return dispatch(options, contentTypeOf(request), body.toString('utf8'));
}

async function dispatch(options: ReceiverOptions, type: string, text: string): Promise<Reply> {
  if (type === 'application/json') {
    const envelope = parseJson(text);
    if (envelope === undefined) return { status: 400 };
    if (isRecord(envelope) && envelope['type'] === 'url_verification')
      return jsonReply({ challenge: envelope['challenge'] });
    await options.onEvent(envelope);
    return { status: 200 };
  }
  if (type !== 'application/x-www-form-urlencoded') return { status: 400 };
  const fields = Object.fromEntries(
    Object.entries(parse(text)).map(([name, value]) => [name, [value].flat()[0] ?? '']),
  );
  if (fields['ssl_check'] === '1') return { status: 200 };
  if (fields['payload'] === undefined) return replyOf(await options.onCommand(fields));
  const payload = parseJson(fields['payload']);
  return payload === undefined ? { status: 400 } : replyOf(await options.onInteraction(payload));
}

function replyOf(answer: Answer): Reply {
  if (answer === null) return { status: 200 };
  return 'json' in answer
    ? jsonReply(answer.json)
    : { status: 200, body: answer.text, type: 'text/plain; charset=utf-8' };
}

/** For browsers: nothing of it is kept, and no other page learns its address. */
const shown = ({ status, html, headers }: InstallReply): Reply => ({
  status,
  ...(html === undefined ? {} : { body: html, type: 'text/html; charset=utf-8' }),
  headers: {
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    ...headers,
  },
});

function splitOnce(target: string): readonly [string, string] {
  const at = target.indexOf('?');
  return at < 0 ? [target, ''] : [target.slice(0, at), target.slice(at + 1)];
}

const jsonReply = (value: unknown): Reply => ({ status: 200, body: JSON.stringify(value), type: 'application/json' });

const headerOf = (request: IncomingMessage, name: string) => [request.headers[name]].flat()[0];

/** Without its parameters: `;charset=UTF-8` changes nothing. */
const contentTypeOf = (request: IncomingMessage) =>
  (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
