import { z } from 'zod';

/** The parts of an OpenAPI 3.0 document that requests and answers are judged by. */
const contentSchema = z.record(z.string(), z.object({ schema: z.unknown() }));
const responseSchema = z.object({ $ref: z.string().optional(), content: contentSchema.optional() });
const declaredSchema = z.object({
  parameters: z
    .array(
      z.object({
        name: z.string(),
        in: z.enum(['path', 'query', 'header', 'cookie']),
        required: z.boolean().default(false),
        schema: z.object({ type: z.string().optional(), enum: z.array(z.string()).optional() }).optional(),
      }),
    )
    .default([]),
  requestBody: z.object({ content: contentSchema }).optional(),
  responses: z.record(z.string(), responseSchema),
  security: z.array(z.record(z.string(), z.array(z.string()))).optional(),
});
const METHODS = ['get', 'put', 'post', 'patch', 'delete'] as const;
const documentSchema = z.object({
  openapi: z.string().startsWith('3.0'),
  info: z.object({ title: z.string(), version: z.string() }),
  paths: z.record(z.string(), z.partialRecord(z.string(), z.unknown())),
  components: z.object({
    schemas: z.record(z.string(), z.unknown()).default({}),
    responses: z.record(z.string(), responseSchema).default({}),
  }),
});

export type Declared = z.output<typeof declaredSchema>;
type Response = z.output<typeof responseSchema>;

export type Fields = Readonly<Record<string, unknown>>;
export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export interface SpecDocument {
  readonly title: string;
  readonly version: string;
  readonly paths: Readonly<Record<string, Fields>>;
  readonly schemas: Fields;
  contentOf(response: Response): Readonly<Record<string, { readonly schema?: unknown }>>;
}

export interface Operation {
  readonly document: SpecDocument;
  /** "POST /crm/objects/2026-09/{objectType}" */
  readonly key: string;
  readonly method: string;
  readonly segments: readonly string[];
  readonly declared: Declared;
}

/** Null: this is no OpenAPI 3.0 document. */
export function readSpec(text: string): SpecDocument | null {
  const { success, data } = documentSchema.safeParse(parsed(text));
  if (!success) return null;
  const { info, paths, components } = data;
  const named = ({ $ref }: Response) => components.responses[$ref?.split('/').at(-1) ?? ''];
  return { ...info, paths, schemas: components.schemas, contentOf: (one) => one.content ?? named(one)?.content ?? {} };
}

/** Undefined: no JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function operationsOf(document: SpecDocument): Operation[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => method in item).map((method) => ({
      document,
      key: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      segments: path.split('/'),
      declared: declaredSchema.parse(item[method]),
    })),
  );
}

type SchemaExceptions = Readonly<
  Record<string, { readonly optional?: readonly string[]; readonly also?: Readonly<Record<string, object>> }>
>;

/**
 * A schema as JSON Schema with all that it refers to, closed: fields that are not named are faults. `example: null`, which
 * every schema has, goes. Schemas that are put together (`allOf`) stay open, because each sees the fields of the others.
 */
export function strictSchema({ schemas }: SpecDocument, schema: unknown, exceptions: SchemaExceptions): object {
  const parts = new Set(Object.values(schemas).flatMap(partsOf));
  const definitions = Object.entries(schemas).map(([name, one]) => [
    name,
    parts.has(name) ? strict(one, false) : strict(excepted(one, exceptions[name] ?? {}), true),
  ]);
  return { ...strict(schema, true), definitions: Object.fromEntries(definitions) as object };
}

function excepted(schema: unknown, { optional = [], also = {} }: SchemaExceptions[string]): unknown {
  if (!isFields(schema)) return schema;
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const properties = isFields(schema['properties']) ? schema['properties'] : {};
  return {
    ...schema,
    required: required.filter((name) => !optional.includes(String(name))),
    properties: { ...properties, ...also },
  };
}

const NAMED = '#/components/schemas/';

function partsOf(schema: unknown): string[] {
  const all = isFields(schema) && Array.isArray(schema['allOf']) ? schema['allOf'] : [];
  return all.flatMap((part) =>
    isFields(part) && typeof part['$ref'] === 'string' ? [part['$ref'].slice(NAMED.length)] : [],
  );
}

function strict(schema: unknown, isClosed: boolean): object {
  if (!isFields(schema) || isAnything(schema)) return {};
  const result = Object.fromEntries(
    Object.entries(schema).flatMap(([keyword, value]) => {
      if (keyword === 'example' || keyword === 'description' || keyword === 'default') return [];
      if (keyword === '$ref') return [[keyword, String(value).replace(NAMED, '#/definitions/')]];
      if (keyword === 'properties' && isFields(value)) return [[keyword, mapped(value)]];
      if (keyword === 'items' || (keyword === 'additionalProperties' && isFields(value)))
        return [[keyword, strict(value, true)]];
      if (Array.isArray(value) && /^(?:all|one|any)Of$/.test(keyword))
        return [[keyword, value.map((one) => strict(one, keyword !== 'allOf'))]];
      return [[keyword, value]];
    }),
  );
  const { properties = {}, additionalProperties, allOf } = result as Fields;
  const isNamed = isFields(properties) && Object.keys(properties).length > 0;
  const closes = isClosed && isNamed && additionalProperties === undefined && allOf === undefined;
  return closes ? { ...result, additionalProperties: false } : result;
}

/** How HubSpot's specs write that a value may be anything: an object that has no field. What they show there is often text. */
const isAnything = ({ type, properties, additionalProperties }: Fields) =>
  type === 'object' &&
  additionalProperties === undefined &&
  isFields(properties) &&
  Object.keys(properties).length === 0;

const mapped = (properties: Fields) =>
  Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, strict(one, true)]));
