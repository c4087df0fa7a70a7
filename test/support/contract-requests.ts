import fc from 'fast-check';
import { z } from 'zod';
import { routes } from '../../server/http/contract.ts';
import type { Route } from '../../server/http/contract-route.ts';

/** A request as it goes over the wire; `{names}` in its path are filled in when it is sent. */
export interface RandomRequest {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  /** For each name in the path: something hostile, or which of the ids seen so far. */
  readonly params: readonly (string | number)[];
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/**
 * Requests made of the contract: each route with what its schemas allow, with nearly that, and with what no client
 * would send. Hosts and addresses lead nowhere but to a closed port of this machine.
 */
export function randomRequest(among: readonly Route[] = routes): fc.Arbitrary<RandomRequest> {
  return fc.oneof(
    ...among.map((route) =>
      fc.record({
        operation: fc.constant(route.operation),
        method: fc.constant(route.method.toUpperCase()),
        path: fc.constant(route.path),
        params: fc.array(fc.oneof({ weight: 6, arbitrary: fc.nat(1_000) }, { weight: 1, arbitrary: hostileText }), {
          minLength: 2,
          maxLength: 2,
        }),
        query: queryOf(route),
        headers: headersOf(route),
        body: bodyOf(route),
      }),
    ),
  );
}

interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly propertyNames?: Schema;
  readonly additionalProperties?: Schema | boolean;
}

const schemaOf = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input' }) as Schema;

/** What a schema allows; `name`: of the field that it is for. */
function allowed(schema: Schema, name = ''): fc.Arbitrary<unknown> {
  const { anyOf, oneOf, ...rest } = schema;
  const choices = anyOf ?? oneOf;
  if (choices) return fc.oneof(...choices.map((choice) => allowed(together(rest, choice), name)));
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  return ARBITRARIES[schema.type ?? '']?.(schema, name) ?? fc.jsonValue({ maxDepth: 2 });
}

function together(shared: Schema, choice: Schema): Schema {
  return {
    ...shared,
    ...choice,
    ...(shared.properties ? { properties: { ...shared.properties, ...choice.properties } } : {}),
    ...(shared.required ? { required: [...shared.required, ...(choice.required ?? [])] } : {}),
  };
}

const ARBITRARIES: Readonly<Record<string, (schema: Schema, name: string) => fc.Arbitrary<unknown>>> = {
  string: textOf,
  integer: ({ minimum = -5, maximum = 1_000, exclusiveMinimum = minimum }, name) =>
    NUMBERS[name] ?? fc.integer({ min: Math.max(minimum, Math.floor(exclusiveMinimum)), max: maximum }),
  number: ({ minimum = -5, maximum = 1_000, exclusiveMinimum = minimum }) =>
    fc.double({ min: Math.max(minimum, exclusiveMinimum), max: maximum, noNaN: true }),
  boolean: () => fc.boolean(),
  null: () => fc.constant(null),
  array: ({ items = {}, minItems = 0, maxItems = 3 }, name) =>
    fc.array(allowed(items, name), { minLength: minItems, maxLength: Math.max(minItems, Math.min(3, maxItems)) }),
  object: fieldsOf,
};

function fieldsOf({ properties, required = [], propertyNames, additionalProperties }: Schema): fc.Arbitrary<unknown> {
  if (!properties) {
    const values = typeof additionalProperties === 'object' ? allowed(additionalProperties) : fc.jsonValue();
    return fc.dictionary(propertyNames ? (allowed(propertyNames) as fc.Arbitrary<string>) : words, values, {
      maxKeys: 3,
    });
  }
  // An account that listens would take a port of this machine.
  const fields = Object.entries(properties).filter(([name]) => name !== 'outbind');
  const arbitraries = Object.fromEntries(fields.map(([name, field]) => [name, allowed(field, name)]));
  // Few fields at a time: with all of them, one or the other would always be refused.
  const optional = fc.subarray(fields.map(([name]) => name).filter((name) => !required.includes(name)));
  const few = fc.oneof(
    fc.constant([]),
    fc.tuple(optional, fc.nat(3)).map(([names, max]) => names.slice(0, max)),
  );
  // Not required by itself, but one of them has to be there.
  const worded =
    'template_id' in properties
      ? fc.constantFrom(['to', 'body'], ['to', 'body'], ['to', 'body'], ['to', 'template_id'])
      : few;
  const without = new Set('template_id' in properties ? ['body', 'template_id'] : []);
  return fc.tuple(fc.record(arbitraries), few, worded).map(([all, chosen, said]) => {
    const kept = new Set<string>([...required, ...chosen.filter((name) => !without.has(name)), ...said]);
    return Object.fromEntries(Object.entries(all).filter(([name]) => kept.has(name)));
  });
}

function textOf({ pattern, format, minLength = 0, maxLength = 40 }: Schema, name: string): fc.Arbitrary<string> {
  const known = TEXTS[name] ?? FORMATS[format ?? ''];
  if (known) return known;
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  const lengths = { minLength, maxLength: Math.max(minLength, Math.min(40, maxLength)) };
  return fc.oneof(words, fc.string(lengths), fc.string({ ...lengths, unit: 'grapheme' }));
}

const words = fc.constantFrom('Hello', 'Your order is on its way.', 'STOP', 'order', 'a', 'Grüße', 'Ann', '3', 'yes');
const number = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: 0, max: 99 }).map((n) => `+141555501${String(n).padStart(2, '0')}`) },
  { weight: 1, arbitrary: fc.constantFrom('+447700900123', '+15005550001', '(415) 555-0123', '12345') },
);
const moment = fc
  .integer({ min: -3, max: 3 * 24 })
  .map((hours) => new Date(Date.now() + hours * 3_600_000).toISOString());
