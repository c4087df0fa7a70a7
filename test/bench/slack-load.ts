import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { SmsClient } from '../../connectors/sdk/index.ts';
import { BOT, type Call, type FakeSlack, startFakeSlack } from '../../connectors/slack/testing/fake-slack/index.ts';
import { startMeasuredServer } from './server.ts';

/**
 * `npm run bench:slack`: contacts write faster than Slack takes posts, 50 texts a second over 20 channels for five
 * minutes. Says how close posts came in a channel, how long a click waited for its dialog meanwhile, how long it took
 * until everything was posted, and what was left by then. Twice, because only the second time shows what grows. It ends
 * with 1 when posts came closer than Slack allows, a click waited too long, anything was given up or left, or memory grew.
 */
const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '300' },
    rate: { type: 'string', default: '50' },
    rounds: { type: 'string', default: '1' },
  },
});
const SECONDS = Number(options.seconds);
const RATE = Number(options.rate);

const CHANNELS = 20;
const CONTACTS = 400;
/** Slack lets an app open 100 dialogs a minute. */
const CLICK_EVERY_MS = 1_000;
const ANA = 'U0000000ANA';
/** About one post a second and channel is what Slack takes. */
const GAP_MS_MIN = 1_000;
const DIALOG_MS_MAX = 300;
/** From one round to the next: what caches and compiled code may still take. */
const HEAP_GROWTH_MAX = 1.25;
const HEAP_SLACK_BYTES = 8_000_000;
/** Twice as long as it takes when all of it waits. */
const DRAIN_MS_MAX = 60_000 + ((2_100 * RATE) / CHANNELS) * SECONDS;

const two = (index: number) => String(index).padStart(2, '0');
const channelId = (index: number) => `C00000LOAD${two(index)}`;
const ourNumber = (index: number) => `+150055501${two(index)}`;
const contactNumber = (index: number) => `+1415555${String(index).padStart(4, '0')}`;
const inMb = (bytes: number) => (bytes / 1_048_576).toFixed(0);
const say = (line: string) => void process.stdout.write(`${line}\n`);

interface Stage {
  readonly slack: FakeSlack;
  readonly sdk: SmsClient;
  readonly database: pg.Pool;
}

const slack = await startFakeSlack();
slack.workspace.addUser(ANA);
for (let index = 0; index < CHANNELS; index += 1)
  slack.workspace.addChannel(channelId(index), { members: [ANA, BOT.userId] });
const rules = Array.from({ length: CHANNELS }, (_, index) => ({
  our_number: ourNumber(index),
  channel: channelId(index),
}));
const server = await startMeasuredServer({
  CONSENT_MODE: 'warn',
  QUIET_HOURS: 'ignore',
  SLACK_SIGNING_SECRET: slack.signingSecret,
  SLACK_BOT_TOKEN: slack.botToken,
  SLACK_CHANNEL: channelId(0),
  SLACK_ROUTING: JSON.stringify({ rules }),
  SLACK_API_URL: slack.apiUrl,
});
const database = new pg.Pool({ ...server.connection, options: '-c search_path=slack', max: 2 });
try {
  slack.connect(`${server.url}/connectors/slack/events`);
  const sdk = new SmsClient({ baseUrl: server.url, apiKey: server.key });
  const heaps: number[] = [];
  const faults: string[] = [];
  for (let round = 0; round < Number(options.rounds); round += 1) {
    const { heapBytes, found } = await measure({ slack, sdk, database });
    heaps.push(heapBytes);
    faults.push(...found);
  }
  const [first = 0, ...later] = heaps;
  if (later.some((heapBytes) => heapBytes > first * HEAP_GROWTH_MAX + HEAP_SLACK_BYTES)) faults.push('memory grew');
  say(faults.length === 0 ? 'It held.' : `IT DID NOT HOLD: ${faults.join(', ')}.`);
  process.exitCode = faults.length === 0 ? 0 : 1;
} finally {
  await database.end();
  await server.stop();
  await slack.stop();
}

