import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { Exchange } from '../../connectors/hubspot/testing/fake-hubspot/index.ts';
import { faultsOfQuery, matchOf, scopesOf } from './spec-operation.ts';
import {
  type Fields,
  isFields,
  type Operation,
  operationsOf,
  parsed,
  type SpecDocument,
  strictSchema,
} from './spec-document.ts';

/** Where a spec is wrong, and who says so. */
export interface Exceptions {
  /** By name of the schema: fields that it demands and that are not needed, and fields that it does not know. */
  readonly schemas: Readonly<Record<string, SchemaException>>;
  /** Answers that it does not know, by operation and status: judged as the answer of another status, or not at all. */
  readonly answers: readonly AnswerException[];
  /** Parameters of the query that it does not know, by operation. */
  readonly queries?: readonly QueryException[];
}

export interface SchemaException {
  readonly optional?: readonly string[];
  readonly also?: Readonly<Record<string, object>>;
  readonly why: string;
}

export interface QueryException {
  readonly operation: RegExp;
  readonly names: readonly string[];
  readonly why: string;
}

export interface AnswerException {
  readonly operation: RegExp;
  readonly status: number;
  readonly judgedAs: number | null;
  readonly why: string;
}

export interface Verdict {
  /** "POST /crm/objects/2026-09/{objectType} of contacts"; null: the specs have no such operation. */
  readonly operation: string | null;
  /** Names of fields, never values. */
  readonly faults: readonly string[];
}

/**
 * Whether requests and answers are what OpenAPI documents say: address, query, scopes, bodies and statuses. Stricter than the
 * documents in one respect: a field that they do not name is a fault.
 */
export function createSpecJudge(documents: readonly SpecDocument[], exceptions: Exceptions) {
  const operations = documents.flatMap(operationsOf);
  const validators = new Map<string, ValidateFunction>();
  const ajv = addFormats.default(new Ajv({ strict: false, allErrors: true }));

  function faultsOfJson(document: SpecDocument, name: string, schema: unknown, json: unknown): string[] {
    const key = `${document.title}: ${name}`;
    const validate = validators.get(key) ?? ajv.compile(strictSchema(document, schema, exceptions.schemas));
    validators.set(key, validate);
    return validate(json) ? [] : (validate.errors ?? []).map(worded);
  }

  function faultsOfPart({ document, key }: Operation, part: string, schema: unknown, json: unknown): string[] {
    return faultsOfJson(document, `${key} ${part}`, schema, json).map((fault) => `${part}: ${fault}`);
  }

  const alsoAsked = ({ key }: Operation) =>
    (exceptions.queries ?? []).filter((one) => one.operation.test(key)).flatMap(({ names }) => names);

  function faultsOfRequest(operation: Operation, { body, contentType }: Exchange): string[] {
    const { requestBody } = operation.declared;
    if (!requestBody) return body === '' ? [] : ['request: has a body, and needs none'];
    const type = (contentType ?? '').split(';')[0] ?? '';
    const content = requestBody.content[type];
    if (!content) return [`request: is ${type || 'of no type'}, not ${Object.keys(requestBody.content).join(' or ')}`];
    const json = type === 'application/json' ? parsed(body) : Object.fromEntries(new URLSearchParams(body));
    return faultsOfPart(operation, 'request', content.schema, json);
  }

  function faultsOfAnswer(operation: Operation, { answer }: Exchange): string[] {
    if (answer === null) return [];
    const exception = exceptions.answers.find(
      (one) => one.operation.test(operation.key) && one.status === answer.status,
    );
    if (exception?.judgedAs === null) return [];
    const status = exception?.judgedAs ?? answer.status;
    const part = `answer ${answer.status}`;
    const declared =
      operation.declared.responses[status] ?? (status >= 400 ? operation.declared.responses['default'] : null);
    if (!declared) return [`${part}: is a status that it does not have`];
    const contents = operation.document.contentOf(declared);
    const content = contents['application/json'] ?? contents['*/*'];
    if (!content) return answer.json === undefined ? [] : [`${part}: has a body, and should have none`];
    // As it goes over the wire: dates are text.
    const json: unknown = answer.json === undefined ? undefined : JSON.parse(JSON.stringify(answer.json));
    return faultsOfPart(operation, part, content.schema, json);
  }

  return {
    operations: operations.map(({ key }) => key),
    /** By name of a schema, what in a value is not as it says. Null: no document has such a schema. */
    faultsOf(name: string, value: unknown): readonly string[] | null {
      const document = documents.find(({ schemas }) => name in schemas);
      if (!document) return null;
      const schema = { $ref: `#/components/schemas/${name}` };
      return faultsOfJson(document, name, schema, value);
    },
    judge(exchange: Exchange): Verdict {
      const found = matchOf(operations, exchange);
      if (!found) return { operation: null, faults: [`${exchange.method} ${exchange.path}: is no operation`] };
      const { operation, of } = found;
      const faults = [
        ...faultsOfQuery(operation.declared, exchange.query, alsoAsked(operation)),
        ...scopesOf(operation.declared, exchange),
        ...faultsOfRequest(operation, exchange),
        ...faultsOfAnswer(operation, exchange),
      ];
      const name = of === null ? operation.key : `${operation.key} of ${of}`;
      return { operation: name, faults: faults.map((fault) => `${name}: ${fault}`) };
    },
  };
}

/** Where and what, without values: bodies hold what people wrote. */
function worded({ instancePath, message, params }: ErrorObject): string {
  const { additionalProperty, allowedValues }: Fields = isFields(params) ? params : {};
  const more = typeof additionalProperty === 'string' ? ` "${additionalProperty}"` : '';
  const values = Array.isArray(allowedValues) ? ` ${allowedValues.join(', ')}` : '';
  return `${instancePath.replaceAll(/\/\d+(?=\/|$)/g, '/*') || '/'} ${message ?? ''}${more}${values}`;
}
