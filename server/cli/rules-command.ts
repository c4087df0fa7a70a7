import { SmsApiError } from '../../connectors/sdk/index.ts';
import { EXIT, SheetError, UsageError } from './exit-codes.ts';
import { readSenderSheet } from './sender-sheet.ts';
import { clientOf, contentOf } from './client.ts';
import type { Arguments, Output } from './usage.ts';

/** `rules list`, `rules import <file.csv>`, `rules remove <country>`: what countries want of senders. */
export async function rulesCommand(args: Arguments, out: Output): Promise<number> {
  const [what = 'list', operand, ...rest] = args.positionals;
  if (rest.length === 0 && what === 'list' && operand === undefined) return listRules(args, out);
  if (rest.length === 0 && what === 'import' && operand !== undefined) return importRules(args, operand, out);
  if (rest.length === 0 && what === 'remove' && operand !== undefined) return removeRule(args, operand, out);
  throw new UsageError('rules takes list, import FILE.csv, or remove COUNTRY.');
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
  out.say(`${stored.length} ${stored.length === 1 ? 'country' : 'countries'} stored.`);
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
