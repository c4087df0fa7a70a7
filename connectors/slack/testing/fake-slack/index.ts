import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parse } from 'node:querystring';
import { type Clock, systemClock } from '../../../../server/clock.ts';
import { mayAnswer, METHODS, type MethodName } from './contract.ts';
import { answer, textOf, wordOf } from './http.ts';
import { APP_TOKEN, BOT_TOKEN, grantOf, isMethod, judge, type Judging } from './judge.ts';
import type { Arguments } from './methods.ts';
import { createOAuth, type OAuth } from './oauth.ts';
import { createSockets, type Sockets } from './sockets.ts';
import { createTeam, type FakeTeam } from './team.ts';
import { BOT, counter, FIRST_TEAM, type Team } from './workspace.ts';

export { BOT, TEAM } from './workspace.ts';

/** What goes wrong with the next call of a method. */
export type Fault = (
  | { readonly error: string }
  | { readonly retryAfterSeconds: number }
  /** 500, 503 … before anything was done. */
  | { readonly status: number }
  /** The connection breaks, before or after it was carried out. */
  | { readonly reset: 'before' | 'after' }
  /** It is carried out, and answered only then. */
  | { readonly until: Promise<unknown> }
) & {
  /** Of the calls, the next one about the message or the thread with this `ts`, or about this channel. */
  readonly about?: string;
};

export interface Call {
  readonly method: string;
  readonly given: Arguments;
  /** Milliseconds of the monotonic clock. */
  readonly atMs: number;
  /** `ok`, or the error. */
  readonly outcome: string;
}

type OfTeam = 'workspace' | 'people' | 'events' | 'interactivity' | 'functions' | 'life';

/** With the first workspace at hand. */
export interface FakeSlack extends AsyncDisposable, Pick<FakeTeam, OfTeam> {
  /** For SLACK_API_URL. */
  readonly apiUrl: string;
  readonly signingSecret: string;
  readonly botToken: string;
  readonly oauth: OAuth;
  /** Another workspace, in which the app is not installed yet. */
  addTeam(id: string, fields?: Partial<Omit<Team, 'id'>>): FakeTeam;
  /** Socket Mode, once the app has asked for it. */
  readonly sockets: Sockets;
  readonly appToken: string;
  /** Every call of a method, the oldest first. */
  readonly calls: Call[];
  /** Events go there from now on. */
  connect(appUrl: string): void;
  failNext(method: MethodName, ...faults: readonly Fault[]): void;
  /** `token_revoked`, `account_inactive` …, or null: good again. */
  refuseToken(error: string | null): void;
  stop(): Promise<void>;
}

export interface FakeSlackOptions {
  readonly clock?: Clock;
  /** Scopes of the token; all that the methods need when left out. */
  readonly scopes?: readonly string[];
}

const SIGNING_SECRET = 'fake-signing-secret';
const CLIENT_ID = '1.2';
const CLIENT_SECRET = 'fake-client-secret';

/**
 * A workspace with one app in it, on a port of loopback: strict where Slack is, and with nothing that Slack has not. It
 * calls nothing but the app.
 */
