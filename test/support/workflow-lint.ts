import { type INode, type INodeParameters, type INodeTypeDescription, NodeHelpers } from 'n8n-workflow';

/** A workflow as it lies in a file. */
export interface WorkflowFile {
  readonly name: string;
  readonly nodes: readonly INode[];
  readonly connections: Readonly<Record<string, Readonly<Record<string, readonly (readonly { node: string }[])[]>>>>;
}

const FIELDS = ['name', 'nodes', 'connections', 'settings', 'pinData'];
const NOTE = 'n8n-nodes-base.stickyNote';
/** Numbers and hosts that belong to nobody. */
const RESERVED_NUMBER = /^\+(1(415|500)555\d{4}|447700900\d{3})$/;
const RESERVED_HOST = /(^|\.)example\.(com|org|net)$/;

/** What makes a workflow unfit to be handed out: secrets, ids of somebody's n8n, loose ends, numbers of real people. */
export function workflowFaults(workflow: WorkflowFile): string[] {
  const names = workflow.nodes.map(({ name }) => name);
  const linked = Object.values(workflow.connections).flatMap((outputs) =>
    Object.values(outputs).flatMap((targets) => targets.flatMap((target) => target.map(({ node }) => node))),
  );
  const ends = new Set([...linked, ...Object.keys(workflow.connections)]);
  const notes = workflow.nodes.filter(({ type }) => type === NOTE);
  return [
    ...Object.keys(workflow).flatMap((field) => (FIELDS.includes(field) ? [] : [`${field} does not belong there`])),
    ...(new Set(names).size === names.length ? [] : ['two nodes have the same name']),
    ...(notes.length === 1 ? [] : [`it has ${notes.length} sticky notes`]),
    ...notes.flatMap(({ parameters }) =>
      `${JSON.stringify(parameters['content'])}`.startsWith(`"## ${workflow.name}\\n`)
        ? []
        : ['the note does not begin with the name'],
    ),
    ...[...ends].flatMap((name) => (names.includes(name) ? [] : [`there is no node ${name}`])),
    ...workflow.nodes.flatMap(({ name, type }) =>
      type === NOTE || ends.has(name) ? [] : [`${name} is not connected`],
    ),
    ...workflow.nodes.flatMap(({ name, credentials }) => (credentials ? [`${name} has credentials`] : [])),
    ...foreign(JSON.stringify(workflow)),
  ];
}

function foreign(text: string): string[] {
  const numbers = text.match(/\+\d{9,15}/g) ?? [];
  const hosts = [...text.matchAll(/(?:https?:\/\/|@)([a-z0-9-]+(?:\.[a-z0-9-]+)+)/g)].map((match) => match[1] ?? '');
  return [
    ...numbers.filter((number) => !RESERVED_NUMBER.test(number)).map((number) => `${number} may be somebody's`),
    ...hosts.filter((host) => !RESERVED_HOST.test(host)).map((host) => `${host} is somebody's`),
  ];
}

/** Parameters of a node that its description does not know, or does not show beside the others, and those it misses. */
export function parameterFaults(node: INode, description: INodeTypeDescription): string[] {
  const { properties } = description;
  const given = node.parameters;
  const known = NodeHelpers.getNodeParameters(properties, given, true, false, node, description) ?? {};
  const issues = NodeHelpers.getNodeParametersIssues(properties, node, description)?.parameters ?? {};
  return [
    ...missing(given, known).map((path) => `${node.name}: ${path} is unknown`),
    ...Object.values(issues).flatMap((faults) => faults.map((fault) => `${node.name}: ${fault}`)),
  ];
}

/** Paths of what is in `given` and not in `known`. */
function missing(given: INodeParameters, known: unknown, path = ''): string[] {
  return Object.entries(given).flatMap(([name, value]) => {
    const here = `${path}/${name}`;
    if (!isFields(known) || !(name in known)) return [here];
    return isFields(value) && !Array.isArray(value) ? missing(value as INodeParameters, known[name], here) : [];
  });
}

const isFields = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
