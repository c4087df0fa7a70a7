/** The options of every command; parseArgs refuses others. */
export const OPTIONS = {
  help: { type: 'boolean', short: 'h', default: false },
  json: { type: 'boolean', default: false },
  url: { type: 'string' },
  'key-file': { type: 'string' },
  from: { type: 'string' },
  type: { type: 'string' },
  'idempotency-key': { type: 'string' },
  'client-ref': { type: 'string' },
  insecure: { type: 'boolean', default: false },
  ca: { type: 'string' },
  timeout: { type: 'string' },
} as const;

export interface Values {
  readonly help: boolean;
  readonly json: boolean;
  readonly insecure: boolean;
  readonly url?: string | undefined;
  readonly 'key-file'?: string | undefined;
  readonly from?: string | undefined;
  readonly type?: string | undefined;
  readonly 'idempotency-key'?: string | undefined;
  readonly 'client-ref'?: string | undefined;
  readonly ca?: string | undefined;
  readonly timeout?: string | undefined;
}

export interface Arguments {
  readonly values: Values;
  readonly positionals: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export const USAGE = `smsbridge <command> [options]

  send <to> <text>     hand a text over           --from --type --client-ref --idempotency-key
  get <message_id>     one text and what became of it
  smsc                 the carriers and how their binds are
  doctor [smpp://…]    test a link step by step, with the octets; SMPP_URL when no URL is given
                       --ca FILE  --insecure  --timeout SECONDS

  --json               one JSON document on stdout
  --url URL            where SMS Bridge answers; else SMSBRIDGE_URL, else http://localhost:8080
  --key-file FILE      a file with the API key, or first-keys.json; else SMSBRIDGE_API_KEY

Exit codes: 0 done, 1 unexpected, 2 usage, 10 correct the request, 11 key, 12 try again later, 13 do not text this
number, 14 not found; doctor: 20 DNS, 21 TCP, 22 TLS, 23 bind refused, 24 no answer.`;

/** People read lines, programs one document. */
export interface Output {
  /** For people alone. */
  say(line: string): void;
  /** For programs alone. */
  result(document: unknown): void;
  fail(sentence: string, document: Readonly<Record<string, unknown>>): void;
}

export function onConsole(json: boolean): Output {
  return {
    say: (line) => void (json || process.stdout.write(`${line}\n`)),
    result: (document) => void (json && process.stdout.write(`${JSON.stringify(document)}\n`)),
    fail(sentence, document) {
      if (json) process.stdout.write(`${JSON.stringify({ error: document })}\n`);
      else process.stderr.write(`${sentence}\n`);
    },
  };
}
