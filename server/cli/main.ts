import { parseArgs } from 'node:util';
import { SmsApiError } from '../../connectors/sdk/index.ts';
import { nearMiss } from '../rules/near-miss.ts';
import { type Command, GLOBAL, OPTIONS, type OptionName, type Values } from './command.ts';
import { COMMANDS } from './commands.ts';
import { EXIT, SheetError, UsageError, exitCodeOf } from './exit-codes.ts';
import { type Output, type Terminal, outputOn, processTerminal } from './output.ts';
import { usage } from './usage.ts';

/** `smsbridge <command> …`; answers the exit code. With `--json` the last line of stdout is one JSON document. */
export async function run(argv: readonly string[], terminal: Terminal = processTerminal()): Promise<number> {
  const out = outputOn(terminal, argv.includes('--json'));
  try {
    const { values, positionals } = parse(argv);
    const [name = '', ...rest] = positionals;
    if (name === '') {
      out.hand(`${usage(COMMANDS)}\n`);
      return values.help ? EXIT.ok : EXIT.usage;
    }
    const command = commandOf(name);
    if (values.help) {
      out.hand(`${command.help}\n`);
      return EXIT.ok;
    }
    refuseForeign(name, command, values);
    return await command.run({ values, positionals: rest, environment: terminal.environment }, out);
  } catch (error) {
    tell(error, out);
    return exitCodeOf(error);
  }
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function commandOf(name: string): Command {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command) return command;
  const names = Object.keys(COMMANDS);
  const meant = nearMiss(name, names);
  throw new UsageError(
    meant === null
      ? `${name} is no command. There are ${names.join(', ')}.`
      : `${name} is no command. Is ${meant} meant? smsbridge --help lists all.`,
  );
}

/** An option that the command would ignore is a wish that it does not fulfil. */
function refuseForeign(name: string, { options }: Command, values: Values): void {
  const known: readonly string[] = [...GLOBAL, ...options];
  const foreign = Object.keys(values).filter((option): option is OptionName => !known.includes(option));
  if (foreign.length > 0) {
    throw new UsageError(`${name} has no option --${foreign.join(', --')}: smsbridge ${name} --help lists its own.`);
  }
}

function tell(error: unknown, out: Output): void {
  if (error instanceof UsageError) out.fail(error.message, { code: 'USAGE', detail: error.message });
  else if (error instanceof SheetError) out.fail(error.message, { code: 'SHEET', faults: error.faults });
  else if (error instanceof SmsApiError) {
    const { code, status, detail, action, param, requestId } = error;
    out.fail(`${detail} ${action}`.trim(), { code, status, detail, action, param, request_id: requestId });
  } else throw error;
}

if (import.meta.main) process.exitCode = await run(process.argv.slice(2));
