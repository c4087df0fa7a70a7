import { clientOf } from './client.ts';
import type { Arguments, Command } from './command.ts';
import { EXIT, UsageError } from './exit-codes.ts';
import type { Output } from './output.ts';

export const consentCommand: Command = {
  summary: 'who agreed to what: consent show|add <number>',
  options: ['topic', 'source', 'evidence'],
  help: `smsbridge consent show <number> | add <number> --evidence TEXT

Shows what holds for a number and everything that was recorded about it, or records that somebody agreed to texts.
Somebody who texted STOP is not opted in again by that: only their own words can do it.

  --evidence TEXT           of add, required: where and how they agreed
  --topic TOPIC             what they agreed to; every topic when left out
  --source SOURCE           web_form, agent, crm, api, paper or verbal; agent when left out

Example: smsbridge consent add +14155550123 --topic news --source paper --evidence "Form 17, signed 2026-11-20"`,
  run,
};

async function run(args: Arguments, out: Output): Promise<number> {
  const [what, number, ...rest] = args.positionals;
  if (number === undefined || rest.length > 0) throw new UsageError(EXPECTED);
  if (what === 'show') return show(args, number, out);
  if (what === 'add') return add(args, number, out);
  throw new UsageError(EXPECTED);
}

const EXPECTED = 'consent takes show <number> or add <number> --evidence TEXT.';

async function show(args: Arguments, number: string, out: Output): Promise<number> {
  const { consents } = clientOf(args);
  const consent = await consents.get(number);
  out.say(`${consent.number}  ${consent.status}`);
  for (const [topic, status] of Object.entries(consent.topics)) {
    out.say(`  ${topic === '*' ? 'every topic' : topic}: ${status}`);
  }
  const events = [];
  for await (const event of consents.events(number)) {
    events.push(event);
    out.say(`${event.occurred_at}  ${event.action}  ${event.topic}  by ${event.source}`);
  }
  out.result({ ...consent, events });
  return EXIT.ok;
}

async function add(args: Arguments, number: string, out: Output): Promise<number> {
  const { topic, source = 'agent' } = args.values;
  const recorded = await clientOf(args).consents.record({
    number,
    action: 'opt_in',
    // What is no source is refused by the server, which knows them all.
    source: source as 'agent',
    evidence: evidenceOf(args),
    ...(topic === undefined ? {} : { topic }),
  });
  out.say(`${recorded.number}  opted in, ${recorded.topic === '*' ? 'every topic' : recorded.topic}`);
  out.result(recorded);
  return EXIT.ok;
}

export function evidenceOf({ values: { evidence } }: Arguments): { readonly text: string } {
  if (evidence === undefined) throw new UsageError('--evidence says how the recipient agreed to texts.');
  return { text: evidence };
}
