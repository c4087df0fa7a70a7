import { SmsApiError } from '../../connectors/sdk/index.ts';
import { EXIT, SheetError, UsageError } from './exit-codes.ts';
import { readSenderSheet } from './sender-sheet.ts';
import { clientOf, contentOf } from './client.ts';
import type { Arguments, Command } from './command.ts';
import type { Output } from './output.ts';

export const senderRulesCommand: Command = {
  summary: 'what countries want of senders; sender-rules import FILE.csv stores what your carrier says',
  options: [],
  help: `smsbridge sender-rules [list] | import <file.csv> | remove <country>

What countries want of senders: what is shipped, and over it what your carrier says. The first line of the file names
the columns; all but country and alphanumeric may be left out, and so may cells:

  country           ISO 3166-1 alpha-2
  alphanumeric      yes, no, registration, recommended or unknown
  numeric           yes, no, overwritten or unknown
  dynamic           no: names have to be registered before they are used
  two_way           no: answers do not come back
  required_fields   ids that the registration of a sender has to have, with a space between
  refused_numbers   beginnings of numbers that may not be used, with a space between
  source_url        where this is written
  verified_on       the day on which somebody looked, as 2026-11-20

Nothing is stored when a line has a fault. A country that is imported again is replaced; others stay as they are.

Example: smsbridge sender-rules import carrier-rules.csv`,
  run: runSenderRules,
};

/** For `rules` too, which had these first. */
export async function runSenderRules(args: Arguments, out: Output): Promise<number> {
  const [what = 'list', operand, ...rest] = args.positionals;
  if (rest.length === 0 && what === 'list' && operand === undefined) return listRules(args, out);
  if (rest.length === 0 && what === 'import' && operand !== undefined) return importRules(args, operand, out);
  if (rest.length === 0 && what === 'remove' && operand !== undefined) return removeRule(args, operand, out);
  throw new UsageError('sender-rules takes list, import FILE.csv, or remove COUNTRY.');
}

async function listRules(args: Arguments, out: Output): Promise<number> {
  const rules = await clientOf(args).senderRules.list();
  for (const { country, origin, in_force, alphanumeric, numeric, fact, source_url } of rules) {
    if (!in_force) continue;
    out.say(
      `${country}  ${origin.padEnd(7)}  names ${alphanumeric}, numbers ${numeric}  ${fact ?? source_url ?? ''}`.trimEnd(),
    );
  }
  out.result(rules);
  return EXIT.ok;
}

async function importRules(args: Arguments, file: string, out: Output): Promise<number> {
  const sheet = readSenderSheet(contentOf(file));
  if (!sheet.ok) throw new SheetError(file, sheet.faults);
  const stored = await clientOf(args)
    .senderRules.store(sheet.rules)
    .catch((error: unknown) => {
      throw inSheet(error, file, sheet.lines);
    });
  // The answer has the shipped rules of these countries too.
  const count = sheet.rules.length;
  out.say(`${count} ${count === 1 ? 'country' : 'countries'} stored.`);
  out.result(stored);
  return EXIT.ok;
}

async function removeRule(args: Arguments, country: string, out: Output): Promise<number> {
  await clientOf(args).senderRules.remove(country.toUpperCase());
  out.say('Removed; what was shipped for this country is in force again.');
  out.result({ removed: country.toUpperCase() });
  return EXIT.ok;
}

/** What the server refuses has its place in the file too. */
function inSheet(error: unknown, file: string, lines: readonly number[]): unknown {
  const place = error instanceof SmsApiError ? /^rules\.(\d+)\.(\w+)/.exec(error.param ?? '') : null;
  const line = lines[Number(place?.[1])];
  if (!(error instanceof SmsApiError) || !place || line === undefined) return error;
  return new SheetError(file, [{ line, column: place[2] ?? null, message: error.detail }]);
}
