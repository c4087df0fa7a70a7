import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SmsClient } from '../connectors/sdk/index.ts';
import { BOT, type FakeSlack, startFakeSlack } from '../connectors/slack/testing/fake-slack/index.ts';
import type { Message } from '../connectors/slack/testing/fake-slack/workspace.ts';
import { serveWorkspace } from '../connectors/slack/testing/page/serve.ts';
import { readConfig } from './config.ts';
import { startServer } from './main.ts';
import { createLog } from './operations/log.ts';

/**
 * A support conversation in Slack, in the terminal: a private server with the connector, a simulated carrier, and a
 * stand-in for a workspace. Nobody needs an account anywhere. `--serve` keeps it running, with a page to try it on.
 */
const CHANNEL = 'C0SUPPORT01';
const ANA = 'U000000ANA1';
const BEN = 'U000000BEN1';
const SHOP = '+15005550100';
const CUSTOMER = `+14155550${100 + Math.floor(Math.random() * 100)}`;
const WAIT_MS = 15_000;

interface Stage {
  readonly slack: FakeSlack;
  readonly sdk: SmsClient;
  readonly say: (line: string) => void;
}

async function story({ slack, sdk, say }: Stage): Promise<void> {
  const { people } = slack;
  const messages = () => [...(slack.workspace.channels.get(CHANNEL)?.messages.values() ?? [])];
  const phone = async () => (await sdk.sandbox.messages(CUSTOMER)).filter(({ direction }) => direction === 'to_phone');
  const texts = (body: string) => sdk.sandbox.answer({ from: CUSTOMER, to: SHOP, body });
  const wrote = (ts: string, emoji: string) =>
    messages()
      .find((one) => one.ts === ts)
      ?.reactions.has(emoji);
  const told = (user: string, words: string) => people.seenBy(user, CHANNEL).find(({ text }) => text.includes(words));

  say(`${CUSTOMER} texts ${SHOP}: "Where is my order?"`);
  await texts('Where is my order?');
  const root: Message = await found('the card', () => messages().find(({ bot }) => bot));
  say(`#support    ${plain(root.text)}   ${buttonsOf(root)}`);

  const note = people.write(BEN, CHANNEL, '// she is a good customer', root.ts);
  say('  Ben       // she is a good customer');
  await found('the lock', () => wrote(note, 'lock'));
  say('            🔒 a note: it stays inside');

  const answer = people.write(ANA, CHANNEL, 'It wil be there tomorrow.', root.ts);
  say('  Ana       It wil be there tomorrow.');
  await found('the question', () => told(ANA, 'Sending as SMS'));
  say('            (to Ana alone) Sending as SMS in 5 s. [Cancel]');
  people.edit(CHANNEL, answer, 'It will be there tomorrow.');
  say('            Ana corrects her message in time');
  const [got] = await found('the text', async () => ((await phone()).length > 0 ? await phone() : null));
  say(`the phone   "${got?.body ?? ''}"`);
  await found('the tick', () => wrote(answer, 'white_check_mark'));
  say('            ✅ delivered: the carrier says that the phone has it');

  people.write(BEN, CHANNEL, 'Or the day after.', root.ts);
  say('  Ben       Or the day after.');
  const held = await found('the hold', () => told(BEN, 'Not sent yet'));
  say(`            (to Ben alone) ${plain(held.text)} [Send to customer] [Keep internal]`);
  await people.click(BEN, CHANNEL, held.ts, 'hold_keep');
  say('            Ben keeps it inside');

  await texts('STOP');
  say(`${CUSTOMER} texts "STOP"`);
  await found('the opt-out', () => JSON.stringify(root.blocks).includes('Opted out'));
  say('#support    ⛔ Opted out: the card shows it');
  people.write(ANA, CHANNEL, 'One more thing!', root.ts);
  say('  Ana       One more thing!');
  const refused = await found('the refusal', () => told(ANA, 'opted out'));
  say(`            ⛔ (to Ana alone) ${plain(refused.text)}`);
  await people.click(ANA, CHANNEL, root.ts, 'resolve');
  await found('the end', () => root.text.includes('Resolved'));
  say(`#support    ${plain(root.text)}`);
}

/** Asks until it is there; what never comes ends the story. */
async function found<Thing>(what: string, look: () => Promise<Thing> | Thing): Promise<NonNullable<Thing>> {
  for (const deadline = Date.now() + WAIT_MS; Date.now() < deadline;) {
    const thing = await look();
    if (thing !== undefined && thing !== null && thing !== false) return thing;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${what} did not come.`);
}

const plain = (text: string) => text.replaceAll(`<@${ANA}>`, '@Ana').replaceAll(`<@${BEN}>`, '@Ben');

function buttonsOf({ blocks }: Message): string {
  const elements = blocks.flatMap((block) =>
    block['type'] === 'actions' ? (block['elements'] as { text: { text: string } }[]) : [],
  );
  return elements.map(({ text }) => `[${text.text}]`).join(' ');
}

async function play(isServing: boolean): Promise<void> {
  // From the very start: a database that is starting is left running otherwise. npm and a terminal may both tell.
  const ended = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
  const dataDir = await mkdtemp(join(tmpdir(), 'smsbridge-demo-'));
  const slack = await startFakeSlack();
  slack.workspace.addUser(ANA, { name: 'Ana' });
  slack.workspace.addUser(BEN, { name: 'Ben' });
  slack.workspace.addChannel(CHANNEL, { name: 'support', members: [ANA, BEN, BOT.userId] });
  const config = readConfig({
    DATA_DIR: dataDir,
    PORT: '0',
    METRICS_PORT: '0',
    SIMULATOR_PORT: 'free',
    ORGANISATION_NAME: 'Acme',
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_CHANNEL: CHANNEL,
    SLACK_API_URL: slack.apiUrl,
    // At any hour of the day.
    SLACK_OPTIONS: '{"quiet_from_hour":0,"quiet_to_hour":0}',
  });
  process.stdout.write('           starting a private server and a workspace ...\n');
  const server = await startServer(config, createLog('error'));
  const sdk = new SmsClient({ baseUrl: server.url, apiKey: server.firstKeys?.test ?? '' });
  const startedMs = performance.now();
  const say = (line: string) => {
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(2).padStart(6);
    process.stdout.write(`${seconds} s  ${line}\n`);
  };
  try {
    slack.connect(`${server.url}/connectors/slack/events`);
    await found('the connector', async () => {
      const health = await fetch(`${server.url}/connectors/slack/health`);
      return ((await health.json()) as { state: string }).state === 'up';
    });
    if (isServing) await serve(slack, sdk, ended);
    else await Promise.race([story({ slack, sdk, say }), ended]);
  } finally {
    await server.stop();
    await slack.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Until Ctrl-C. */
async function serve(slack: FakeSlack, sdk: SmsClient, ended: Promise<void>): Promise<void> {
  const page = await serveWorkspace({
    slack,
    channel: CHANNEL,
    people: [ANA, BEN],
    phone: {
      texts: async () =>
        (await sdk.sandbox.messages(CUSTOMER)).map(({ direction, body }) => ({
          isOurs: direction === 'to_phone',
          body,
        })),
      write: async (body) => void (await sdk.sandbox.answer({ from: CUSTOMER, to: SHOP, body })),
    },
  });
  process.stdout.write(`Open ${page.url} — a workspace on the left, a phone on the right. Ctrl-C ends it.\n`);
  await ended;
  await page.close();
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { serve: { type: 'boolean', default: false } } });
  try {
    await play(values.serve);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
