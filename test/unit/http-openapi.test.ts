import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { Validator } from '@seriousme/openapi-schema-validator';
import express from 'express';
import { SCOPES } from '../../server/access/scopes.ts';
import { routes } from '../../server/http/contract.ts';
import { createHttp } from '../../server/http/server.ts';
import type { Ports } from '../../server/http/ports.ts';
import { openApi } from '../../server/http/openapi.ts';
import { problemSchema } from '../../server/http/contract-shared.ts';
import { ANSWER_EXAMPLES, EXAMPLES, PROBLEM_EXAMPLE } from '../../server/http/openapi-examples.ts';
import { carrierBody } from '../../server/http/contract-smsc.ts';
import { ERROR_CODES } from '../../server/rules/error-codes.ts';
import { PRESETS, withPreset } from '../../server/smpp/presets.ts';
import { encodingSchema } from '../../server/smpp/profile.ts';

const credentials = { id: 'main', system_id: 'bridge', password: 'secret' };

interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
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
  readonly security: readonly unknown[];
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, Schema>; readonly securitySchemes: unknown };
};
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

test('R034: it lists every route of the contract and no other', () => {
  const listed = operations.map(({ path, method, operation }) => `${method} ${path} ${operation.operationId}`);
  expect(listed.toSorted()).toEqual(
    routes.map((route) => `${route.method} ${route.path} ${route.operation}`).toSorted(),
  );
});

test('R034: it lists every route that the router of the server has, and no other', () => {
  const register = vi.spyOn(express.application, 'route');
  onTestFinished(() => register.mockRestore());
  createHttp(namesOnly);
  const [app] = register.mock.contexts as unknown as readonly Express[];
  const stack = app?.router.stack ?? [];
  const paths = stack.flatMap(({ route }) => route ?? []);
  const served = paths.flatMap(({ path, stack: handlers }) =>
    handlers.flatMap(({ method }) => (method ? `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}` : [])),
  );
  const listed = operations.map(({ method, path }) => `${method} ${path}`);
  expect(served.toSorted()).toEqual(listed.toSorted());
  // Everything that is no route is the one answer to addresses that there are not.
  expect(stack.filter(({ route }) => route === undefined)).toHaveLength(1);
});

test('R034: it is a valid document of OpenAPI 3.1', async () => {
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
});

test('R034: the examples of requests are requests that the server takes', () => {
  for (const [operation, examples] of Object.entries(EXAMPLES)) {
    const route = routes.find((one) => one.operation === operation);
    for (const [name, { value }] of Object.entries(examples)) {
      const parsed = route?.body?.safeParse(value);
      expect([operation, name, parsed?.success, parsed?.error?.issues]).toEqual([operation, name, true, undefined]);
    }
  }
});

test('R034: the examples of answers are answers', () => {
  for (const [operation, example] of Object.entries(ANSWER_EXAMPLES)) {
    const answer = routes.find((one) => one.operation === operation)?.answer;
    const parsed = answer && typeof answer === 'object' ? answer.safeParse(example) : undefined;
    expect([operation, parsed?.error?.issues, parsed?.success]).toEqual([operation, undefined, true]);
  }
  expect(problemSchema.parse(PROBLEM_EXAMPLE)).toMatchObject({ title: ERROR_CODES.OPTED_OUT.title });
});

test('R040, R041, R042: it shows the three ways to say who asks', () => {
  expect(document.security).toEqual([{ key: [] }, { basic: [] }, { oauth: [] }]);
  expect(document.components.securitySchemes).toMatchObject({
    key: { type: 'http', scheme: 'bearer' },
    basic: { type: 'http', scheme: 'basic' },
    oauth: { type: 'oauth2', flows: { clientCredentials: { tokenUrl: '/v1/oauth/token' } } },
  });
});

