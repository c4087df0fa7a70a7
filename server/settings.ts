import { z } from 'zod';
import { HUBSPOT_SETTINGS } from '../connectors/hubspot/settings.ts';
import { SLACK_SETTINGS } from '../connectors/slack/settings.ts';
import { MONEY_FORM } from './rules/money.ts';
import { isKnownZone } from './rules/zones/local-clock.ts';
import {
  port,
  days,
  orEmpty,
  url,
  list,
  hops,
  proxies,
  retryPolicy,
  velocity,
  frequencyCaps,
  batchLimits,
  readJson,
  readSmppUrl,
  readCarriersFile,
} from './setting-kinds.ts';

/** One setting: the sentence is what a wrong value is answered with, and what the documentation says. */
export interface Setting {
  readonly schema: z.ZodType;
  /** As it stands in `.env.example`; empty = off or made at the first start. */
  readonly fallback: string;
  readonly meaning: string;
  /** A secret may also come from the file that NAME_FILE names, and is never logged. */
  readonly isSecret?: true;
}

/** Every setting of the server. `.env.example` and the table in README.md are generated from here. */
export const SETTINGS = {
  PORT: { schema: port, fallback: '8080', meaning: 'Port of the API; 0 = any free port.' },
  HOST: { schema: z.string().min(1).max(255), fallback: '127.0.0.1', meaning: 'Address that the API listens on.' },
  METRICS_PORT: { schema: port, fallback: '9464', meaning: 'Port of the Prometheus metrics on loopback; 0 = off.' },
  PUBLIC_URL: {
    schema: orEmpty(url('http:', 'https:')),
    fallback: '',
    meaning: 'URL by which others reach the server; empty = http://localhost:PORT.',
  },
  TLS_CERT_FILE: {
    schema: orEmpty(z.string().max(1_024)),
    fallback: '',
    meaning: 'Certificate chain of the API in PEM; empty = plain HTTP, for loopback or behind a proxy with TLS.',
  },
  TLS_KEY_FILE: {
    schema: orEmpty(z.string().max(1_024)),
    fallback: '',
    meaning: 'Private key of that certificate in PEM; both are read at the start.',
  },
  TRUST_PROXY: {
    schema: orEmpty(z.union([hops, proxies])),
    fallback: '',
    meaning:
      'Whose X-Forwarded-For is believed: how many proxies there are, or their addresses and networks (CIDR), comma separated; empty = nobody.',
  },
  DATA_DIR: {
    schema: z.string().min(1).max(1_024),
    fallback: './data',
    meaning: 'Folder of the embedded PostgreSQL, the first keys and the secret key; relative to the repository.',
  },
  DATABASE_URL: {
    schema: orEmpty(url('postgres:', 'postgresql:')),
    fallback: '',
    meaning: 'A PostgreSQL (14 or newer) to use instead of the embedded one: postgres://user:password@host:5432/name.',
    isSecret: true,
  },
  REDIS_URL: {
    schema: orEmpty(url('redis:', 'rediss:')),
    fallback: '',
    meaning: 'A Redis (6.2 or newer) for the queue: redis://host:6379. It may vanish at any time.',
    isSecret: true,
  },
  SMPP_URL: {
    schema: z.string().transform(readSmppUrl),
    fallback: '',
    meaning:
      'The carrier for live texts: smpp://system_id:password@host:port?bind=transceiver&binds=1&window=10&rate=50&system_type=, or smpps:// for TLS; bind is transceiver, pair (transmitter and receiver), transmitter or receiver, and binds is how many of each.',
    isSecret: true,
  },
  CARRIERS_FILE: {
    schema: z.string().transform(readCarriersFile),
    fallback: '',
    meaning:
      'A file with more carriers for live texts: a JSON array, one object per carrier; readable by the server alone.',
  },
  SIMULATOR_PORT: {
    schema: z.union([z.literal('free'), port]),
    fallback: '2775',
    meaning: 'Port of the simulated carrier on loopback, which test keys reach; 0 = off, free = any free port.',
  },
  NUMBER_VALIDATION: {
    schema: orEmpty(z.enum(['valid', 'possible'])),
    fallback: '',
    meaning: 'How strictly a recipient is checked, valid or possible; empty = valid for live, possible for test.',
  },
  DEFAULT_COUNTRY: {
    schema: orEmpty(z.string().regex(/^[A-Z]{2}$/)),
    fallback: '',
    meaning: 'Country (ISO 3166-1, for instance US) of recipients written without a country code; empty = refused.',
  },
  DEFAULT_SENDER: {
    schema: orEmpty(z.string().max(64)),
    fallback: '',
    meaning: 'Sender of texts that name none: a number, a short code or a name; empty = `from` is required.',
  },
  ORGANISATION_NAME: {
    schema: orEmpty(z.string().max(40)),
    fallback: '',
    meaning: 'Who is texting; the confirmation of an opt-out names it.',
  },
  SUPPORT_CONTACT: {
    schema: orEmpty(z.string().max(60)),
    fallback: '',
    meaning: 'Where recipients get help: a number, an address or a site; the answer to HELP names it.',
  },
  CONSENT_MODE: {
    schema: orEmpty(z.enum(['strict', 'warn'])),
    fallback: '',
    meaning:
      'Whether promotional texts need recorded consent: strict refuses, warn sends with a warning; empty = strict for live, warn for test.',
  },
  QUIET_HOURS: {
    schema: z.enum(['hold', 'reject', 'ignore']),
    fallback: 'hold',
    meaning:
      'Promotional texts outside the hours of their recipient: hold = sent when they begin, reject = refused, ignore = sent.',
  },
  QUIET_HOURS_ZONE: {
    schema: orEmpty(z.string().refine((zone) => isKnownZone(zone))),
    fallback: '',
    meaning:
      'Time zone (IANA, for instance America/New_York) of recipients whose number has several or none; empty = all of them must be awake.',
  },
  FREQUENCY_CAPS: {
    schema: orEmpty(z.string().max(2_000).transform(readJson).pipe(frequencyCaps)),
    fallback: '',
    meaning:
      'How many texts a recipient may get, as JSON, for instance [{"max":4,"per_seconds":604800,"message_types":["promotional"]}]; more are held.',
  },
  RETENTION_BODY_DAYS: {
    schema: days(0, 3_650),
    fallback: '90',
    meaning: 'Days after which the bodies of texts are taken away; 0 = some minutes after they have left.',
  },
  RETENTION_METADATA_DAYS: {
    schema: days(1, 3_650),
    fallback: '396',
    meaning: 'Days after which texts, silent conversations and ended reply waits are deleted.',
  },
  RETENTION_WEBHOOK_DAYS: {
    schema: days(1, 365),
    fallback: '30',
    meaning: 'Days for which it is kept what was told to webhooks.',
  },
  HIPAA_MODE: {
    schema: z.enum(['0', '1']).transform((value) => value === '1'),
    fallback: '0',
    meaning:
      '1 = bodies are encrypted in the database, webhooks and callbacks get ids only, reads are in the audit log too, live carriers need TLS, and texts with health information need consent to unencrypted_sms_ack. It makes nobody compliant by itself.',
  },
  CALLBACK_ALLOWLIST: {
    schema: list,
    fallback: '',
    meaning:
      'Hosts (host or host:port, comma separated) that webhooks may reach besides public https; test keys may reach loopback while HOST is loopback.',
  },
  SECRET_KEY: {
    schema: list.refine((keys) => keys.every((key) => Buffer.from(key, 'base64').length === 32)),
    fallback: '',
    meaning:
      'Encrypts stored secrets, and bodies in HIPAA mode: 32 bytes in base64, several comma separated while rotating; empty = made at the first start in DATA_DIR/secret.key.',
    isSecret: true,
  },
  ORGANISATION_RATE_PER_SECOND: {
    schema: orEmpty(
      z
        .string()
        .regex(/^\d{1,6}$/)
        .transform(Number)
        .pipe(z.number().min(1)),
    ),
    fallback: '',
    meaning:
      'Texts per second that all keys together may hand over to this server; empty = any number. Several servers allow so many each.',
  },
  ANOMALY_LIMITS: {
    schema: orEmpty(z.string().max(500).transform(readJson).pipe(velocity)),
    fallback: '',
    meaning:
      'How many texts of one key are still usual, as JSON, for instance {"key":{"texts":1000,"seconds":60},"country":{"texts":500,"seconds":3600},"prefix":{"texts":50,"seconds":600}}; prefix = numbers that differ in their last three digits only. More is told as api_key.anomaly; empty = nothing is watched.',
  },
  ANOMALY_ACTION: {
    schema: z.enum(['alert', 'pause']),
    fallback: 'alert',
    meaning:
      'What follows when a key sends more than is usual: alert = it is told, pause = the key may not send any more, too.',
  },
  BATCH_LIMITS: {
    schema: orEmpty(z.string().max(500).transform(readJson).pipe(batchLimits)),
    fallback: '',
    meaning:
      'Less than 500 texts per batch, or few recipients or different bodies in it, as JSON, for instance {"messages":500,"recipients":100,"bodies":5}.',
  },
  QUEUE_TTL: {
    schema: z
      .string()
      .regex(/^\d{1,6}$/)
      .transform(Number)
      .pipe(z.union([z.literal(0), z.number().min(60).max(259_200)])),
    fallback: '0',
    meaning:
      'Seconds that a text may wait for a carrier, from when it may go; then it expires, whatever its validity_period: 60 to 259200, for instance 7200; 0 = as long as its validity_period.',
  },
  KEY_RATE_PER_MINUTE: {
    schema: z
      .string()
      .regex(/^\d{1,6}$/)
      .transform(Number)
      .pipe(z.number().min(1)),
    fallback: '300',
    meaning: 'Texts per minute of a new key that is made without a rate_limit; no more than the key that makes it.',
  },
  BACKLOG_MAX: {
    schema: z
      .string()
      .regex(/^\d{1,9}$/)
      .transform(Number),
    fallback: '1000000',
    meaning: 'How many texts may wait to be sent before new ones are answered 503 with Retry-After; 0 = any number.',
  },
  SENDER_RULES: {
    schema: z.enum(['enforce', 'warn']),
    fallback: 'enforce',
    meaning:
      'Live texts whose sender the country refuses: enforce = a number of the pool or a refusal, warn = sent with a warning.',
  },
  RETRY_POLICY: {
    schema: orEmpty(z.string().max(5_000).transform(readJson).pipe(retryPolicy)),
    fallback: '',
    meaning:
      'When a text is tried again, as JSON by class (retry, queue_full, unlisted, throttle, link, ambiguous), for instance {"retry":{"intervals_seconds":[5,30,120],"max_attempts":4}}; what is left out keeps its default.',
  },
  BALANCE: {
    schema: z.enum(['off', 'prepaid']),
    fallback: 'off',
    meaning:
      'prepaid = what live texts cost is reserved from a balance, and without enough of it they are refused; off = none is kept. Test texts are paid for with play money.',
  },
  BALANCE_LOW: {
    schema: orEmpty(z.string().regex(MONEY_FORM)),
    fallback: '',
    meaning: 'The event balance.low tells that less than this remains, for instance 25.00; empty = never.',
  },
  CURRENCY: {
    schema: z.string().regex(/^[A-Z]{3}$/),
    fallback: 'USD',
    meaning: 'Currency (ISO 4217, for instance EUR) of prices and balances.',
  },
  ...SLACK_SETTINGS,
  ...HUBSPOT_SETTINGS,
  LOG_LEVEL: {
    schema: z.enum(['silent', 'error', 'warn', 'info', 'debug']),
    fallback: 'info',
    meaning: 'How much is logged: silent, error, warn, info or debug.',
  },
} as const satisfies Record<string, Setting>;
