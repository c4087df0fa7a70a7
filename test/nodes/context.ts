import type { IncomingHttpHeaders } from 'node:http';
import type {
  IDataObject,
  IExecuteFunctions,
  IHookFunctions,
  IHttpRequestOptions,
  INode,
  INodeExecutionData,
  INodeParameters,
  INodeType,
  IWebhookFunctions,
  IWebhookResponseData,
  NodeParameterValueType,
} from 'n8n-workflow';
import { NodeHelpers } from 'n8n-workflow';

/** What n8n hands to a node, made by hand: real parameters and defaults, real HTTP, nothing of n8n's engine. */

export interface Credentials {
  readonly baseUrl: string;
  readonly apiKey: string;
}

export interface HttpRequest extends IHttpRequestOptions {
  readonly credential: string;
}

/** Asks the server as n8n does, and keeps what was asked. */
export function httpOf(credentials: Credentials, requests: HttpRequest[] = []) {
  return async function httpRequestWithAuthentication(this: unknown, credential: string, options: IHttpRequestOptions) {
    requests.push({ ...options, credential });
    if (!options.ignoreHttpStatusErrors || !options.returnFullResponse) throw new Error('n8n would hide the answer');
    const url = new URL(options.url);
    for (const [name, value] of Object.entries((options.qs ?? {}) as Record<string, string>))
      url.searchParams.set(name, value);
    const response = await fetch(url, {
      method: options.method ?? 'GET',
      redirect: options.disableFollowRedirect ? 'manual' : 'follow',
      headers: {
        authorization: `Bearer ${credentials.apiKey.trim()}`,
        'content-type': 'application/json',
        ...(options.headers as Record<string, string>),
      },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    });
    const text = await response.text();
    return { statusCode: response.status, headers: Object.fromEntries(response.headers), body: parsed(text) };
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Parameters as an expression would give them for one item. */
export type Parameters = (json: IDataObject) => INodeParameters;

/** Reads parameters with the defaults of the description; `a.b` is a field of a collection. */
export function parameterReader(type: INodeType, parameters: Parameters, items: readonly { json: IDataObject }[]) {
  const read = new Map<number, INodeParameters>();
  const of = (index: number) => {
    const known = read.get(index) ?? withDefaults(type, parameters(items[index]?.json ?? {}));
    read.set(index, known);
    return known;
  };
  return (name: string, index: number, fallback: unknown, options?: { extractValue?: boolean }) => {
    const value = name
      .split('.')
      .reduce<unknown>((found, key) => (found as Record<string, unknown> | undefined)?.[key], of(index));
    const given = value === undefined ? fallback : value;
    if (given === undefined) throw new Error(`Could not get parameter ${name}`);
    return options?.extractValue ? extracted(given) : given;
  };
}

function withDefaults({ description }: INodeType, given: INodeParameters): INodeParameters {
  const node = nodeOf(description.name);
  return NodeHelpers.getNodeParameters(description.properties, given, true, false, node, description) ?? {};
}

const extracted = (value: unknown) =>
  typeof value === 'object' && value !== null && '__rl' in value ? (value as { value?: unknown }).value : value;

export const nodeOf = (type: string): INode => ({
  id: 'f0d4c4f4-0000-4000-8000-000000000001',
  name: 'SMS',
  type: `n8n-nodes-smsbridge.${type}`,
  typeVersion: 1,
  position: [0, 0],
  parameters: {},
});

export interface ExecuteOptions {
  readonly type: INodeType;
  readonly credentials: Credentials;
  readonly parameters: Parameters;
  readonly items?: readonly { json: IDataObject }[];
  readonly continueOnFail?: boolean;
  readonly executionId?: string;
  readonly runIndex?: number;
  readonly resumeUrl?: string;
  readonly timeZone?: string;
}

export interface ExecuteContext extends IExecuteFunctions {
  readonly requests: HttpRequest[];
  /** Until when the execution was parked. */
  readonly waits: Date[];
  readonly hints: string[];
  readonly executeData: { data: Record<string, unknown> };
}

export function executeContext(options: ExecuteOptions): ExecuteContext {
  const { type, credentials, items = [{ json: {} }], executionId = '17', runIndex = 0 } = options;
  const requests: HttpRequest[] = [];
  const waits: Date[] = [];
  const hints: string[] = [];
  const executeData = { data: { main: [items] } as Record<string, unknown> };
  const context = {
    requests,
    waits,
    hints,
    executeData,
    getInputData: () => [...items],
    getNodeParameter: parameterReader(type, options.parameters, items),
    getNode: () => nodeOf(type.description.name),
    getExecutionId: () => executionId,
    getTimezone: () => options.timeZone ?? 'UTC',
    continueOnFail: () => options.continueOnFail ?? false,
    evaluateExpression: (expression: string): NodeParameterValueType => {
      if (expression !== '{{ $runIndex }}') throw new Error(`Unknown expression ${expression}`);
      return runIndex;
    },
    getCredentials: () => Promise.resolve(credentials),
    getSignedResumeUrl: () => options.resumeUrl ?? 'http://127.0.0.1:9/webhook-waiting/17/node?signature=x',
    putExecutionToWait: (date: Date) => Promise.resolve(void waits.push(date)),
    getExecuteData: () => executeData,
    addExecutionHints: (...all: { message: string }[]) => void hints.push(...all.map(({ message }) => message)),
    helpers: { httpRequestWithAuthentication: httpOf(credentials, requests) },
  };
  return context as unknown as ExecuteContext;
}

/** Runs a node as n8n does, for items with parameters. */
export async function run(options: ExecuteOptions) {
  const context = executeContext(options);
  const [items = []] = ((await options.type.execute?.call(context)) ?? []) as INodeExecutionData[][];
  return { items, json: items.map(({ json }) => json), requests: context.requests, context };
}

export interface WebhookOptions {
  readonly type: INodeType;
  readonly credentials: Credentials;
  readonly parameters: INodeParameters;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly staticData?: IDataObject;
}

export interface WebhookAnswer {
  readonly status: number;
  readonly body: unknown;
  /** What goes on in the workflow; undefined = nothing. */
  readonly json: IDataObject | undefined;
}

/** Hands a request to a node as n8n does, and answers as n8n would. */
export async function webhook(options: WebhookOptions): Promise<WebhookAnswer> {
  const { type, credentials, headers, body, staticData = {} } = options;
  const own: { status?: number; body?: unknown } = {};
  const response = {
    status(status: number) {
      own.status = status;
      return response;
    },
    json(answer: unknown) {
      own.body = answer;
      return response;
    },
  };
  const read = parameterReader(type, () => options.parameters, [{ json: {} }]);
  const context = {
    getBodyData: () => JSON.parse(body) as IDataObject,
    getHeaderData: () => headers,
    getRequestObject: () => ({ rawBody: Buffer.from(body), headers }),
    getResponseObject: () => response,
    getNode: () => nodeOf(type.description.name),
    getWorkflowStaticData: () => staticData,
    getNodeParameter: (name: string, fallback: unknown, wanted?: { extractValue?: boolean }) =>
      read(name, 0, fallback, wanted),
    getCredentials: () => Promise.resolve(credentials),
    helpers: { httpRequestWithAuthentication: httpOf(credentials) },
  } as unknown as IWebhookFunctions;
  const answer: IWebhookResponseData = (await type.webhook?.call(context)) ?? {};
  const json = answer.workflowData?.[0]?.[0]?.json;
  if (answer.noWebhookResponse) return { status: own.status ?? 200, body: own.body, json };
  return { status: 200, body: answer.webhookResponse ?? { message: 'Workflow was started' }, json };
}

export interface HookOptions {
  readonly type: INodeType;
  readonly credentials: Credentials;
  readonly parameters: INodeParameters;
  readonly url: string;
  readonly staticData: IDataObject;
}

/** For `webhookMethods`. */
export function hookContext({ type, credentials, parameters, url, staticData }: HookOptions): IHookFunctions {
  const read = parameterReader(type, () => parameters, [{ json: {} }]);
  return {
    getNode: () => nodeOf(type.description.name),
    getWorkflow: () => ({ id: 'w1', name: 'Replies', active: true }),
    getNodeWebhookUrl: () => url,
    getWorkflowStaticData: () => staticData,
    getNodeParameter: (name: string, fallback: unknown, wanted?: { extractValue?: boolean }) =>
      read(name, 0, fallback, wanted),
    getCredentials: () => Promise.resolve(credentials),
    helpers: { httpRequestWithAuthentication: httpOf(credentials) },
  } as unknown as IHookFunctions;
}
