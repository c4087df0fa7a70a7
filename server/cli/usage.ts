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
  preset: { type: 'string' },
  mode: { type: 'string' },
  overlap: { type: 'string' },
  after: { type: 'string' },
  count: { type: 'string' },
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
  readonly preset?: string | undefined;
  readonly mode?: string | undefined;
  readonly overlap?: string | undefined;
  readonly after?: string | undefined;
  readonly count?: string | undefined;
}

export interface Arguments {
  readonly values: Values;
  readonly positionals: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export const USAGE = `smsbridge <command> [options]

  send <to> <text>     hand a text over           --from --type --client-ref --idempotency-key
  get <message_id>     one text and what became of it
  tail [types …]       what happens, as it happens --after EVENT_ID --count N
  smsc                 the carriers and how their binds are; smsc pause|resume|rebind <id>
  rules                what countries want of senders; rules import FILE.csv stores what your carrier says
  audit                who did what; audit verify checks that nothing was changed afterwards
  keys                 API keys; keys create <name> --preset --mode; keys rotate|revoke <id>
  pause                the kill switch: no text leaves any more
  resume               texts leave again
  doctor [smpp://…]    test a link step by step, with the octets; SMPP_URL when no URL is given
                       --ca FILE  --insecure  --timeout SECONDS

  <command> --help     more about a command, with an example
  --json               one JSON document on stdout
  --url URL            where SMS Bridge answers; else SMSBRIDGE_URL, else http://localhost:8080
  --key-file FILE      a file with the API key, or first-keys.json; else SMSBRIDGE_API_KEY

Exit codes: 0 done, 1 unexpected, 2 usage, 10 correct the request, 11 key, 12 try again later, 13 do not text this
number, 14 not found, 15 a record was changed; doctor: 20 DNS, 21 TCP, 22 TLS, 23 bind refused, 24 no answer.`;

/** By command. */
export const HELP: Readonly<Record<string, string>> = {
  send: `smsbridge send <to> <text> [options]

Hands a text over and says what became of it at once: queued, or why it was refused.

  --from SENDER             a number, a name, or the id of a pool
  --type TYPE               transactional, promotional, otp or conversational
  --client-ref REF          your own name for the text
  --idempotency-key KEY     the same key and text are sent once, however often you call

Example: smsbridge send +14155550123 "Your order is on its way" --from +15005550100`,
  get: `smsbridge get <message_id>

Shows the status of a text and, where it did not arrive, why.

Example: smsbridge get 0197a1b2-c3d4-7e5f-8a90-123456789abc`,
  tail: `smsbridge tail [type …] [options]

Shows events as they happen, all or those of some types (message.delivered, contact.*). A lost connection is made again
and nothing is missed. With --json each event is one line.

  --after EVENT_ID          goes on behind this event; 0-0 begins with the oldest, 30 days ago
  --count N                 ends after so many events

Example: smsbridge tail message.failed message.undelivered`,
  smsc: `smsbridge smsc [list] | pause <id> | resume <id> | rebind <id>

Lists the carriers that the key can reach: whether they are up, paused, and how many binds they have. By a paused one
no new text leaves, also after a restart; rebind binds anew at once.

Example: smsbridge smsc --json`,
  rules: `smsbridge rules [list] | import <file.csv> | remove <country>

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

Example: smsbridge rules import carrier-rules.csv`,
  audit: `smsbridge audit [list [action]] | verify

Shows the newest 50 entries of the audit log, of one action or of all of a kind. verify reads the log and the consent
ledger of both modes whole and checks every link of their chains: what was changed, dropped or put in is told with its
place, and the exit code is 15.

Example: smsbridge audit list "smsc.*"`,
  keys: `smsbridge keys [list] | create <name> | rotate <id> | revoke <id>

Lists the keys that yours may manage, makes one, gives one another secret, or ends one for good. A new secret is shown once.

  --preset PRESET      send_only (when left out), n8n, hubspot, slack, read_only or admin
  --mode MODE          live or test; that of your own key when left out
  --overlap SECONDS    how long the secret before a rotation stays good; a day when left out

When all keys are lost, make one on the machine of the server: npm run keys -- create --preset admin

Example: smsbridge keys create "Web shop" --preset send_only`,
  pause: `smsbridge pause

The kill switch: no text of the mode of the key leaves any more, on no carrier and over restarts, until resume. Texts are
still accepted and wait. Other servers follow within seconds; what is on the wire cannot be called back.

Example: smsbridge pause`,
  resume: `smsbridge resume

Lets texts leave again after pause. Those whose validity ended meanwhile have expired.

Example: smsbridge resume`,
  doctor: `smsbridge doctor [smpp://system_id:password@host:port] [options]

Binds, asks enquire_link and unbinds, and shows each step with its octets. It never sends a text.

  --ca FILE             PEM of the authority that vouches for the carrier
  --insecure            do not verify the certificate
  --timeout SECONDS     for each step; 10 when left out

Example: SMPP_URL=smpps://bridge:secret@smsc.example.com:3550 smsbridge doctor`,
};

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
