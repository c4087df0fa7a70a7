import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { SCOPES } from '../access/scopes.ts';
import { refusalsOf } from './contract-answers.ts';
import { routes } from './contract.ts';
import { sendHeaders } from './contract-messages.ts';
import './contract-names.ts';
import type { Route } from './contract-route.ts';
import { ANSWER_EXAMPLES, EXAMPLES, PROBLEM_EXAMPLE } from './openapi-examples.ts';
import { tagOf, tagsOf } from './openapi-tags.ts';
import { FORM_TYPE } from './form.ts';
import { problemSchema } from './contract-shared.ts';
import { PROBLEM_TYPE } from './problem.ts';

type Json = Readonly<Record<string, unknown>>;

/** The API as an OpenAPI 3.1 document, made of the contract. */
export function openApi(publicUrl: string): Json {
  const { document: paths, definitions } = withoutDefinitions(
    Object.fromEntries([...Map.groupBy(routes, ({ path }) => path)].map(([path, all]) => [path, pathItem(all)])),
  );
  return {
    openapi: '3.1.0',
    info: {
      title: 'SMS Bridge',
      version: '1',
      description:
        'Texts over your own SMPP connection. 202 says that a text is stored and will be sent, not that it has arrived. ' +
        'Errors are problem documents (RFC 9457) with a stable code.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: publicUrl }],
    externalDocs: { url: `${publicUrl}/docs/guides`, description: 'Guides' },
    security: [{ key: [] }, { basic: [] }, { oauth: [] }],
    tags: tagsOf(routes),
    paths,
    components: {
      schemas: { Problem: schemaOf(problemSchema, 'output'), ...definitions },
      securitySchemes: SECURITY_SCHEMES,
    },
  };
}

const SECURITY_SCHEMES: Json = {
  key: { type: 'http', scheme: 'bearer', description: 'An API key: sk_test_… or sk_live_…' },
  basic: { type: 'http', scheme: 'basic', description: 'The public part of a key, sk_test_ and its id, and the rest.' },
  oauth: {
    type: 'oauth2',
    description: 'An access token, good for an hour, that can do no more than its key.',
    flows: {
      clientCredentials: {
        tokenUrl: '/v1/oauth/token',
        scopes: Object.fromEntries(SCOPES.map((scope) => [scope, `As a key with ${scope}`])),
      },
    },
  },
};

function pathItem(methods: readonly Route[]): Json {
  return Object.fromEntries(methods.map((route) => [route.method, operation(route)]));
}

function operation(route: Route): Json {
  return {
    operationId: route.operation,
    tags: [tagOf(route)],
    summary: route.summary,
    ...(route.access === 'public' ? { security: [] } : {}),
    ...(isScope(route) ? { 'x-scope': route.access, description: `Needs the scope \`${route.access}\`.` } : {}),
    parameters: parameters(route),
    ...(route.body
      ? { requestBody: { required: true, content: bodyContent(route, schemaOf(route.body, 'input')) } }
      : {}),
    ...(route.form
      ? { requestBody: { required: true, content: { [FORM_TYPE]: { schema: schemaOf(route.form, 'input') } } } }
      : {}),
    ...(route.deprecated === true ? { deprecated: true } : {}),
    responses: responses(route),
  };
}

function bodyContent({ operation, takesTable = false, forms = false }: Route, schema: Json): Json {
  const examples = EXAMPLES[operation];
  return {
    'application/json': { schema, ...(examples ? { examples } : {}) },
    ...(forms ? { [FORM_TYPE]: { schema } } : {}),
    ...(takesTable ? TABLE : {}),
  };
}

const TABLE: Json = { 'text/csv': { schema: { type: 'string' } } };

function isScope({ access }: Route): boolean {
  return access !== 'public' && access !== 'any';
}

function parameters({ path, query, headers, once = false }: Route): Json[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => {
    return { name, in: 'path', required: true, schema: { type: 'string' } };
  });
  return [...inPath, ...fieldsOf(query, 'query'), ...fieldsOf(once ? onceHeaders : headers, 'header')];
}

const onceHeaders = sendHeaders.pick({ 'Idempotency-Key': true });

function fieldsOf(schema: z.ZodObject | undefined, place: 'query' | 'header'): Json[] {
  return Object.entries(schema?.shape ?? {}).map(([name, field]) => {
    const { description, ...rest } = schemaOf(field as z.ZodType, 'input');
    return { name, in: place, required: false, ...(description === undefined ? {} : { description }), schema: rest };
  });
}

function responses(route: Route): Json {
  const success = { description: STATUS_WORDS[route.status] ?? 'Done', headers: HEADERS, ...successContent(route) };
  const refusals = Object.fromEntries(
    [...refusalsOf(route)].map(([status, codes]) => [
      String(status),
      { description: codes.join(', '), headers: HEADERS, ...problemContent },
    ]),
  );
  const others = Object.fromEntries(
    Object.entries(route.otherAnswers ?? {}).map(([status, answer]) => [
      status,
      withProblem(
        { description: OTHER_WORDS[status] ?? 'Refused', headers: HEADERS, ...content(answer) },
        refusals[status],
      ),
    ]),
  );
  return { [String(route.status)]: success, ...refusals, ...others };
}

/** A status that has a document of its own besides the problem document. */
function withProblem(own: Json, refusal: Json | undefined): Json {
  if (!refusal) return own;
  const contents = { ...(own['content'] as Json), ...problemContent.content };
  return {
    ...own,
    description: `${String(own['description'])}; or ${String(refusal['description'])}`,
    content: contents,
  };
}

const OTHER_WORDS: Readonly<Record<string, string>> = { '200': 'Only tried', '503': 'Not ready' };

const STATUS_WORDS: Readonly<Record<number, string>> = { 201: 'Created', 202: 'Accepted', 204: 'Deleted' };

const HEADERS: Json = { 'Request-Id': { schema: { type: 'string' }, description: 'Name it when you ask for help.' } };

const problemContent = {
  content: { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' }, example: PROBLEM_EXAMPLE } },
};

function successContent({ operation, answer, givesTable = false }: Route): Json {
  const { content: own, ...rest } = content(answer, ANSWER_EXAMPLES[operation]) as { readonly content?: Json };
  return { ...rest, ...(own ? { content: { ...own, ...(givesTable ? TABLE : {}) } } : {}) };
}

function content(answer: Route['answer'], example?: unknown): Json {
  if (answer === null) return {};
  if (typeof answer === 'string') return { content: { [answer]: { schema: { type: 'string' } } } };
  const shown = example === undefined ? {} : { example };
  return { content: { 'application/json': { schema: schemaOf(answer, 'output'), ...shown } } };
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, target: 'draft-2020-12' });
  return rest;
}

/** Takes what the schemas define for themselves out of them, so that every named shape is in the document once. */
function withoutDefinitions(document: Json): { readonly document: Json; readonly definitions: Json } {
  const definitions: Record<string, unknown> = {};
  const define = (name: string, definition: unknown) => {
    definitions[name] ??= definition;
    if (!isDeepStrictEqual(definitions[name], definition)) throw new Error(`${name} is the name of two shapes`);
  };
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    const { $defs = {}, ...rest } = value as Json;
    for (const [name, definition] of Object.entries($defs as Json)) define(name, walk(definition));
    return Object.fromEntries(
      Object.entries(rest).map(([name, field]) => [name, name === '$ref' ? moved(field) : walk(field)]),
    );
  };
  return { document: walk(document) as Json, definitions: { ...definitions } };
}

const moved = (reference: unknown) => String(reference).replace('#/$defs/', '#/components/schemas/');