export async function startFakeSlack({
  clock = systemClock,
  scopes = ALL_SCOPES,
}: FakeSlackOptions = {}): Promise<FakeSlack> {
  let usesSockets = false;
  let appUrl = 'http://127.0.0.1:1/';
  const calls: Call[] = [];
  const faults = new Map<string, Fault[]>();
  const takeFault = (method: string, given: Arguments): Fault | undefined => {
    const waiting = faults.get(method) ?? [];
    const at = waiting.findIndex(
      ({ about }) => about === undefined || about === given['ts'] || about === given['channel'],
    );
    return at < 0 ? undefined : waiting.splice(at, 1)[0];
  };
  let tokenError: string | null = null;
  const oauth = createOAuth({
    clock,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    redirectUrls: () => [new URL('oauth_redirect', appUrl).href],
  });
  const newNumber = counter();
  const teams: FakeTeam[] = [];
  const makeTeam = (team: Team): FakeTeam => {
    const made = createTeam({
      team,
      clock,
      oauth,
      newNumber,
      signingSecret: SIGNING_SECRET,
      appUrl: () => appUrl,
      baseUrl: () => base,
      sockets: () => (usesSockets ? sockets : null),
      newSocketUrl() {
        usesSockets = true;
        return `${base.replace('http', 'ws')}${sockets.newPath()}`;
      },
    });
    teams.push(made);
    return made;
  };
  const first = makeTeam(FIRST_TEAM);

  const judging = (): Judging => ({ clock, oauth, teams, first, scopes, tokenError });

  async function call(method: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const read = await argumentsOf(request);
    const given = 'fault' in read ? {} : read.given;
    const token = tokenOf(request, given);
    const note = (outcome: string) => void calls.push({ method, given, atMs: clock.monotonic(), outcome });
    const fault = takeFault(method, given);
    const { limits } = teams.find(({ workspace }) => workspace.team === grantOf(judging(), token)?.team) ?? first;
    const seconds = isMethod(method) ? limits.refuse(method, wordOf(given['channel'])) : null;
    const waitSeconds = fault && 'retryAfterSeconds' in fault ? fault.retryAfterSeconds : seconds;
    if (waitSeconds !== null) {
      note('ratelimited');
      return answer(response, 429, { ok: false, error: 'ratelimited' }, { 'Retry-After': String(waitSeconds) });
    }
    if (fault && 'status' in fault) {
      note(String(fault.status));
      return answer(response, fault.status, {});
    }
    if (fault && 'reset' in fault && fault.reset === 'before') {
      note('reset');
      response.destroy();
      return;
    }
    const refused = fault && 'error' in fault ? { error: fault.error } : 'fault' in read ? { error: read.fault } : null;
    const result = refused ?? judge(judging(), method, token, given);
    note('error' in result ? String(result['error']) : 'ok');
    if (fault && 'until' in fault) await fault.until;
    if (fault && 'reset' in fault) response.destroy();
    else answer(response, 200, { ok: !('error' in result), ...result });
  }

  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const target = path.startsWith('/respond/')
      ? (teams.find(({ responses }) => responses.knows(path)) ?? first).responses.answer(path, request, response)
      : call(path.replace(/^\/api\//, ''), request, response);
    target.catch((error: unknown) => answer(response, 500, { error: String(error) }));
  });
  const sockets = createSockets(server, clock);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = async () => {
    for (const { events } of teams) events.stop();
    sockets.cut();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return {
    apiUrl: `${base}/api/`,
    signingSecret: SIGNING_SECRET,
    botToken: BOT_TOKEN,
    appToken: APP_TOKEN,
    sockets,
    workspace: first.workspace,
    people: first.people,
    events: first.events,
    interactivity: first.interactivity,
    functions: first.functions,
    life: first.life,
    oauth,
    addTeam(id, fields = {}) {
      const bot = { ...BOT, userId: `U${id.slice(1)}BOT`, botId: `B${id.slice(1)}` };
      return makeTeam({ id, name: id, enterprise: null, isEnterpriseInstall: false, bot, ...fields });
    },
    calls,
    connect: (url) => void (appUrl = url),
    failNext(method, ...next) {
      const unknown = next.find((fault) => 'error' in fault && !mayAnswer(method, fault.error));
      if (unknown) throw new Error(`${method} never answers ${JSON.stringify(unknown)}.`);
      faults.set(method, [...(faults.get(method) ?? []), ...next]);
    },
    refuseToken: (error) => void (tokenError = error),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

const ALL_SCOPES: readonly string[] = [...new Set(Object.values(METHODS).flatMap(({ scopes }) => [...scopes]))];

/** JSON or a form whose structured fields are JSON texts; the faults are those of every method. */
async function argumentsOf(request: IncomingMessage): Promise<{ given: Arguments } | { fault: string }> {
  const text = await textOf(request);
  if (request.headers['content-type']?.startsWith('application/json')) {
    const json = parsed(text);
    if (json === undefined) return { fault: 'invalid_json' };
    return isRecord(json) ? { given: json } : { fault: 'json_not_object' };
  }
  const fields = Object.entries(parse(text)).map(([name, value]): [string, unknown] => [
    name,
    STRUCTURED.has(name) ? parsed(String(value)) : value,
  ]);
  return fields.some(([, value]) => value === undefined)
    ? { fault: 'invalid_arguments' }
    : { given: Object.fromEntries(fields) };
}

const isRecord = (value: unknown): value is Arguments =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const STRUCTURED = new Set(['blocks', 'view', 'metadata', 'outputs']);

const tokenOf = (request: IncomingMessage, given: Arguments) =>
  /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? wordOf(given['token']);
