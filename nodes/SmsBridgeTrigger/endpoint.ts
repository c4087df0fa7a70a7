import type { IDataObject, IHookFunctions, INode } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import type { CreateWebhookEndpointAnswer, CreateWebhookEndpointBody, WebhookEndpoint } from '../SmsBridge/contract.ts';
import { errorOf, type Outcome } from '../SmsBridge/failures.ts';
import { call } from '../SmsBridge/transport.ts';
import { eventTypesOf, filterOf } from './subscription.ts';

/** The endpoint that the server sends events of one trigger to, from activation to deactivation. */

export async function endpointExists(context: IHookFunctions): Promise<boolean> {
  const known = registered(context)[urlOf(context)];
  if (!known) return false;
  const found: Outcome<WebhookEndpoint> = await call(context, { method: 'GET', path: pathOf(known) });
  if (found.ok) return isSame(wanted(context), found.value);
  if (found.failure.status === 404) return false;
  throw errorOf(context.getNode(), found.failure);
}

/** One that is there but wants other events makes way for the new one. */
export async function createEndpoint(context: IHookFunctions): Promise<boolean> {
  await deleteEndpoint(context);
  const body = wanted(context);
  const path = '/v1/webhook-endpoints';
  const created: Outcome<CreateWebhookEndpointAnswer> = await call(context, { method: 'POST', path, body });
  if (!created.ok) throw errorOf(context.getNode(), created.failure);
  const { id, secret } = created.value;
  registered(context)[body.url] = { id, secret };
  return true;
}

export async function deleteEndpoint(context: IHookFunctions): Promise<boolean> {
  const all = registered(context);
  const url = urlOf(context);
  const known = all[url];
  if (!known) return true;
  const deleted = await call(context, { method: 'DELETE', path: pathOf(known) });
  if (!deleted.ok && deleted.failure.status !== 404) throw errorOf(context.getNode(), deleted.failure);
  delete all[url];
  return true;
}

interface Registered {
  readonly id: string;
  readonly secret: string;
}

/** By address: that of a test run and that of the active workflow have a secret each. For changing it. */
function registered(context: Pick<IHookFunctions, 'getWorkflowStaticData'>): Record<string, Registered> {
  const kept = context.getWorkflowStaticData('node') as Kept;
  kept.endpoints ??= {};
  return kept.endpoints;
}

/**
 * The secrets that an event may be signed with. Reading them changes nothing: n8n stores whatever was touched, and a
 * request that is quicker than the end of the activation would undo what the activation is about to store.
 */
export function secretsOf(context: Pick<IHookFunctions, 'getWorkflowStaticData'>): string[] {
  const { endpoints = {} } = context.getWorkflowStaticData('node') as Kept;
  return Object.values(endpoints).map(({ secret }) => secret);
}

interface Kept extends IDataObject {
  endpoints?: Record<string, Registered> & IDataObject;
}

const pathOf = ({ id }: Registered) => `/v1/webhook-endpoints/${encodeURIComponent(id)}`;

function urlOf(context: IHookFunctions): string {
  const url = context.getNodeWebhookUrl('default');
  if (url === undefined) throw new NodeOperationError(context.getNode(), 'n8n has no address for this trigger');
  return url;
}

function wanted(context: IHookFunctions): CreateWebhookEndpointBody & { readonly event_types: readonly string[] } {
  const filter = filterOf(context);
  const event_types = eventTypesOf(context);
  const node: INode = context.getNode();
  if (event_types.length === 0) throw new NodeOperationError(node, "Choose at least one event under 'Trigger On'");
  const description = `n8n: ${context.getWorkflow().name ?? ''} / ${node.name}`.slice(0, 200);
  return { url: urlOf(context), event_types, description, filter: Object.keys(filter).length === 0 ? null : filter };
}

function isSame(want: CreateWebhookEndpointBody, have: WebhookEndpoint): boolean {
  const facts = ({ url, event_types, filter }: Pick<WebhookEndpoint, 'url' | 'event_types' | 'filter'>) =>
    JSON.stringify([url, [...event_types].sort(), Object.entries(filter ?? {}).sort(byName)]);
  return have.enabled && facts({ ...want, filter: want.filter ?? null }) === facts(have);
}

const byName = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1);
