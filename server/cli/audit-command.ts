import { clientOf } from './client.ts';
import { EXIT, UsageError } from './exit-codes.ts';
import type { Arguments, Command } from './command.ts';
import type { Output } from './output.ts';

export const auditCommand: Command = {
  summary: 'who did what; audit verify checks that nothing was changed afterwards',
  options: [],
  help: `smsbridge audit [list [action]] | verify

Shows the newest 50 entries of the audit log, of one action or of all of a kind. verify reads the log and the consent
ledger of both modes whole and checks every link of their chains: what was changed, dropped or put in is told with its
place, and the exit code is 15.

Example: smsbridge audit list "smsc.*"`,
  run,
};

/** `audit list [action]`, `audit verify`: who did what, and whether somebody changed the records afterwards. */
async function run(args: Arguments, out: Output): Promise<number> {
  const [what = 'list', action, ...rest] = args.positionals;
  if (what === 'list' && rest.length === 0) return listEntries(args, action, out);
  if (what === 'verify' && action === undefined) return verifyChains(args, out);
  throw new UsageError('audit takes list, list ACTION, or verify.');
}

async function listEntries(args: Arguments, action: string | undefined, out: Output): Promise<number> {
  const entries = await clientOf(args).audit.list(action);
  for (const { created_at, actor, action: done, target } of entries) {
    out.say(`${created_at}  ${actor.type} ${actor.id}  ${done}  ${target ?? ''}`.trimEnd());
  }
  out.result(entries);
  return EXIT.ok;
}

async function verifyChains(args: Arguments, out: Output): Promise<number> {
  // A long log takes its time to read.
  const { timeout = '600', ...values } = args.values;
  const check = await clientOf({ ...args, values: { ...values, timeout } }).audit.verify();
  const { audit, consent_live: live, consent_test: test } = check;
  const chains = { 'audit log': audit, 'consent, live': live, 'consent, test': test };
  for (const [name, { ok, entries, broken_at: at }] of Object.entries(chains)) {
    const broken = at === 0 ? 'broken: its end is missing' : `broken at entry ${at}`;
    out.say(`${name.padEnd(13)}  ${ok ? `${entries} entries, none changed` : broken}`);
  }
  out.result(check);
  return check.ok ? EXIT.ok : EXIT.broken;
}
