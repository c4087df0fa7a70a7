import { randomUUID } from 'node:crypto';

/** A workflow as n8n's public API takes it. */
export interface Workflow {
  readonly name: string;
  readonly nodes: readonly WorkflowNode[];
  readonly connections: Readonly<Record<string, Readonly<Record<string, readonly (readonly Target[])[]>>>>;
  /** What nodes give out in a run from the editor, instead of being run. */
  readonly pinData?: Readonly<Record<string, readonly { readonly json: object }[]>>;
}

export interface WorkflowNode {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly typeVersion: number;
  readonly position: readonly [number, number];
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly webhookId?: string;
  readonly credentials?: Readonly<Record<string, { readonly id: string; readonly name: string }>>;
  readonly onError?: 'continueErrorOutput' | 'continueRegularOutput';
  readonly retryOnFail?: boolean;
  readonly maxTries?: number;
  readonly waitBetweenTries?: number;
}

interface Target {
  readonly node: string;
  readonly type: string;
  readonly index: number;
}

/** `output`: 1 = the error output of a node that continues on errors; `type`: for the parts of an agent. */
export interface Link {
  readonly from: string;
  readonly to: string;
  readonly output?: number;
  readonly type?: 'main' | 'ai_tool' | 'ai_languageModel';
}

/** Links given as text are chains of nodes: `Webhook > Send > Done`. */
export function workflow(name: string, nodes: readonly WorkflowNode[], ...links: readonly (string | Link)[]): Workflow {
  const connections: Record<string, Record<string, Target[][]>> = {};
  for (const { from, to, output = 0, type = 'main' } of links.flatMap(linksOf)) {
    const outputs = ((connections[from] ??= {})[type] ??= []);
    while (outputs.length <= output) outputs.push([]);
    outputs[output]?.push({ node: to, type, index: 0 });
  }
  // Nodes on top of each other cannot be clicked at.
  return { name, nodes: nodes.map((node, at) => ({ ...node, position: [at * 260, 300] as const })), connections };
}

function linksOf(link: string | Link): Link[] {
  if (typeof link !== 'string') return [link];
  const names = link.split(' > ');
  return names.slice(1).map((to, at) => ({ from: names[at] ?? '', to }));
}

export type NodeOptions = Partial<Omit<WorkflowNode, 'id' | 'name' | 'type'>>;

export function node(name: string, type: string, options: NodeOptions = {}): WorkflowNode {
  return { typeVersion: 1, position: [0, 0], parameters: {}, ...options, id: randomUUID(), name, type };
}

/** Begins a workflow with a POST, which is answered at once. */
export function webhook(name = 'Webhook'): WorkflowNode {
  const path = randomUUID();
  const parameters = { httpMethod: 'POST', path, responseMode: 'onReceived' };
  return node(name, 'n8n-nodes-base.webhook', { typeVersion: 2, parameters, webhookId: path });
}

/** One item for each entry of `items` in the body of the webhook. */
export function splitItems(name = 'Items'): WorkflowNode {
  const parameters = { fieldToSplitOut: 'body.items', options: {} };
  return node(name, 'n8n-nodes-base.splitOut', { parameters });
}

export const noOp = (name: string) => node(name, 'n8n-nodes-base.noOp');
