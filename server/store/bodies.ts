import pg from 'pg';

/** What seals: AES-256-GCM under one of several keys, the newest first. */
export interface BodyBox {
  /** Of the key that seals. */
  readonly keyId: string;
  seal(label: string, plain: Buffer | string): Buffer;
  /** Throws for a key that is not configured, and for what it has not sealed. */
  open(label: string, sealed: Buffer): Buffer;
}

/**
 * What people write, sealed at rest (HIPAA_MODE). Who stores a body seals it here; what is read is opened by the
 * connection itself, wherever in a row or in its JSON it stands, so that no reader can forget it. What was stored before
 * the mode was switched on, or after it was switched off, is read all the same.
 */
export interface Bodies {
  /** Until it is called nothing is sealed or opened. `seals`: what is stored from now on is sealed. */
  unlock(box: BodyBox, seals: boolean): void;
  seal(text: string): string;
  /** Rows with one of their columns sealed. */
  sealRows<Name extends string, Row extends Readonly<Record<Name, string>>>(rows: readonly Row[], name: Name): Row[];
  sealOctets(octets: Uint8Array): Uint8Array;
  openOctets(octets: Uint8Array): Uint8Array;
  /** A copy of JSON whose strings are sealed, at any depth: all of them, or those of the properties `names`. */
  sealStrings(json: unknown, names?: ReadonlySet<string>): unknown;
  /** Reads the values of PostgreSQL. */
  readonly types: pg.CustomTypesConfig;
}

export function createBodies(): Bodies {
  let box: BodyBox | null = null;
  let seals = false;

  function seal(text: string): string {
    if (box && seals && text !== '') return `${PREFIX}${box.keyId}:${box.seal(LABEL, text).toString('base64')}`;
    return text.startsWith(PREFIX) ? `${LITERAL}${text}` : text;
  }
  const openBuffer = (text: string): Buffer | null => {
    if (!box || !isSealed(text)) return null;
    try {
      return box.open(LABEL, Buffer.from(text.slice(text.indexOf(':', PREFIX.length) + 1), 'base64'));
    } catch {
      // Somebody's words that look like it, or a key that this server has not got yet: isSealed tells.
      return null;
    }
  };
  function open(text: string): string {
    if (!text.startsWith(PREFIX)) return text;
    return text.startsWith(LITERAL) ? text.slice(LITERAL.length) : (openBuffer(text)?.toString('utf8') ?? text);
  }
  function sealStrings(json: unknown, names: ReadonlySet<string> | null, isNamed: boolean): unknown {
    if (typeof json === 'string') return isNamed ? seal(json) : json;
    if (Array.isArray(json)) return json.map((each) => sealStrings(each, names, isNamed));
    if (typeof json !== 'object' || json === null || json instanceof Date) return json;
    const entries = Object.entries(json).map(([name, value]) => [
      name,
      sealStrings(value, names, isNamed || names?.has(name) === true),
    ]);
    return Object.fromEntries(entries) as unknown;
  }
  const reviver = (_name: string, value: unknown) => (typeof value === 'string' ? open(value) : value);

  return {
    unlock(with_, sealsFromNow) {
      box = with_;
      seals = sealsFromNow;
    },
    seal,
    sealRows: (rows, name) =>
      rows.map((row) => {
        const sealed = seal(row[name]);
        return sealed === row[name] ? row : { ...row, [name]: sealed };
      }),
    // The octets of a part are few, and what they are sealed as is text, so that the key stands in front of it too.
    sealOctets: (octets) => (seals ? Buffer.from(seal(Buffer.from(octets).toString('base64'))) : octets),
    openOctets(octets) {
      const opened = openBuffer(Buffer.from(octets).toString('latin1'));
      return opened ? Buffer.from(opened.toString('latin1'), 'base64') : octets;
    },
    // Most events hold no words of anybody, and without the mode nothing is copied.
    sealStrings: (json, names) => (seals ? sealStrings(json, names ?? null, names === undefined) : json),
    types: typesThat(open, (text) => JSON.parse(text, text.includes(PREFIX) ? reviver : undefined) as unknown),
  };
}

/** Whether a value that was read is still sealed, because its key is not here. */
export const isSealed = (text: string): boolean => SEALED.test(text);

const LABEL = 'bodies';
const PREFIX = 'sealed:';
/** In front of words that only look sealed. */
const LITERAL = `${PREFIX}text:`;
/** The id of the key, and what it has sealed. */
const SEALED = /^sealed:[0-9a-f]{8}:[A-Za-z0-9+/]{43,}={0,2}$/;

function typesThat(open: (text: string) => string, parse: (json: string) => unknown): pg.CustomTypesConfig {
  const { TEXT, VARCHAR, JSON: json, JSONB } = pg.types.builtins;
  const parsers = new Map<number, (value: string) => unknown>([
    [TEXT, open],
    [VARCHAR, open],
    [json, parse],
    [JSONB, parse],
  ]);
  const getTypeParser = (oid: number, format?: 'text' | 'binary') =>
    (format === 'binary' ? undefined : parsers.get(oid)) ?? (pg.types.getTypeParser(oid, format as 'text') as unknown);
  return { getTypeParser } as pg.CustomTypesConfig;
}
