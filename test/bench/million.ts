import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { freePort } from '../support/free-port.ts';
import { seedBacklog } from './backlog.ts';
import { type Child, startChild } from './child.ts';
import { runInNamespace } from './environment.ts';
import { MARKED, type Mood, type MoodySmsc, openMoodySmsc } from './moody-smsc.ts';
import { processorTime } from './processor-time.ts';
import { TEXT, WINDOW } from './round.ts';
import { liveKey, makeFolder, PATH } from './sms-bridge.ts';

/**
 * `npm run bench:million`: a million queued texts and a carrier that first does not answer, then is gone, then takes
 * everything. Says whether the server's memory stays flat, what the backlog costs while nothing can be sent, how fast
 * it flows once something can, and how long a one-time code takes past it.
 */
const { values: options } = parseArgs({
  options: {
    texts: { type: 'string', default: '1000000' },
    silent: { type: 'string', default: '35' },
    closed: { type: 'string', default: '15' },
    flowing: { type: 'string', default: '25' },
  },
});

const FLOW_MAX_MS = 60_000;
/** A code is sent so often while the million flows. */
const CODES = 5;

const WIDTHS = [9, 24, 24, 14, 14, 8, 8];
const row = (texts: readonly string[]) => texts.map((text, at) => text.padStart(WIDTHS[at] ?? 0)).join(' ');
const HEAD = `\n${row(['carrier', 'RSS MB start/peak/end', 'heap MB start/peak/end', 'metrics ms', 'accept ms', 'server', 'postgres'])}`;

const exitCode = await runInNamespace();
if (exitCode === null) await run();
else process.exitCode = exitCode;

interface Ports {
  readonly smpp: number;
  readonly api: number;
  readonly metrics: number;
}

