import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openApi } from './http/openapi.ts';
import { ERROR_CODES } from './rules/error-codes.ts';

/**
 * The shapes of the API as TypeScript for those who call it: made from the OpenAPI document, so that they can say
 * nothing else, and kept in their own folders, so that nobody has to import from here.
 */
export function sdkTypes(isUsed: (operationId: string) => boolean = () => true): string {
  const document = openApi('');
  const operations = Object.values(document.paths as Readonly<Record<string, Schema>>)
    .flatMap((methods) => Object.values(methods as Readonly<Record<string, Operation>>))
    .filter(({ security, operationId }) => security === undefined && isUsed(operationId))
    .toSorted((a, b) => a.operationId.localeCompare(b.operationId, 'en'));
  const { schemas } = document.components as { readonly schemas: Readonly<Record<string, Schema>> };
  const declared = operations.flatMap(declarations);
  const names = new Set(declared.join('\n').match(/\b[A-Z]\w+\b/g));
  const shapes = Object.entries(schemas)
    .toSorted(([a], [b]) => a.localeCompare(b, 'en'))
    .filter(([name]) => name === 'Problem' || names.has(name))
    .map(([name, schema]) => `export type ${name} = ${typeOf(schema)};\n`);
  return [HEADER, errorCodes(), ...shapes, ...declared].join('\n');
}

/** The nodes of n8n call a part of the API, and what they publish stays small. No shape contains another one. */
const NODE_OPERATIONS = new Set([
  'cancelMessage',
  'createOptOut',
  'createWebhookEndpoint',
  'deleteOptOut',
  'getConsent',
  'getMessage',
  'getReplyWait',
  'getWebhookEndpoint',
  'listMessages',
  'listOptOuts',
  'listSenderPools',
  'listSenders',
  'listTemplates',
  'previewMessage',
  'previewTemplate',
  'sendBatch',
  'sendMessage',
  'validateNumber',
]);

const HEADER = '// Written by `npm run generate` from the contract of the API: do not edit.\n';

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly security?: unknown;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly description?: string;
  readonly schema: Schema;
}

type Content = Readonly<Record<string, { readonly schema: Schema }>>;

/** What the contract's schemas are made of (JSON Schema 2020-12). */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly propertyNames?: Schema;
}

function errorCodes(): string {
  return `export type ErrorCode =\n${Object.keys(ERROR_CODES)
    .map((code) => `  | '${code}'`)
    .join('\n')};\n`;
}

function declarations({ operationId, summary, parameters, requestBody, responses }: Operation): string[] {
  const name = operationId.slice(0, 1).toUpperCase() + operationId.slice(1);
  const query = parameters.filter((parameter) => parameter.in === 'query');
  const body = requestBody?.content['application/json']?.schema;
  // Where 200 says what would have been accepted with 202, the latter is the answer.
  const answer = Object.entries(responses)
    .filter(([status]) => status.startsWith('2'))
    .map(([, response]) => response.content?.['application/json']?.schema)
    .at(-1);
  return [
    ...(query.length > 0 ? [declare(`${name}Query`, summary, queryOf(query))] : []),
    ...(body ? [declare(`${name}Body`, summary, typeOf(body))] : []),
    ...(answer ? [declare(`${name}Answer`, summary, typeOf(answer))] : []),
  ];
}

const declare = (name: string, summary: string, type: string) => `/** ${summary} */\nexport type ${name} = ${type};\n`;

function queryOf(parameters: readonly Parameter[]): string {
  const properties = parameters.map(({ name, schema, description }) => {
    return [name, { ...schema, ...(description === undefined ? {} : { description }) }] as const;
  });
  return typeOf({ type: 'object', properties: Object.fromEntries(properties), additionalProperties: false });
}

function typeOf(schema: Schema): string {
  if (schema.$ref) return schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1);
  if (schema.const !== undefined) return literal(schema.const);
  if (schema.enum) return schema.enum.map(literal).join(' | ');
  // Beside fields, it says only which of them have to be there together.
  const choices = schema.properties ? undefined : (schema.anyOf ?? schema.oneOf);
  if (choices) return [...new Set(choices.map(typeOf))].join(' | ');
  if (Array.isArray(schema.type)) return schema.type.map((type: string) => typeOf({ ...schema, type })).join(' | ');
  switch (schema.type) {
    case 'string':
      return 'string';
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'null':
      return 'null';
    case 'array':
      return `readonly (${typeOf(schema.items ?? {})})[]`;
    case 'object':
      return objectType(schema);
    default:
      return 'unknown';
  }
}

function objectType({ properties = {}, required = [], additionalProperties, propertyNames }: Schema): string {
  const fields = Object.entries(properties).map(([name, field]) => {
    const comment = field.description === undefined ? '' : `/** ${field.description} */\n`;
    const key = /^\w+$/.test(name) ? name : literal(name);
    return `${comment}readonly ${key}${required.includes(name) ? '' : '?'}: ${typeOf(field)};`;
  });
  if (fields.length > 0) return `{\n${indented(fields.join('\n'))}\n}`;
  const values = typeof additionalProperties === 'object' ? typeOf(additionalProperties) : 'unknown';
  const isPartial = propertyNames?.enum !== undefined;
  const record = `Readonly<Record<${propertyNames?.enum ? typeOf(propertyNames) : 'string'}, ${values}>>`;
  return isPartial ? `Partial<${record}>` : record;
}

const literal = (value: unknown) =>
  typeof value === 'string' ? `'${value.replace(/['\\]/g, '\\$&')}'` : String(value);
const indented = (text: string) => text.replace(/^/gm, '  ');

/** Every place that has a copy, and what it says there; a test compares them. */
export const SDK_TYPES_FILES: Readonly<Record<string, () => string>> = {
  'connectors/sdk/contract.ts': () => sdkTypes(),
  'nodes/SmsBridge/contract.ts': () => sdkTypes((operation) => NODE_OPERATIONS.has(operation)),
};

if (import.meta.main) {
  for (const [file, types] of Object.entries(SDK_TYPES_FILES)) {
    writeFileSync(join(import.meta.dirname, '..', file), types());
  }
}