test('every operation is in one chapter, and every chapter is declared', () => {
  const chapters = document.tags.map(({ name }) => name);
  for (const { operation } of operations) expect(operation.tags).toHaveLength(1);
  expect(new Set(operations.flatMap(({ operation }) => operation.tags))).toEqual(new Set(chapters));
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
    const route = routes.find((each) => each.operation === operation.operationId);
    const others = Object.keys(route?.otherAnswers ?? {});
    const answers = Object.entries(operation.responses);
    expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining([String(route?.status), ...others]));
    for (const [status, { description, content }] of answers) {
      expect(description).not.toBe('');
      if (status === String(route?.status) || others.includes(status)) continue;
      expect(status).toMatch(/^[45]/);
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

test('a shape that several answers have stands once, under its name', () => {
  const answerOf = (path: string) => {
    return document.paths[path]?.get?.responses['200']?.content?.['application/json']?.schema;
  };
  const reference = { $ref: '#/components/schemas/Message' };
  expect(answerOf('/v1/messages')?.properties?.data).toMatchObject({ type: 'array', items: reference });
  expect(answerOf('/v1/conversations/{conversation_id}/messages')?.properties?.data).toMatchObject({
    items: reference,
  });
  expect(document.components.schemas.Message?.properties).toHaveProperty('message_id');
});

test('every reference leads somewhere and every schema is of a known type', () => {
  const found: string[] = [];
  walk(document, (name, value) => {
    if (name === '$ref') found.push(String(value));
    if (name === 'type' && typeof value === 'string' && !value.includes(':')) expect(TYPES).toContain(value);
  });
  const named = Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`);
  expect(new Set(found)).toEqual(new Set(named));
  expect(document.components.schemas).toHaveProperty('Problem.properties.code.enum', Object.keys(ERROR_CODES));
});

test('the send request shows its fields, limits and what is required', () => {
  const schema = document.paths['/v1/messages/send']?.['post']?.requestBody?.content['application/json']?.schema;
  expect(schema?.required).toEqual(['to']);
  expect(Object.keys(schema?.properties ?? {})).toEqual([
    'to',
    'from',
    'body',
    'template_id',
    'variables',
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
    'topic',
    'schedule_for',
    'quiet_hours',
    'expect_reply',
    'dry_run',
    'tags',
    'campaign_id',
    'send_window',
    'priority',
    'on_failure',
    'default_country',
    'channel',
  ]);
  const [body] = (schema?.properties?.['body']?.['anyOf'] ?? []) as readonly Schema[];
  expect(body).toMatchObject({ type: 'string', minLength: 1, maxLength: 1_600 });
});

describe('the body of a new carrier', () => {
  const schema = document.paths['/v1/smsc']?.['post']?.requestBody?.content['application/json']?.schema;
  /** Whether the shown schema wants no field that this account lacks. */
  const isShown = (account: Readonly<Record<string, unknown>>) => {
    const has = (names: readonly string[] = []) => names.every((name) => name in account);
    const choices = schema?.['anyOf'] as readonly Schema[];
    const fits = ({ required, properties }: Schema) => {
      const names = properties?.['preset']?.['enum'] as readonly unknown[] | undefined;
      return has(required) && (names === undefined || names.includes(account['preset']));
    };
    return has(schema?.required) && choices.some(fits);
  };
  const isTaken = (account: object) => {
    const merged = withPreset(account);
    return merged.ok && carrierBody.safeParse(merged.account).success;
  };

  test.each([undefined, ...Object.keys(PRESETS)])('wants the address that the preset %s does not give', (preset) => {
    for (const address of [
      {},
      { host: 'smsc.example.com' },
      { port: 2775 },
      { host: 'smsc.example.com', port: 2775 },
    ]) {
      const account = { ...credentials, ...address, ...(preset === undefined ? {} : { preset }) };
      expect([account, isShown(account)]).toEqual([account, isTaken(account)]);
    }
  });

  test('has every field of an account, so that a new one is shown by itself', () => {
    expect(Object.keys(schema?.properties ?? {})).toEqual(Object.keys(carrierBody.shape));
    const encoding = schema?.properties?.['encoding'] as Schema | undefined;
    expect(Object.keys(encoding?.properties ?? {})).toEqual(Object.keys(encodingSchema.shape));
  });
});

test('the accepted answer requires the five first fields', () => {
  const { content } = document.paths['/v1/messages/send']?.['post']?.responses['202'] ?? {};
  expect(content?.['application/json']?.schema).toEqual({ $ref: '#/components/schemas/AcceptedMessage' });
  const answer = document.components.schemas['AcceptedMessage'];
  const names = ['status', 'message_id', 'to', 'remaining_balance', 'message_price'];
  expect(Object.keys(answer?.properties ?? {}).slice(0, 5)).toEqual(names);
  expect(answer?.required).toEqual(expect.arrayContaining(names));
});

/** What Express keeps of its routes. */
interface Express {
  readonly router: { readonly stack: readonly { readonly route?: RegisteredRoute }[] };
}
interface RegisteredRoute {
  readonly path: string;
  readonly stack: readonly { readonly method?: string }[];
}

/** Enough to register every route; none is asked anything. */
const namesOnly = new Proxy(
  {},
  {
    get: (_, name) =>
      name === 'publicUrl' ? 'https://sms.example.com' : new Proxy(() => undefined, { get: () => '' }),
  },
) as Ports;

const TYPES = ['string', 'integer', 'number', 'boolean', 'object', 'array', 'null', 'http', 'oauth2'];

function walk(value: unknown, visit: (name: string, value: unknown) => void): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, each] of Object.entries(value)) {
    // Defaults and examples are values, whatever their fields are called.
    if (['default', 'example', 'examples'].includes(name)) continue;
    visit(name, each);
    walk(each, visit);
  }
}
