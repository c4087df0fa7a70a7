import type { BindType } from './session.ts';

/** Where and how to bind, as SMPP_URL says it. */
export interface SmppEndpoint {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** In HIPAA mode: the way to it is protected otherwise. */
  readonly allowPlaintext?: true;
  readonly systemId: string;
  readonly password: string;
  readonly systemType: string;
  readonly binds: readonly { readonly type: BindType; readonly count: number }[];
  /** submit_sm that may be unanswered at once. */
  readonly window: number;
  /** Segments per second; null = as fast as the window allows. */
  readonly ratePerSecond: number | null;
}

export type ParsedSmppUrl =
  | { readonly ok: true; readonly endpoint: SmppEndpoint }
  /** Sentences for the person who wrote the setting. None of them repeats the password. */
  | { readonly ok: false; readonly faults: readonly string[] };

/**
 * `smpp://system_id:password@host:port?bind=transceiver&binds=1&window=10&rate=50&system_type=`, or `smpps://` for TLS.
 * Credentials are percent-encoded. `bind` is transceiver, pair (a transmitter and a receiver), transmitter or receiver;
 * `binds` is how many of each. Ports default to 2775 and 3550, window to 10, rate to none.
 */
export function parseSmppUrl(url: string): ParsedSmppUrl {
  const parsed = URL.parse(url.trim());
  if (!parsed)
    return {
      ok: false,
      faults: [`It is not a URL. It looks like ${EXAMPLE}, with special characters percent-encoded.`],
    };
  const systemId = decoded(parsed.username);
  const password = decoded(parsed.password);
  const query = parsed.searchParams;
  const window = numberOf(query.get('window'), WINDOW_DEFAULT);
  const rate = numberOf(query.get('rate'), null);
  const types = BINDS.get(query.get('bind') || 'transceiver');
  const count = numberOf(query.get('binds'), 1);
  const systemType = query.get('system_type') ?? '';
  const allowPlaintext = query.get('allow_plaintext') ?? '0';
  const tls = parsed.protocol === 'smpps:';
  const port = parsed.port === '' ? (tls ? 3550 : 2775) : Number(parsed.port);
  const faults = [
    fault(tls || parsed.protocol === 'smpp:', 'It starts with smpp:// or smpps://.'),
    fault(parsed.hostname !== '', 'It names no host.'),
    fault(port > 0, 'The port is from 1 to 65535.'),
    fault(parsed.pathname === '' || parsed.pathname === '/', 'It has no path; special characters are percent-encoded.'),
    fault(parsed.hash === '', 'It has no fragment; write # in a password as %23.'),
    credentialFault('system_id', systemId),
    credentialFault('password', password),
    fault(systemId !== '', 'It names no system_id.'),
    fault(types !== undefined, `bind is ${[...BINDS.keys()].join(', ')}; a pair is a transmitter and a receiver.`),
    fault(isWhole(count) && count >= 1 && count <= BINDS_MAX, `binds is a whole number from 1 to ${BINDS_MAX}.`),
    fault(isWhole(window) && window >= 1 && window <= WINDOW_MAX, `window is a whole number from 1 to ${WINDOW_MAX}.`),
    fault(rate === null || (rate > 0 && rate <= RATE_MAX), `rate is a number above 0 and up to ${RATE_MAX}.`),
    fault(/^[01]$/.test(allowPlaintext), 'allow_plaintext is 0 or 1.'),
    fault(/^[\x20-\x7e]{0,12}$/.test(systemType), 'system_type has at most 12 characters.'),
    ...[...query.keys()].map((key) => fault(OPTIONS.has(key), optionFault(key, parsed.search))),
  ].filter((sentence) => sentence !== null);
  if (faults.length > 0) return { ok: false, faults };
  const host = parsed.hostname.replace(/^\[(.*)\]$/, '$1');
  const credentials = { systemId: systemId ?? '', password: password ?? '', systemType };
  return {
    ok: true,
    endpoint: {
      host,
      port,
      tls,
      ...(allowPlaintext === '1' ? { allowPlaintext: true } : {}),
      ...credentials,
      binds: (types ?? []).map((type) => ({ type, count: count ?? 1 })),
      window: window ?? WINDOW_DEFAULT,
      ratePerSecond: rate,
    },
  };
}

const EXAMPLE = 'smpp://system_id:password@host:2775';
const OPTIONS: ReadonlySet<string> = new Set(['bind', 'binds', 'window', 'rate', 'system_type', 'allow_plaintext']);
const BINDS: ReadonlyMap<string, readonly BindType[]> = new Map([
  ['transceiver', ['transceiver']],
  ['pair', ['transmitter', 'receiver']],
  ['transmitter', ['transmitter']],
  ['receiver', ['receiver']],
]);
const BINDS_MAX = 20;
const WINDOW_DEFAULT = 10;
const WINDOW_MAX = 1_000;
const RATE_MAX = 100_000;
/** Longer than the 15 and 8 octets of SMPP 3.4: several carriers issue longer credentials. */
const CREDENTIAL_MAX = 64;

const fault = (holds: boolean, sentence: string) => (holds ? null : sentence);
/** With an @ in it, the query is the rest of a password that has a ? in it. */
const optionFault = (key: string, search: string) =>
  search.includes('@')
    ? 'It has an @ behind a ?: write ? in a password as %3F.'
    : `${key.slice(0, 40)} is no option; ${[...OPTIONS].join(', ')} are.`;
const isWhole = (value: number | null): value is number => Number.isInteger(value);

function numberOf(text: string | null, absent: number | null): number | null {
  if (text === null || text === '') return absent;
  return /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
}

function credentialFault(name: string, value: string | null): string | null {
  if (value === null) return `The ${name} has a % that begins no percent-encoded character; write it as %25.`;
  return fault(
    /^[\x20-\x7e\xa0-\xff]*$/.test(value) && value.length <= CREDENTIAL_MAX,
    `The ${name} has at most ${CREDENTIAL_MAX} printable characters.`,
  );
}

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}