async function run(): Promise<void> {
  const folder = await makeFolder(tmpdir());
  const ports = { smpp: await freePort(), api: await freePort(), metrics: await freePort() };
  const smsc = openMoodySmsc(ports.smpp);
  try {
    const first = startServer(folder, ports);
    await first.ready('Send the first text').finally(() => first.end());
    await timed(`${options.texts} texts and their jobs inserted`, () =>
      seedBacklog(join(folder, 'data'), Number(options.texts)),
    );
    const server = startServer(folder, ports);
    try {
      await smsc.become('silent');
      await timed('the server started with them', () => server.ready('Send the first text'));
      await measure(folder, ports, server, smsc);
    } finally {
      await timed('the server stopped', () => server.end());
    }
  } finally {
    await smsc.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function startServer(folder: string, ports: Ports): Child {
  return startChild(process.execPath, [join(import.meta.dirname, '../../server/main.ts')], {
    DATA_DIR: join(folder, 'data'),
    PORT: String(ports.api),
    METRICS_PORT: String(ports.metrics),
    SIMULATOR_PORT: '0',
    SMPP_URL: `smpp://bench:bench@127.0.0.1:${ports.smpp}?window=${WINDOW}`,
    LOG_LEVEL: 'warn',
    SENDER_RULES: 'warn',
    CONSENT_MODE: 'warn',
    QUIET_HOURS: 'ignore',
  });
}

async function measure(folder: string, ports: Ports, server: Child, smsc: MoodySmsc): Promise<void> {
  const send = sender(`http://127.0.0.1:${ports.api}${PATH}`, await liveKey(folder));
  const during = (name: Mood, seconds: number) => phase(name, seconds * 1_000, ports, server, send);
  say(HEAD);
  await during('silent', Number(options.silent));
  await smsc.become('closed');
  await during('closed', Number(options.closed));

  const before = smsc.submits();
  const openedAt = performance.now();
  await smsc.become('answers');
  const codes = sendCodes(smsc, send, before);
  await during('answers', Number(options.flowing));
  const mark = Math.ceil((before + 1_000) / 100) * 100;
  const seconds = (at: number | undefined) =>
    at === undefined ? 'never' : `${((at - openedAt) / 1_000).toFixed(1)} s`;
  say(`\nsubmitted while the carrier was silent: ${before}`);
  say(
    `after it answered: the first text in ${seconds(smsc.timeOf('first'))}, the first 1,000 in ${seconds(smsc.timeOf(mark))}`,
  );
  say(`submitted after that: ${smsc.submits() - before}`);
  say(`one-time codes past the backlog, from the request to the submit_sm: ${(await codes).join(', ')}`);
}

type Send = (to: string, type: 'otp' | 'transactional') => Promise<number>;

/** Answers how long the request took, in milliseconds. */
function sender(url: string, key: string): Send {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
  return async (to, message_type) => {
    const startedAt = performance.now();
    const body = JSON.stringify({ to, from: 'Acme', body: TEXT, message_type });
    const answer = await fetch(url, { method: 'POST', headers, body });
    if (answer.status !== 202) throw new Error(`A text was refused: ${answer.status} ${await answer.text()}`);
    await answer.arrayBuffer();
    return performance.now() - startedAt;
  };
}

/** One after the other, once texts flow. */
async function sendCodes(smsc: MoodySmsc, send: Send, before: number): Promise<string[]> {
  const giveUpAt = performance.now() + FLOW_MAX_MS;
  while (smsc.submits() < before + 1_000 && performance.now() < giveUpAt) await pause(50);
  const took: string[] = [];
  for (let code = 0; code < CODES; code += 1) {
    const to = `+1415555${MARKED}`;
    const startedAt = performance.now();
    smsc.forget(to);
    await send(to, 'otp');
    while (smsc.timeOf(to) === undefined && performance.now() < giveUpAt) await pause(2);
    took.push(`${Math.round((smsc.timeOf(to) ?? Infinity) - startedAt)} ms`);
    await pause(1_000);
  }
  return took;
}

interface Sample {
  readonly rss: number;
  readonly heap: number;
  /** Of the metrics themselves. */
  readonly scrapeMs: number;
  readonly acceptMs: number;
}

async function phase(name: Mood, ms: number, ports: Ports, server: Child, send: Send): Promise<void> {
  const endsAt = performance.now() + ms;
  const before = await processorTime(server.pid);
  const samples: Sample[] = [];
  while (performance.now() < endsAt) {
    const next = pause(1_000);
    samples.push({
      ...(await scrape(ports.metrics)),
      rss: await residentMegabytes(server.pid),
      acceptMs: await send('+14155550123', 'transactional'),
    });
    await next;
  }
  const after = await processorTime(server.pid);
  const percent = (us: number) => `${((us / 1_000 / ms) * 100).toFixed(0)} %`;
  const cpu =
    before && after
      ? [percent(after.serverUs - before.serverUs), percent(after.postgresUs - before.postgresUs)]
      : ['?', '?'];
  const range = (of: (sample: Sample) => number) => {
    const values = samples.map(of);
    return [values.at(0), Math.max(...values), values.at(-1)].map((value) => (value ?? NaN).toFixed(0)).join(' / ');
  };
  const medianAndMax = (of: (sample: Sample) => number) => {
    const sorted = samples.map(of).sort((a, b) => a - b);
    return `${(sorted[sorted.length >> 1] ?? NaN).toFixed(0)} / ${(sorted.at(-1) ?? NaN).toFixed(0)}`;
  };
  say(
    row([
      name,
      range(({ rss }) => rss),
      range(({ heap }) => heap),
      medianAndMax(({ scrapeMs }) => scrapeMs),
      medianAndMax(({ acceptMs }) => acceptMs),
      ...cpu,
    ]),
  );
}

async function scrape(port: number): Promise<{ heap: number; scrapeMs: number }> {
  const startedAt = performance.now();
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const bytes = /^nodejs_heap_size_used_bytes (\S+)/m.exec(text)?.[1];
  return { heap: Number(bytes) / 1_048_576, scrapeMs: performance.now() - startedAt };
}

async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1_024;
}

async function timed(what: string, work: () => Promise<unknown>): Promise<void> {
  const startedAt = performance.now();
  await work();
  say(`${what}: ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
