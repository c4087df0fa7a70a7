import type { ApiKey, CreateApiKeyBody, NewApiKey } from '../../connectors/sdk/index.ts';
import { clientOf } from './client.ts';
import { EXIT, UsageError } from './exit-codes.ts';
import type { Arguments, Command } from './command.ts';
import type { Output } from './output.ts';

export const keysCommand: Command = {
  summary: 'API keys; keys create <name>; keys rotate|revoke <id>',
  options: ['preset', 'mode', 'overlap'],
  help: `smsbridge keys [list] | create <name> | rotate <id> | revoke <id>

Lists the keys that yours may manage, makes one, gives one another secret, or ends one for good. A new secret is shown once.

  --preset PRESET      send_only (when left out), n8n, hubspot, slack, read_only or admin
  --mode MODE          live or test; that of your own key when left out
  --overlap SECONDS    how long the secret before a rotation stays good; a day when left out

When all keys are lost, make one on the machine of the server: npm run keys -- create --preset admin

Example: smsbridge keys create "Web shop" --preset send_only`,
  run,
};

/** `keys [list]`, `keys create <name>`, `keys rotate <id>`, `keys revoke <id>` */
async function run(args: Arguments, out: Output): Promise<number> {
  const [what = 'list', subject, ...rest] = args.positionals;
  if (what === 'list' && subject === undefined) return list(args, out);
  if (subject === undefined || rest.length > 0) throw new UsageError(EXPECTED);
  switch (what) {
    case 'create':
      return show(await clientOf(args).keys.create(wanted(args, subject)), out);
    case 'rotate':
      return show(await clientOf(args).keys.rotate(subject, overlapOf(args)), out);
    case 'revoke':
      await clientOf(args).keys.revoke(subject);
      out.say(`${subject}  revoked`);
      out.result({ id: subject, revoked: true });
      return EXIT.ok;
    default:
      throw new UsageError(EXPECTED);
  }
}

const EXPECTED = 'keys takes nothing, list, create <name>, rotate <id> or revoke <id>.';

async function list(args: Arguments, out: Output): Promise<number> {
  const keys = await clientOf(args).keys.list();
  for (const key of keys) out.say(line(key));
  out.result(keys);
  return EXIT.ok;
}

function show(made: NewApiKey, out: Output): number {
  out.say(line(made));
  out.say(`${made.key}  (shown this once)`);
  out.result(made);
  return EXIT.ok;
}

function wanted({ values }: Arguments, name: string): CreateApiKeyBody {
  const { preset, mode } = values;
  if (mode !== undefined && mode !== 'live' && mode !== 'test') throw new UsageError('--mode is live or test.');
  return {
    name,
    ...(mode === undefined ? {} : { mode }),
    // What is no preset is refused by the server, which knows them all.
    ...(preset === undefined ? {} : { preset: preset.replaceAll('-', '_') as 'send_only' }),
  };
}

export function overlapOf({ values: { overlap } }: Arguments): number | undefined {
  if (overlap === undefined) return undefined;
  if (!/^\d{1,7}$/.test(overlap)) throw new UsageError('--overlap is a number of seconds.');
  return Number(overlap);
}

function line({ id, mode, name, scopes, expires_at, last_used_at, revoked_at }: ApiKey): string {
  const used = last_used_at === null ? 'never used' : `last used ${last_used_at}`;
  const end = revoked_at === null ? (expires_at === null ? '' : `  until ${expires_at}`) : '  revoked';
  return `${id}  ${mode}  ${name}  ${scopes.length} scopes  ${used}${end}`;
}
