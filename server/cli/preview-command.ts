import { clientOf } from './client.ts';
import type { Arguments, Command } from './command.ts';
import { EXIT, UsageError, exitCodeOfRefusal } from './exit-codes.ts';
import type { Output } from './output.ts';
import { textOptions } from './send-command.ts';

export const previewCommand: Command = {
  summary: 'what would become of a text: preview <to> <text>',
  options: ['from', 'type', 'topic'],
  help: `smsbridge preview <to> <text> [options]

Shows sender, encoding, segments, consent, hours and carrier of a text. Nothing is stored or sent. The exit code is that
which send would end with.

  --from SENDER             a number, a name, or the id of a pool
  --type TYPE               transactional, promotional, otp or conversational
  --topic TOPIC             what the recipient agreed to

Example: smsbridge preview +14155550123 "50% off, today only" --type promotional`,
  run,
};

async function run(args: Arguments, out: Output): Promise<number> {
  const [to, body, ...rest] = args.positionals;
  if (to === undefined || body === undefined || rest.length > 0) {
    throw new UsageError('preview takes a number and a text: smsbridge preview +14155550123 "Hello".');
  }
  const seen = await clientOf(args).sms.preview({ to, body, ...textOptions(args.values) });
  const { verdict, from, route } = seen;
  out.say(verdict.allowed ? verdict.status : `${verdict.status}  ${verdict.code ?? ''}: ${verdict.detail ?? ''}`);
  out.say(`from ${from.resolved} (${from.reason}) by ${route.smsc}, consent ${verdict.consent}`);
  out.say(`${seen.encoding}  ${seen.segments} segments, ${seen.characters} units, ${seen.remaining} left`);
  if (verdict.held_by !== null) out.say(`held by ${verdict.held_by}, leaves ${verdict.send_at ?? 'nobody knows when'}`);
  if (seen.final_body !== seen.body) out.say(`is read as: ${seen.final_body}`);
  for (const { severity, rule, message } of seen.lint) out.say(`${severity} ${rule}: ${message}`);
  for (const { code, message } of seen.warnings) out.say(`warning ${code}: ${message}`);
  out.result(seen);
  return verdict.allowed ? EXIT.ok : exitCodeOfRefusal(verdict.code ?? '');
}