const closedPort = fc.constantFrom('http://127.0.0.1:1/', 'http://localhost:1/hook', 'https://127.0.0.1:1/hook');
const sender = fc.constantFrom('+15005550100', '+14155550100', 'Acme');

const FORMATS: Readonly<Record<string, fc.Arbitrary<string>>> = { 'date-time': moment, uri: closedPort };
const TEXTS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  to: number,
  recipient: number,
  number,
  numbers: number,
  contact: number,
  from: sender,
  sender,
  our_number: sender,
  country: fc.constantFrom('US', 'GB', 'DE'),
  default_country: fc.constantFrom('US', 'GB'),
  smsc_id: fc.constantFrom('simulator', 'default', 'nobody'),
  time_zone: fc.constantFrom('recipient', 'Europe/Berlin', 'America/New_York', 'Nowhere/None'),
  host: fc.constant('127.0.0.1'),
  url: closedPort,
  callback_url: closedPort,
  allowed_ips: fc.constantFrom('127.0.0.1', '10.0.0.0/8', 'nowhere'),
};
const NUMBERS: Readonly<Record<string, fc.Arbitrary<number>>> = { port: fc.constant(1) };

const hostileText = fc.constantFrom(
  '',
  ' ',
  '\0',
  '\ud800',
  "' or 1=1 --",
  '../../etc/passwd',
  '__proto__',
  '9'.repeat(400),
  '%00',
  '+',
  'null',
  '2026-02-30T00:00:00Z',
  '+999999999999999999',
);
const hostile: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.constantFrom(null, true, -1, 0.5, 1e308, Number.MAX_SAFE_INTEGER, [], {}, [[]], 'x'.repeat(5_000)),
  fc.jsonValue({ maxDepth: 3 }),
);

/** One field is gone, or holds something else, or is there for nothing. */
function nearly(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.tuple(value, fc.nat(), hostile, hostileText).map(([whole, at, other, name]) => {
    if (typeof whole !== 'object' || whole === null) return other;
    const fields: [string, unknown][] = Object.entries(whole);
    const index = at % (fields.length + 1);
    const field = fields[index];
    if (!field) return Array.isArray(whole) ? [...(whole as unknown[]), other] : { ...whole, [name]: other };
    if (SAFE.has(field[0])) return whole;
    const replaced = fields.with(index, [field[0], other]);
    const left = at % 3 === 0 ? fields.filter((each) => each !== field) : replaced;
    return Array.isArray(whole) ? left.map(([, each]) => each) : Object.fromEntries(left);
  });
}

/** Another host or port would be somebody. */
const SAFE = new Set(['host', 'port', 'outbind', 'binds', 'url', 'callback_url', 'status_callback']);

function bodyOf({ body, form }: Route): fc.Arbitrary<Buffer> {
  const schema = body ?? form;
  if (!schema) return fc.constant(Buffer.alloc(0));
  const fits = allowed(schemaOf(schema));
  const sent = fc.oneof(
    { weight: 6, arbitrary: fits },
    { weight: 3, arbitrary: nearly(fits) },
    { weight: 1, arbitrary: hostile },
  );
  const written = form
    ? sent.map((value) => new URLSearchParams(Object.entries(Object(value) as object).map(pairOf)).toString())
    : sent.map((value) => JSON.stringify(value));
  return fc.oneof(
    { weight: 15, arbitrary: written.map((text) => Buffer.from(text)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)) },
  );
}

const pairOf = ([name, value]: [string, unknown]): [string, string] => [
  name,
  typeof value === 'string' ? value : JSON.stringify(value),
];

function queryOf({ query }: Route): fc.Arbitrary<string> {
  const nothing = fc.constant('');
  const stray = fc
    .tuple(words, hostileText)
    .map(([name, value]) => `?${encodeURIComponent(name)}=${encodeURIComponent(well(value))}`);
  if (!query) return fc.oneof({ weight: 20, arbitrary: nothing }, { weight: 1, arbitrary: stray });
  const fits = allowed(schemaOf(query));
  const written = fc
    .oneof({ weight: 4, arbitrary: fits }, { weight: 1, arbitrary: nearly(fits) })
    .map((fields) => `?${new URLSearchParams(Object.entries(Object(fields) as object).map(pairOf)).toString()}`);
  return fc.oneof(
    { weight: 1, arbitrary: nothing },
    { weight: 4, arbitrary: written },
    { weight: 1, arbitrary: stray },
  );
}

const well = (text: string) => text.toWellFormed();

/** The key is filled in when it is sent: `test`, `live`, none, or what is no key. */
function headersOf({ form, method }: Route): fc.Arbitrary<Record<string, string>> {
  const visible = fc.stringMatching(/^[!-~]{1,30}$/);
  const ordinary = form ? 'application/x-www-form-urlencoded' : 'application/json';
  const type = fc.oneof({ weight: 20, arbitrary: fc.constant(ordinary) }, fc.constant('text/csv'), visible);
  const key = fc.oneof(
    { weight: 40, arbitrary: fc.constant('test') },
    { weight: 6, arbitrary: fc.constant('live') },
    { weight: 1, arbitrary: fc.constantFrom('none', 'sk_test_nobody', 'sk_live_00000000_x') },
  );
  const once = fc.oneof({ weight: 3, arbitrary: fc.constant('') }, fc.constantFrom('a', 'b', 'c', '"d"'), visible);
  return fc.tuple(type, key, once).map(([contentType, authorization, repeat]) => ({
    'content-type': contentType,
    authorization,
    ...(method === 'post' && repeat !== '' ? { 'idempotency-key': repeat } : {}),
  }));
}