/** What it found that must not be. */
async function measure(stage: Stage): Promise<{ readonly heapBytes: number; readonly found: readonly string[] }> {
  const { calls } = stage.slack;
  calls.length = 0;
  const { heapBytes: before } = await server.memory();
  const ending = new AbortController();
  const clicking = click(stage, ending.signal);
  const startedAt = performance.now();
  const refused = await write(stage);
  const waiting = await countOf(stage, `select count(*)::int as count from tasks where done_at is null`);
  const writtenAt = performance.now();
  await drained(stage);
  const drainedAt = performance.now();
  ending.abort();
  const clicks = await clicking;
  const posts = calls.filter(({ method, outcome }) => method === 'chat.postMessage' && outcome === 'ok');
  const limited = calls.filter(({ outcome }) => outcome === 'ratelimited');
  const [gapMs, p99] = [shortestGap(posts), at(clicks, 0.99)];
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(0)} s`;
  say(`${SECONDS * RATE} texts in ${seconds(writtenAt - startedAt)} over ${CHANNELS} channels, ${refused} refused`);
  say(`${waiting} tasks waited by then; everything was posted ${seconds(drainedAt - writtenAt)} later`);
  say(
    `${posts.length} posts, at least ${gapMs} ms apart in a channel; ${limited.length} calls of all were answered 429 ${[...new Set(limited.map(({ method }) => method))].join(', ')}`,
  );
  say(
    `${clicks.length} dialogs opened by a click: p50 ${at(clicks, 0.5).toFixed(0)} ms, p99 ${p99.toFixed(0)} ms, longest ${at(clicks, 1).toFixed(0)} ms`,
  );
  const left = await countOf(
    stage,
    `select count(*)::int as count from tasks where done_at is null and kind <> 'catch_up'`,
  );
  const done = await countOf(stage, `select count(*)::int as count from tasks where done_at is not null`);
  const givenUp = await countOf(stage, `select count(*)::int as count from tasks where given_up`);
  say(`left: ${left} tasks to do, ${givenUp} given up, ${done} that are done (kept for 48 h)`);
  const { heapBytes } = await server.memory();
  say(`heap of the server after collection: ${inMb(before)} MB before, ${inMb(heapBytes)} MB after`);
  const found = {
    [`posts ${gapMs} ms apart`]: gapMs < GAP_MS_MIN,
    [`dialogs after ${p99.toFixed(0)} ms`]: p99 >= DIALOG_MS_MAX,
    [`${givenUp} tasks given up`]: givenUp > 0,
    [`${left} tasks left`]: left > 0,
  };
  return { heapBytes, found: Object.keys(found).filter((what) => found[what]) };
}

/** Evenly spread; answers how many could not be handed over. */
async function write({ sdk }: Stage): Promise<number> {
  let refused = 0;
  const under: Promise<void>[] = [];
  const startedAt = performance.now();
  for (let index = 0; index < SECONDS * RATE; index += 1) {
    const waitMs = startedAt + (index * 1_000) / RATE - performance.now();
    if (waitMs > 0) await pause(waitMs);
    const contact = index % CONTACTS;
    const text = { from: contactNumber(contact), to: ourNumber(contact % CHANNELS), body: `text ${index}` };
    const written = sdk.sandbox.answer(text).then(
      () => undefined,
      () => void (refused += 1),
    );
    under.push(written);
  }
  await Promise.all(under);
  return refused;
}

/** Somebody opens the dialog for a note, again and again; how long each took, in milliseconds. */
async function click({ slack: { workspace, people } }: Stage, signal: AbortSignal): Promise<number[]> {
  const took: number[] = [];
  for (let index = 0; !signal.aborted; index += 1) {
    await pause(CLICK_EVERY_MS);
    const channel = channelId(index % CHANNELS);
    const messages = [...(workspace.channels.get(channel)?.messages.values() ?? [])];
    const root = messages.find(({ bot, thread_ts, text }) => bot && thread_ts === null && text.startsWith('SMS from'));
    if (!root) continue;
    const startedAt = performance.now();
    await people.click(ANA, channel, root.ts, 'note');
    took.push(performance.now() - startedAt);
  }
  return took;
}

async function drained(stage: Stage): Promise<void> {
  const left = `select count(*)::int as count from tasks where done_at is null and kind <> 'catch_up'`;
  const begunMs = performance.now();
  while ((await countOf(stage, left)) > 0 && performance.now() - begunMs < DRAIN_MS_MAX) await pause(1_000);
}

async function countOf({ database }: Stage, sql: string): Promise<number> {
  const { rows } = await database.query<{ count: number }>(sql);
  return rows[0]?.count ?? 0;
}

/** Of any two posts that came one after the other into a channel. */
function shortestGap(posts: readonly Call[]): number {
  const last = new Map<unknown, number>();
  let shortest = Infinity;
  for (const { given, atMs } of posts) {
    const before = last.get(given['channel']);
    if (before !== undefined) shortest = Math.min(shortest, atMs - before);
    last.set(given['channel'], atMs);
  }
  return Math.round(shortest);
}

function at(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
