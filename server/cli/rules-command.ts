import { clientOf } from './client.ts';
import type { Arguments, Command } from './command.ts';
import { EXIT, UsageError } from './exit-codes.ts';
import type { Output } from './output.ts';
import { runSenderRules } from './sender-rules-command.ts';

export const rulesCommand: Command = {
  summary: 'what incoming words set off: rules keywords; rules test <from> <to> <text>',
  options: [],
  help: `smsbridge rules keywords | test <from> <to> <text> | list | import <file.csv> | remove <country>

keywords lists the keyword rules in the order in which they are asked. test says which of them a text would set off and
why the others would not; nothing happens. list, import and remove are those of sender-rules, under their older name.

Example: smsbridge rules test +14155550123 +15005550100 "What are your hours?"`,
  run,
};

async function run(args: Arguments, out: Output): Promise<number> {
  const [what, from, to, body, ...rest] = args.positionals;
  if (what === 'keywords' && from === undefined) return list(args, out);
  if (what !== 'test') return runSenderRules(args, out);
  if (from === undefined || to === undefined || body === undefined || rest.length > 0) {
    throw new UsageError('rules test takes the number of the contact, your number, and the text.');
  }
  return test(args, { from, to, body }, out);
}

async function list(args: Arguments, out: Output): Promise<number> {
  const rules = await clientOf(args).rules.list();
  if (rules.length === 0) out.say('No keyword rule.');
  for (const { id, name, enabled, priority, match } of rules) {
    const words = match.type === 'any' ? 'any text' : `${match.type} ${match.keywords.join(', ')}`;
    out.say(`${id}  ${name}  priority ${priority}  ${words}${enabled ? '' : '  off'}`);
  }
  out.result(rules);
  return EXIT.ok;
}

async function test(args: Arguments, text: { from: string; to: string; body: string }, out: Output): Promise<number> {
  const tested = await clientOf(args).rules.test(text);
  if (tested.intent.type !== 'none') out.say(`${tested.intent.type}: no rule is asked`);
  if (tested.reply_wait) out.say(`taken by the reply wait ${tested.reply_wait.wait_id}: no rule is asked`);
  for (const { name, message, rule_id } of tested.explanation) {
    out.say(`${tested.matched.includes(rule_id) ? 'yes' : 'no '}  ${name}  ${message}`);
  }
  for (const { action } of tested.actions) out.say(`would ${action.type}`);
  if (tested.matched.length === 0) out.say('No rule.');
  out.result(tested);
  return EXIT.ok;
}
