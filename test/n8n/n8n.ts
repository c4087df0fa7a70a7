import { until } from '../support/until.ts';
import type { RunningN8n } from './start.ts';
import type { Workflow } from './workflow.ts';

/** An n8n as its users reach it: by its public API where there is a call for it, otherwise as its editor does. */
export interface N8n {
  readonly url: string;
  /** Answers the id. */
  createCredential(type: string, data: Readonly<Record<string, unknown>>): Promise<string>;
  /** What the button "Test" of a credential shows. */
  testCredential(id: string): Promise<{ readonly status: string; readonly message: string }>;
  createWorkflow(workflow: Workflow): Promise<string>;
  activate(id: string): Promise<void>;
  deactivate(id: string): Promise<void>;
  archive(id: string): Promise<void>;
  /** Activates a workflow that begins with a Webhook node, and calls that. Answers the id of the execution. */
  run(workflow: Workflow, body?: unknown): Promise<{ readonly workflowId: string; readonly executionId: string }>;
  /**
   * "Execute workflow" in the editor, from one trigger on. Answers the id of the execution, and nothing when n8n listens
   * for a test event first.
   */
  runFrom(id: string, trigger: string): Promise<string | undefined>;
  /** Waits until an execution has one of these statuses. */
  execution(id: string, ...statuses: readonly Status[]): Promise<Execution>;
  /** The newest first. */
  executionsOf(workflowId: string): Promise<readonly Execution[]>;
  rest(method: string, path: string, body?: unknown): Promise<unknown>;
  api(method: string, path: string, body?: unknown): Promise<unknown>;
}

export type Status = 'success' | 'error' | 'waiting' | 'running' | 'canceled' | 'crashed' | 'new';

export interface Execution {
  readonly id: string;
  readonly status: Status;
  /** What a node gave out, run after run, on one of its outputs. A node that did not run gave out nothing. */
  items(node: string, output?: number): readonly Item[];
  /** How often a node ran. */
  runs(node: string): number;
  /** What the execution, or a node, failed with. */
  error(node?: string): string;
}

export interface Item {
  readonly json: Readonly<Record<string, unknown>>;
  readonly pairedItem?: unknown;
}

interface StoredExecution {
  readonly id: string | number;
  readonly status: Status;
  readonly data?: {
    readonly resultData: {
      readonly error?: { readonly message?: string };
      readonly runData: Readonly<Record<string, readonly NodeRun[]>>;
    };
  };
}

interface NodeRun {
  readonly data?: Readonly<Record<string, readonly (readonly Item[] | null)[]>>;
  readonly error?: { readonly message?: string; readonly description?: string };
}

export function n8nClient({ url, apiKey, cookie, browserId }: RunningN8n): N8n {
  const api = (method: string, path: string, body?: unknown) =>
    call(method, `${url}/api/v1${path}`, { 'X-N8N-API-KEY': apiKey }, body);
  const rest = async (method: string, path: string, body?: unknown) => {
    const answer = await call(method, `${url}/rest${path}`, { cookie, 'browser-id': browserId, ...PUSH }, body);
    return isObject(answer) && 'data' in answer ? answer['data'] : answer;
  };
  const executionsOf = async (workflowId: string) => {
    const { data } = (await api('GET', `/executions?workflowId=${workflowId}&includeData=true&limit=50`)) as {
      data: StoredExecution[];
    };
    return data.map(execution);
  };
  const activate = async (id: string) => void (await api('POST', `/workflows/${id}/activate`));
  const createWorkflow = async (workflow: Workflow) =>
    idOf(await api('POST', '/workflows', { settings: { executionOrder: 'v1' }, ...workflow }));
  return {
    url,
    api,
    rest,
    createCredential: async (type, data) => idOf(await api('POST', '/credentials', { name: 'A test', type, data })),
    testCredential: async (id) =>
      (await api('POST', `/credentials/${id}/test`)) as { readonly status: string; readonly message: string },
    createWorkflow,
    activate,
    deactivate: async (id) => void (await api('POST', `/workflows/${id}/deactivate`)),
    archive: async (id) => void (await rest('POST', `/workflows/${id}/archive`)),
    async run(workflow, body = {}) {
      const workflowId = await createWorkflow(workflow);
      await activate(workflowId);
      await fire(`${url}/webhook/${webhookPath(workflow)}`, body);
      const [first] = await until(async () => nonEmpty(await executionsOf(workflowId)));
      return { workflowId, executionId: String(first?.id) };
    },
    async runFrom(id, trigger) {
      const from = { triggerToStartFrom: { name: trigger } };
      const { executionId } = (await rest('POST', `/workflows/${id}/run`, from)) as { readonly executionId?: string };
      return executionId;
    },
    execution: (id, ...statuses) =>
      until(async () => {
        const found = execution((await api('GET', `/executions/${id}?includeData=true`)) as StoredExecution);
        if (statuses.includes(found.status)) return found;
        if (ENDED.includes(found.status)) throw new Error(`The execution is ${found.status}: ${found.error()}`);
        return undefined;
      }),
    executionsOf,
  };
}

const ENDED: readonly Status[] = ['success', 'error', 'canceled', 'crashed'];
/** The editor has a channel for news by this name; a test run is refused without one. */
const PUSH = { 'push-ref': 'test' };

async function call(method: string, url: string, headers: Readonly<Record<string, string>>, body: unknown) {
  const response = await fetch(url, {
    method,
    headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${new URL(url).pathname} answered ${response.status}: ${text}`);
  return text === '' ? undefined : (JSON.parse(text) as unknown);
}

/** n8n answers the activation before the address is there. */
async function fire(url: string, body: unknown): Promise<void> {
  await until(async () => {
    const { status } = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (status !== 404 && status !== 200) throw new Error(`The webhook of the workflow answered ${status}.`);
    return status === 200;
  });
}

function webhookPath({ nodes }: Workflow): string {
  const path = nodes.find(({ type }) => type === 'n8n-nodes-base.webhook')?.parameters['path'];
  if (typeof path !== 'string') throw new Error('The workflow has no Webhook node to begin with.');
  return path;
}

function execution({ id, status, data }: StoredExecution): Execution {
  const result = data?.resultData;
  const runsOf = (node: string) => result?.runData[node] ?? [];
  return {
    id: String(id),
    status,
    items: (node, output = 0) => runsOf(node).flatMap((run) => Object.values(run.data ?? {})[0]?.[output] ?? []),
    runs: (node) => runsOf(node).length,
    error(node) {
      const error = node === undefined ? result?.error : runsOf(node).at(-1)?.error;
      return [error?.message, error && 'description' in error ? error.description : ''].filter(Boolean).join(' ');
    },
  };
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const idOf = (answer: unknown) => (isObject(answer) ? String(answer['id']) : '');
const nonEmpty = <Item>(list: readonly Item[]) => (list.length > 0 ? list : undefined);
