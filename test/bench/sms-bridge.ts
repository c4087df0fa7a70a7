import { chmod, mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Child, startChild } from './child.ts';
import { type Load, type LoadRequest, loadWithNode, loadWithWrk } from './load.ts';
import { processorTime } from './processor-time.ts';
import { type Round, type RoundRequest, TEXT, WINDOW } from './round.ts';
import { freePort } from '../support/free-port.ts';

export interface OursOptions {
  /** Keeps the database from round to round; removed by the caller. */
  readonly folder: string;
  readonly hasWrk: boolean;
  /** The kit's SMSC; null = the one of this folder. */
  readonly smscFile: string | null;
  /** Further arguments of Node, for a profile. */
  readonly nodeArguments: readonly string[];
}

/** Long enough for the compiler to have seen the path of a text; Kannel needs none. */
const WARM_UP_S = 4;
const DRAIN_MAX_MS = 30_000;
export const PATH = '/v1/messages/send';
export const body = JSON.stringify({ to: '+14155550123', from: 'Acme', body: TEXT });

/** One round on a server that is started for it: while the other system is measured, ours does not run. */
export function ourRound(options: OursOptions, request: RoundRequest): Promise<Round> {
  const receipts = request.withReceipts ? '1' : '0';
  return withServer(options, ['--dlr', receipts], (ports, server) => measure(options, request, ports, server));
}

/** Starts an SMSC and a server that is bound to it, and ends both. */
export async function withServer<Result>(
  options: OursOptions,
  smscArguments: readonly string[],
  use: (ports: Ports, server: Child) => Promise<Result>,
): Promise<Result> {
  const ports = { smpp: await freePort(), statistics: await freePort(), api: await freePort() };
  const smscFile = options.smscFile ?? join(import.meta.dirname, 'smsc.ts');
  const smscPorts = ['--port', String(ports.smpp), '--http', String(ports.statistics)];
  const smsc = startChild(process.execPath, [smscFile, ...smscPorts, ...smscArguments]);
  const server = startServer(options, ports);
  try {
    await smsc.ready('smsc up');
    await server.ready('Send the first text');
    return await use(ports, server);
  } finally {
    await server.end();
    await smsc.end();
  }
}

export interface Ports {
  readonly smpp: number;
  readonly statistics: number;
  readonly api: number;
}

function startServer({ folder, nodeArguments }: OursOptions, ports: Ports): Child {
  const main = join(import.meta.dirname, '../../server/main.ts');
  return startChild(process.execPath, [...nodeArguments, main], {
    DATA_DIR: join(folder, 'data'),
    PORT: String(ports.api),
    SIMULATOR_PORT: '0',
    METRICS_PORT: '0',
    SMPP_URL: `smpp://bench:bench@127.0.0.1:${ports.smpp}?window=${WINDOW}`,
    CALLBACK_ALLOWLIST: `127.0.0.1:${ports.statistics}`,
    LOG_LEVEL: 'warn',
    // Kannel's line texts an American number from a name, which carriers there refuse.
    SENDER_RULES: 'warn',
  });
}

async function measure(options: OursOptions, request: RoundRequest, ports: Ports, server: Child): Promise<Round> {
  const api = `http://127.0.0.1:${ports.api}`;
  const key = await liveKey(options.folder);
  const load: LoadRequest = { ...request, url: api + PATH, key, body, folder: options.folder };
  const remove = request.withReceipts ? await subscribe(api, key, `http://127.0.0.1:${ports.statistics}/hook`) : null;
  const run = options.hasWrk ? loadWithWrk : loadWithNode;
  await run({ ...load, seconds: WARM_UP_S });
  await drained(ports.statistics, request.withReceipts);
  await fetch(`http://127.0.0.1:${ports.statistics}/reset`);

  const before = await processorTime(server.pid);
  const made = await run(load);
  const counted = await drained(ports.statistics, request.withReceipts);
  const after = await processorTime(server.pid);
  const lost = made.accepted - counted.submits - (await unfinished(api, key));
  await remove?.();
  const perText = (us: number) => Math.round(us / Math.max(1, counted.submits));
  return {
    ...roundOf(request, made, counted, Math.max(0, lost)),
    cpuUs: before &&
      after && {
        server: perText(after.serverUs - before.serverUs),
        postgres: perText(after.postgresUs - before.postgresUs),
      },
  };
}

