import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { SmsClient } from '../../connectors/sdk/index.ts';
import { BOT, type Call, type FakeSlack, startFakeSlack } from '../../connectors/slack/testing/fake-slack/index.ts';
import { startMeasuredServer } from './server.ts';

/**
 * `npm run bench:slack`: contacts write faster than Slack takes posts, 50 texts a second over 20 channels for five
 * minutes. Says how close posts came in a channel, how long a click waited for its dialog meanwhile, how long it took
 * until everything was posted, and what was left by then. Twice, because only the second time shows what grows.
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

const two = (index: number) => String(index).padStart(2, '0');
const channelId = (index: number) => `C00000LOAD${two(index)}`;
const ourNumber = (index: number) => `+150055501${two(index)}`;
const contactNumber = (index: number) => `+1415555${String(index).padStart(4, '0')}`;
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
  for (let round = 0; round < Number(options.rounds); round += 1) await measure({ slack, sdk, database });
} finally {
  await database.end();
  await server.stop();
  await slack.stop();
}

async function measure(stage: Stage): Promise<void> {
  const { calls } = stage.slack;
  calls.length = 0;
  const before = await heapMb();
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
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(0)} s`;
  say(`${SECONDS * RATE} texts in ${seconds(writtenAt - startedAt)} over ${CHANNELS} channels, ${refused} refused`);
  say(`${waiting} tasks waited by then; everything was posted ${seconds(drainedAt - writtenAt)} later`);
  say(
    `${posts.length} posts, at least ${shortestGap(posts)} ms apart in a channel; ${limited.length} calls of all were answered 429 ${[...new Set(limited.map(({ method }) => method))].join(', ')}`,
  );
  say(
    `${clicks.length} dialogs opened by a click: p50 ${at(clicks, 0.5)} ms, p99 ${at(clicks, 0.99)} ms, longest ${at(clicks, 1)} ms`,
  );
  const left = await countOf(
    stage,
    `select count(*)::int as count from tasks where done_at is null and kind <> 'catch_up'`,
  );
  const done = await countOf(stage, `select count(*)::int as count from tasks where done_at is not null`);
  const givenUp = await countOf(stage, `select count(*)::int as count from tasks where given_up`);
  say(`left: ${left} tasks to do, ${givenUp} given up, ${done} that are done (kept for 48 h)`);
  say(`heap of the server after collection: ${before} MB before, ${await heapMb()} MB after`);
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
  while ((await countOf(stage, left)) > 0) await pause(1_000);
}

async function countOf({ database }: Stage, sql: string): Promise<number> {
  const { rows } = await database.query<{ count: number }>(sql);
  return rows[0]?.count ?? 0;
}

async function heapMb(): Promise<string> {
  const { heapBytes } = await server.memory();
  return (heapBytes / 1_048_576).toFixed(0);
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

function at(values: readonly number[], share: number): string {
  const sorted = values.toSorted((one, other) => one - other);
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(0);
}
