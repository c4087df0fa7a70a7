import { parseCsv } from '../rules/csv.ts';
import { clientOf, contentOf } from './client.ts';
import type { Arguments, Command } from './command.ts';
import { evidenceOf } from './consent-command.ts';
import { EXIT, SheetError, UsageError } from './exit-codes.ts';
import type { Output } from './output.ts';
import { countOf } from './tail-command.ts';

export const optoutCommand: Command = {
  summary: 'who is not to be texted; optout add|remove|show <number>; optout import FILE.csv',
  options: ['topic', 'reason', 'source', 'evidence', 'count'],
  help: `smsbridge optout [list] | add <number> | import <file.csv> | remove <number> | show <number>

Lists the opt-outs, the newest first; opts a number out, in force at once; takes an opt-out back; or shows what holds
for a number and which connected systems have heard of it. import opts out every number in the column number of a table.

  --topic TOPIC             only this topic; every topic when left out
  --reason TEXT             of add and import
  --source SOURCE           of add and import: web_form, keyword, import, agent, crm, api, paper or verbal
  --evidence TEXT           of remove, required: how the recipient asked for texts again
  --count N                 of list; 50 when left out

Example: smsbridge optout add +14155550123 --reason "asked on the phone" --source verbal`,
  run,
};

async function run(args: Arguments, out: Output): Promise<number> {
  const [what = 'list', number, ...rest] = args.positionals;
  if (what === 'list' && number === undefined) return list(args, out);
  if (number === undefined || rest.length > 0) throw new UsageError(EXPECTED);
  switch (what) {
    case 'add':
      return add(args, number, out);
    case 'import':
      return importTable(args, number, out);
    case 'remove':
      return remove(args, number, out);
    case 'show':
      return show(args, number, out);
    default:
      throw new UsageError(EXPECTED);
  }
}

const EXPECTED = 'optout takes list, add <number>, import <file.csv>, remove <number> or show <number>.';

async function list(args: Arguments, out: Output): Promise<number> {
  const { topic, source, count = '50' } = args.values;
  const filter = { ...(topic === undefined ? {} : { topic }), ...(source === undefined ? {} : { source }) };
  const wanted = countOf(count);
  const found = [];
  for await (const optOut of clientOf(args).optOuts.list(filter)) {
    found.push(optOut);
    out.say(`${optOut.opted_out_at}  ${optOut.number}  ${topicName(optOut.topic)}  by ${optOut.source}`);
    if (found.length >= wanted) break;
  }
  if (found.length === 0) out.say('No opt-out.');
  out.result(found);
  return EXIT.ok;
}

async function add(args: Arguments, number: string, out: Output): Promise<number> {
  const recorded = await clientOf(args).optOuts.create({ number, ...aboutOf(args) });
  const was = recorded.changed ? 'opted out' : 'had opted out before';
  out.say(`${recorded.number}  ${was}, ${topicName(recorded.topic)}`);
  out.result(recorded);
  return EXIT.ok;
}

async function importTable(args: Arguments, file: string, out: Output): Promise<number> {
  const csv = parseCsv(contentOf(file));
  if (!csv.ok) throw new SheetError(file, [{ line: csv.line, column: null, message: csv.message }]);
  const [head, ...rows] = csv.rows;
  const column = head?.cells.findIndex((name) => name.trim().toLowerCase() === 'number') ?? -1;
  if (column < 0) throw new SheetError(file, [{ line: 1, column: 'number', message: 'is missing in the first line' }]);
  const numbers = rows.map(({ cells }) => cells[column] ?? '');
  const { added, known, invalid, ...result } = await clientOf(args).optOuts.import({ numbers, ...aboutOf(args) });
  for (const { index, message } of invalid) out.say(`${file}, line ${rows[index]?.line ?? 0}: ${message}`);
  out.say(`${added} opted out, ${known} had opted out before, ${invalid.length} refused.`);
  out.result({ ...result, added, known, invalid });
  return invalid.length === 0 ? EXIT.ok : EXIT.fix;
}

function aboutOf({ values: { topic, reason, source } }: Arguments) {
  return {
    ...(topic === undefined ? {} : { topic }),
    ...(reason === undefined ? {} : { reason }),
    // What is no source is refused by the server, which knows them all.
    ...(source === undefined ? {} : { source: source as 'agent' }),
  };
}

async function remove(args: Arguments, number: string, out: Output): Promise<number> {
  const { topic } = args.values;
  const evidence = evidenceOf(args);
  const recorded = await clientOf(args).optOuts.delete(number, {
    evidence,
    ...(topic === undefined ? {} : { topic }),
  });
  out.say(`${recorded.number}  opted in again, ${topicName(recorded.topic)}`);
  out.result(recorded);
  return EXIT.ok;
}

async function show(args: Arguments, number: string, out: Output): Promise<number> {
  const { optOuts } = clientOf(args);
  const [consent, propagation] = await Promise.all([optOuts.get(number), optOuts.propagation(number)]);
  out.say(`${consent.number}  ${consent.status}${consent.updated_at === null ? '' : `  since ${consent.updated_at}`}`);
  for (const [topic, status] of Object.entries(consent.topics)) out.say(`  ${topicName(topic)}: ${status}`);
  for (const { system, state, lag_seconds, deadline } of propagation.systems) {
    out.say(`  ${system}: ${state} after ${lag_seconds} s${state === 'confirmed' ? '' : `, due ${deadline}`}`);
  }
  out.result({ consent, propagation });
  return EXIT.ok;
}

const topicName = (topic: string) => (topic === '*' ? 'every topic' : topic);