function roundOf(request: RoundRequest, made: Load, counted: Counts, lost: number): Omit<Round, 'cpuUs'> {
  const seconds = Math.max(0.001, (counted.last - counted.first) / 1_000);
  return {
    system: 'SMS Bridge',
    withReceipts: request.withReceipts,
    accepted: made.accepted,
    refused: made.refused,
    submits: counted.submits,
    webhooks: counted.hooks,
    lost,
    acceptedPerSecond: Math.round(made.accepted / request.seconds),
    sentPerSecond: Math.round(counted.submits / seconds),
    p50Ms: made.p50Ms,
    p99Ms: made.p99Ms,
  };
}

export async function liveKey(folder: string): Promise<string> {
  const keys = JSON.parse(await readFile(join(folder, 'data/first-keys.json'), 'utf8')) as { live: string };
  return keys.live;
}

/** Kannel's dlr-mask=3 makes one call per text, so ours gets one too. Answers how to end the subscription. */
async function subscribe(api: string, key: string, url: string): Promise<() => Promise<unknown>> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
  const endpoint = { url, event_types: ['message.delivered'] };
  const answer = await fetch(`${api}/v1/webhook-endpoints`, {
    method: 'POST',
    headers,
    body: JSON.stringify(endpoint),
  });
  if (answer.status !== 201) throw new Error(`The webhook endpoint was refused: ${await answer.text()}`);
  const { id } = (await answer.json()) as { id: string };
  return () => fetch(`${api}/v1/webhook-endpoints/${id}`, { method: 'DELETE', headers });
}

interface Counts {
  readonly submits: number;
  /** Of those, the ones answered ESME_RTHROTTLED. */
  readonly throttled: number;
  readonly hooks: number;
  readonly dlrSent: number;
  readonly dlrAcked: number;
  /** Unix milliseconds of the first and the last submit_sm. */
  readonly first: number;
  readonly last: number;
}

/** Waits until nothing has changed for half a second and everything that was submitted has come back, or for 30 s. */
async function drained(port: number, withReceipts: boolean): Promise<Counts> {
  let previous = await counts(port);
  for (let waitedMs = 0; waitedMs < DRAIN_MAX_MS; waitedMs += 500) {
    await pause(500);
    const now = await counts(port);
    const isQuiet = now.submits === previous.submits && now.hooks === previous.hooks;
    if (isQuiet && (!withReceipts || now.hooks >= now.submits || waitedMs > 10_000)) return now;
    previous = now;
  }
  return previous;
}

export async function counts(port: number): Promise<Counts> {
  const answer = await fetch(`http://127.0.0.1:${port}/stats`);
  return (await answer.json()) as Counts;
}

/** Texts that are accepted and still on their way: late, not lost. At most 100 are counted. */
async function unfinished(api: string, key: string): Promise<number> {
  const headers = { authorization: `Bearer ${key}` };
  const found = await Promise.all(
    ['queued', 'sending'].map(async (status) => {
      const answer = await fetch(`${api}/v1/messages?status=${status}&limit=100`, { headers });
      return ((await answer.json()) as { data: readonly unknown[] }).data.length;
    }),
  );
  return found.reduce((sum, each) => sum + each, 0);
}

/** Open for the account that runs PostgreSQL where root starts it: otherwise the cluster would be put, and stay, elsewhere. */
export async function makeFolder(parent: string): Promise<string> {
  const folder = await mkdtemp(join(parent, 'smsbridge-bench-'));
  await chmod(folder, 0o711);
  return folder;
}
