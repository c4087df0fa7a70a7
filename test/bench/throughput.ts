import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { lookAround, runInNamespace } from './environment.ts';
import { kannelRound } from './kannel.ts';
import { cells, HEAD, report, row } from './report.ts';
import { type Round, type RoundRequest, WINDOW } from './round.ts';
import { makeFolder, ourRound } from './sms-bridge.ts';
import { describeThrottled, throttledRound } from './throttled.ts';

/**
 * `npm run bench`: how many texts a second go from HTTP to submit_sm_resp, and what one costs, beside Kannel where it can be had.
 * Nothing here passes or fails: machines differ, so only the ratios of one run say something.
 */
const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    connections: { type: 'string', default: '32' },
    rounds: { type: 'string', default: '2' },
    only: { type: 'string', default: '' },
    'node-arguments': { type: 'string', default: '' },
  },
});

/** Starting, warming up and draining take about this long in each round, in seconds. */
const OVERHEAD_S = { ours: 7, kannel: 10 };
const LOAD_MIN_S = 2;

const exitCode = await runInNamespace();
if (exitCode === null) await run();
else process.exitCode = exitCode;

async function run(): Promise<void> {
  const { hasWrk, kannelKit, skipped } = lookAround();
  for (const sentence of skipped) say(`\n*** ${sentence} ***`);
  if (options.only.includes('throttled')) return throttled(hasWrk);
  const kannel = options.only.includes('ours') ? null : kannelKit;
  const requests = plan(kannel !== null);
  say(describe(requests, kannel !== null));
  say(row(HEAD));
  const folder = await makeFolder(tmpdir());
  const smscFile = kannelKit === null ? null : join(kannelKit, 'smsc.js');
  const nodeArguments = options['node-arguments'].split(' ').filter((word) => word !== '');
  const rounds: Round[] = [];
  const note = (round: Round) => {
    rounds.push(round);
    say(row(cells(round)));
  };
  try {
    for (const request of requests) {
      note(await ourRound({ folder, hasWrk, smscFile, nodeArguments }, request));
      if (kannel !== null) note(await kannelRound(kannel, WINDOW, request));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  say(`\n${report(rounds)}`);
}

/** Beside the other rounds, because it measures a rule and not a speed. */
async function throttled(hasWrk: boolean): Promise<void> {
  const folder = await makeFolder(tmpdir());
  try {
    say(describeThrottled(await throttledRound({ folder, hasWrk, smscFile: null, nodeArguments: [] })));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function describe(requests: readonly RoundRequest[], withKannel: boolean): string {
  const { seconds, connections } = requests[0] ?? { seconds: 0, connections: 0 };
  const turns = withKannel ? ', each for SMS Bridge and then for Kannel' : '';
  return `\n${requests.length} rounds of ${seconds} s${turns}; ${connections} connections, window ${WINDOW}\n`;
}

/** Rounds without and with receipts take turns, so that a noisy minute hits both. */
function plan(withKannel: boolean): RoundRequest[] {
  const kinds = [false, true].filter((withReceipts) => !options.only.includes(withReceipts ? 'plain' : 'receipts'));
  const count = Number(options.rounds) * kinds.length;
  const overheadS = count * (OVERHEAD_S.ours + (withKannel ? OVERHEAD_S.kannel : 0));
  const loads = count * (withKannel ? 2 : 1);
  const seconds = Math.max(LOAD_MIN_S, Math.floor((Number(options.seconds) - overheadS) / loads));
  const connections = Number(options.connections);
  const requests = kinds.map((withReceipts) => ({ withReceipts, connections, seconds }));
  return Array.from({ length: Number(options.rounds) }, () => requests).flat();
}
