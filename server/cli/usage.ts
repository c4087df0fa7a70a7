import type { Command } from './command.ts';

/** The overview: every command in one line. */
export function usage(commands: Readonly<Record<string, Command>>): string {
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(WIDTH)} ${summary}`);
  return `smsbridge <command> [options]\n\n${lines.join('\n')}\n\n${OF_ALL}`;
}

const WIDTH = 12;

const OF_ALL = `  <command> --help     more about a command, with an example
  --json               one JSON document on stdout
  --url URL            where SMS Bridge answers; else SMSBRIDGE_URL, else http://localhost:8080
  --key-file FILE      a file with the API key, or first-keys.json; else SMSBRIDGE_API_KEY
  --timeout SECONDS    for each request; 10 when left out

Exit codes: 0 done, 1 unexpected, 2 usage, 10 correct the request, 11 key, 12 try again later, 13 do not text this
number, 14 not found, 15 a record was changed, 16 it did not arrive; doctor: 20 DNS, 21 TCP, 22 TLS, 23 bind refused,
24 no answer.`;
