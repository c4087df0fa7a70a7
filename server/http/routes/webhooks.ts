import type { z } from 'zod';
import type { WebhookEndpoint } from '../../events/webhooks.ts';
import { changedEndpointBody, rotateSecretBody, webhookEndpointBody } from '../contract-webhooks.ts';
import type { KeyHandlers } from '../handlers.ts';
import { parse } from '../parse.ts';
import type { Ports } from '../ports.ts';
import { invalid, notFound } from '../problem.ts';
import { urlFault } from '../url-fault.ts';

type Operations =
  | 'createWebhookEndpoint'
  | 'listWebhookEndpoints'
  | 'getWebhookEndpoint'
  | 'updateWebhookEndpoint'
  | 'rotateWebhookSecret'
  | 'deleteWebhookEndpoint'
  | 'getWebhookSecret';

export function webhookRoutes({ webhookEndpoints, webhookSecret }: Ports): Pick<KeyHandlers, Operations> {
  return {
    async createWebhookEndpoint({ key, json }) {
      const parsed = parse(webhookEndpointBody, json);
      if (!parsed.ok) return parsed;
      const { url, event_types, description = null, filter = null } = parsed.value;
      const wanted = { url, event_types: [...new Set(event_types)], description, filter };
      const created = await webhookEndpoints.create(key.mode, wanted);
      if (created.ok) return { status: 201, body: { ...view(created.endpoint), secret: created.secret } };
      if (created.reason !== 'too_many_endpoints') return { fault: urlFault('url', created.reason) };
      return { fault: invalid('url', 'cannot be added: delete an endpoint that is no longer needed first') };
    },
    async listWebhookEndpoints({ key }) {
      const endpoints = await webhookEndpoints.list(key.mode);
      return { status: 200, body: { data: endpoints.map(view), has_more: false, next_cursor: null } };
    },
    async getWebhookEndpoint({ key, params }) {
      const endpoints = await webhookEndpoints.list(key.mode);
      const found = endpoints.find(({ id }) => id === params['endpoint_id']);
      return found ? { status: 200, body: view(found) } : { fault: notFound };
    },
    async updateWebhookEndpoint({ key, json, params: { endpoint_id: id = '' } }) {
      const parsed = parse(changedEndpointBody, json);
      if (!parsed.ok) return parsed;
      const updated = await webhookEndpoints.update(key.mode, id, changesOf(parsed.value));
      if (updated.ok) return { status: 200, body: view(updated.endpoint) };
      return { fault: updated.reason === 'unknown' ? notFound : urlFault('url', updated.reason) };
    },
    async rotateWebhookSecret({ key, json, params: { endpoint_id: id = '' } }) {
      const parsed = parse(rotateSecretBody, json);
      if (!parsed.ok) return parsed;
      const rotated = await webhookEndpoints.rotate(key.mode, id, parsed.value.overlap_seconds ?? DAY_SECONDS);
      if (!rotated) return { fault: notFound };
      const { endpoint, secret, previousUntil } = rotated;
      const previous_secret_until = previousUntil?.toISOString() ?? null;
      return { status: 200, body: { ...view(endpoint), secret, previous_secret_until } };
    },
    async deleteWebhookEndpoint({ key, params: { endpoint_id: id = '' } }) {
      const isKnown = ENDPOINT_ID.test(id) && (await webhookEndpoints.remove(key.mode, id));
      return isKnown ? { status: 204 } : { fault: notFound };
    },
    getWebhookSecret: () => ({ status: 200, body: { object: 'webhook_secret', secret: webhookSecret } }),
  };
}

const DAY_SECONDS = 86_400;

/** Zod leaves a field that was not given out, or undefined. */
function changesOf({ url, event_types, description, filter, enabled }: z.output<typeof changedEndpointBody>) {
  return {
    ...(url === undefined ? {} : { url }),
    ...(event_types === undefined ? {} : { event_types: [...new Set(event_types)] }),
    ...(description === undefined ? {} : { description }),
    ...(filter === undefined ? {} : { filter }),
    ...(enabled === undefined ? {} : { enabled }),
  };
}

/** Whatever cannot be an id is not asked for. */
const ENDPOINT_ID = /^[\w-]{1,64}$/;

function view(endpoint: WebhookEndpoint) {
  return {
    id: endpoint.id,
    object: 'webhook_endpoint',
    mode: endpoint.mode,
    url: endpoint.url,
    event_types: endpoint.event_types,
    description: endpoint.description,
    filter: endpoint.filter,
    enabled: endpoint.enabled,
    disabled_reason: endpoint.disabled_reason,
    failing_since: endpoint.failing_since?.toISOString() ?? null,
    created_at: endpoint.created_at.toISOString(),
  };
}
