import { describe, expect, test } from 'vitest';
import { SCOPES } from '../../server/access/scopes.ts';
import { routes } from '../../server/http/contract.ts';
import { openApi } from '../../server/http/openapi.ts';
import { ERROR_CODES } from '../../server/rules/error-codes.ts';

interface Operation {
  readonly operationId: string;
  readonly parameters: readonly { name: string; in: string; required: boolean; schema: object }[];
  readonly requestBody?: { content: Record<string, { schema: Schema }> };
  readonly responses: Record<string, { description: string; content?: Record<string, { schema: Schema }> }>;
  readonly security?: readonly unknown[];
  readonly 'x-scope'?: string;
}
interface Schema {
  readonly required?: readonly string[];
  readonly properties?: Record<string, Record<string, unknown>>;
  readonly [keyword: string]: unknown;
}

// As a client reads it: from JSON.
const document = JSON.parse(JSON.stringify(openApi('https://sms.example.com'))) as {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, Schema> };
};
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

test('it lists every route of the contract and no other', () => {
  const listed = operations.map(({ path, method, operation }) => `${method} ${path} ${operation.operationId}`);
  expect(listed.toSorted()).toEqual(
    routes.map((route) => `${route.method} ${route.path} ${route.operation}`).toSorted(),
  );
});

test('every operation has a name of its own', () => {
  expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length);
});

describe.each(operations)('$method $path', ({ path, operation }) => {
  test('declares exactly the parameters of its path', () => {
    const inPath = operation.parameters.filter((parameter) => parameter.in === 'path');
    expect(inPath.map(({ name }) => `{${name}}`)).toEqual(path.match(/\{\w+\}/g) ?? []);
    expect(inPath.every(({ required }) => required)).toBe(true);
  });

  test('has one success, described, and refusals as problem documents of known codes', () => {
    const answers = Object.entries(operation.responses);
    expect(answers.filter(([status]) => status.startsWith('2'))).toHaveLength(1);
    for (const [status, { description, content }] of answers) {
      expect(description).not.toBe('');
      if (status.startsWith('2') || path === '/readyz') continue;
      expect(Object.keys(content ?? {})).toEqual(['application/problem+json']);
      for (const code of description.split(', ')) expect(Object.keys(ERROR_CODES)).toContain(code);
    }
  });

  test('says which key it needs', () => {
    const scope = operation['x-scope'];
    if (scope === undefined) return expect([undefined, 0]).toContain(operation.security?.length);
    expect(SCOPES).toContain(scope);
    expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['401', '403']));
  });
});

test('every reference leads somewhere and every schema is of a known type', () => {
  const found: string[] = [];
  walk(document, (name, value) => {
    if (name === '$ref') found.push(String(value));
    if (name === 'type' && typeof value === 'string' && !value.includes(':')) expect(TYPES).toContain(value);
  });
  expect(new Set(found)).toEqual(new Set(['#/components/schemas/Problem']));
  expect(document.components.schemas).toHaveProperty('Problem.properties.code.enum', Object.keys(ERROR_CODES));
});

test('the send request shows its fields, limits and what is required', () => {
  const schema = document.paths['/v1/messages/send']?.['post']?.requestBody?.content['application/json']?.schema;
  expect(schema?.required).toEqual(['to', 'body']);
  expect(Object.keys(schema?.properties ?? {})).toEqual([
    'to',
    'from',
    'body',
    'message_type',
    'validity_period',
    'status_callback',
    'client_ref',
    'metadata',
    'on_ambiguous',
    'encoding',
    'smart_encoding',
    'max_segments',
    'flash',
    'channel',
  ]);
  expect(schema?.properties?.['body']).toMatchObject({ type: 'string', minLength: 1, maxLength: 1_600 });
});

test('the accepted answer requires the five first fields', () => {
  const answer = document.paths['/v1/messages/send']?.['post']?.responses['202']?.content?.['application/json'];
  const names = ['status', 'message_id', 'to', 'remaining_balance', 'message_price'];
  expect(Object.keys(answer?.schema.properties ?? {}).slice(0, 5)).toEqual(names);
  expect(answer?.schema.required).toEqual(expect.arrayContaining(names));
});

const TYPES = ['string', 'integer', 'number', 'boolean', 'object', 'array', 'null', 'http'];

function walk(value: unknown, visit: (name: string, value: unknown) => void): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, each] of Object.entries(value)) {
    // A default is a value, whatever its fields are called.
    if (name === 'default') continue;
    visit(name, each);
    walk(each, visit);
  }
}
