import { clientOf } from './client.ts';
import type { Arguments, Command } from './command.ts';
import { EXIT, UsageError } from './exit-codes.ts';
import type { Output } from './output.ts';

export const routesCommand: Command = {
  summary: 'how texts find their carrier; routes explain <to>',
  options: ['from', 'type'],
  help: `smsbridge routes [list] | explain <to> [options]

Lists the rules by which texts find their carrier, or says which sender and carriers a text would get now, and why.

  --from SENDER             of explain: a number, a name, or the id of a pool
  --type TYPE               of explain: transactional, promotional, otp or conversational

Example: smsbridge routes explain +14155550123 --type otp`,
  run,
};

async function run(args: Arguments, out: Output): Promise<number> {
  const [what = 'list', to, ...rest] = args.positionals;
  if (what === 'list' && to === undefined) return list(args, out);
  if (what === 'explain' && to !== undefined && rest.length === 0) return explain(args, to, out);
  throw new UsageError('routes takes list, or explain and a number: smsbridge routes explain +14155550123.');
}

async function list(args: Arguments, out: Output): Promise<number> {
  const routes = await clientOf(args).routes.list();
  if (routes.length === 0) out.say('No rule: every text may take every carrier.');
  for (const { id, smsc_id, priority, weight, countries, prefixes } of routes) {
    const where = [...countries, ...prefixes].join(' ') || 'everywhere';
    out.say(`${id}  ${smsc_id}  priority ${priority}, weight ${weight}  ${where}`);
  }
  out.result(routes);
  return EXIT.ok;
}

async function explain(args: Arguments, to: string, out: Output): Promise<number> {
  const { from, type } = args.values;
  const explained = await clientOf(args).routes.explain({
    to,
    ...(from === undefined ? {} : { from }),
    // What is no message type is refused by the server, which knows them all.
    ...(type === undefined ? {} : { type: type as 'otp' }),
  });
  out.say(explained.reason);
  out.say(`from ${explained.sender.from ?? 'no sender'}: ${explained.sender.reason}`);
  for (const { smsc_id, health, reason } of explained.routes) out.say(`  ${smsc_id}  ${health}  ${reason}`);
  for (const { smsc_id, reason } of explained.skipped) out.say(`  not ${smsc_id}: ${reason}`);
  out.result(explained);
  return EXIT.ok;
}
