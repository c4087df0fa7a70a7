import type { WebhookDeliveryRow } from '../../events/deliveries.ts';
import { withoutText } from '../../events/view.ts';
import { deliveriesQuery, recoverBody } from '../contract-deliveries.ts';
import type { Answer, Call, KeyHandlers } from '../handlers.ts';
import { answerList } from '../list.ts';
import { parse } from '../parse.ts';
import type { Ports } from '../ports.ts';
import { type Fault, invalid, notFound } from '../problem.ts';
import { uuidOf } from './messages.ts';

type Operations =
  | 'testWebhookEndpoint'
  | 'listWebhookDeliveries'
  | 'recoverWebhookDeliveries'
  | 'getWebhookDelivery'
  | 'resendWebhookDelivery';

export function deliveryRoutesOf(ports: Ports): Pick<KeyHandlers, Operations> {
  const { webhookEndpoints, webhookDeliveries, clock } = ports;
  return {
    async testWebhookEndpoint({ key, params: { endpoint_id: id = '' } }) {
      const delivery = await webhookEndpoints.test(key.mode, id);
      if (delivery) return { status: 202, body: view(delivery) };
      const exists = (await webhookEndpoints.list(key.mode)).some((endpoint) => endpoint.id === id);
      return { fault: exists ? isOff : notFound };
    },
    listWebhookDeliveries: (call) => list(ports, call),
    async recoverWebhookDeliveries({ key, json, params: { endpoint_id: id = '' } }) {
      const parsed = parse(recoverBody, json);
      if (!parsed.ok) return parsed;
      const since = new Date(parsed.value.since);
      const until = new Date(parsed.value.until ?? clock.now());
      if (since >= until) return { fault: invalid('since', 'must be before until') };
      const recovered = await webhookDeliveries.recover(key.mode, id, since, until);
      if (!recovered) return { fault: notFound };
      const { deliveries, complete } = recovered;
      const body = { object: 'webhook_recovery', deliveries, complete, until: recovered.until.toISOString() };
      return { status: 202, body };
    },
    async getWebhookDelivery({ key, params }) {
      const id = uuidOf(params['delivery_id']);
      const delivery = id === null ? undefined : await webhookDeliveries.find(key.mode, id);
      return delivery ? { status: 200, body: detail(delivery, key) } : { fault: notFound };
    },
    async resendWebhookDelivery({ key, params }) {
      const id = uuidOf(params['delivery_id']);
      const resent = id === null ? null : await webhookDeliveries.resend(key.mode, id);
      if (resent?.ok) return { status: 202, body: view(resent.delivery) };
      return { fault: resent?.reason === 'emptied' ? isEmptied : notFound };
    },
  };
}

async function list({ webhookDeliveries, cursorKey }: Ports, { key, query, params }: Call): Promise<Answer> {
  const parsed = parse(deliveriesQuery, { ...query });
  if (!parsed.ok) return parsed;
  const { status, limit, cursor } = parsed.value;
  const { endpoint_id: endpointId = '' } = params;
  let isKnown = true;
  const answer = await answerList<WebhookDeliveryRow>({
    cursorKey,
    path: `/v1/webhook-endpoints/${encodeURIComponent(endpointId)}/deliveries`,
    mode: key.mode,
    filters: { status },
    limit,
    cursor,
    read: async (place, size) => {
      const from = { state: status ?? null, belowId: place?.[0] ?? null };
      const rows = await webhookDeliveries.list(key.mode, endpointId, from, size + 1);
      isKnown = rows !== null;
      return rows ?? [];
    },
    placeOf: ({ id }) => [id],
    view,
  });
  return isKnown ? answer : { fault: notFound };
}

const isOff: Fault = {
  code: 'INVALID_REQUEST',
  status: 409,
  detail: 'The endpoint is turned off, so nothing is sent there.',
  action: 'Turn it on first: PATCH with {"enabled": true}.',
};

const isEmptied: Fault = {
  code: 'INVALID_REQUEST',
  status: 409,
  detail: 'What this delivery said has been taken away and cannot be sent again.',
  action: 'Read the text from GET /v1/messages/{id}.',
};

function view(delivery: WebhookDeliveryRow) {
  const { id, mode, endpoint_id, event_type, message_id, state, attempts, last_status, last_error } = delivery;
  return {
    id,
    object: 'webhook_delivery',
    mode,
    endpoint_id,
    event_type,
    message_id,
    status: state,
    attempts,
    next_attempt_at: state === 'pending' ? delivery.next_attempt_at.toISOString() : null,
    last_attempt_at: delivery.last_attempt_at?.toISOString() ?? null,
    duration_ms: delivery.last_duration_ms,
    response_status: last_status,
    error: last_error,
    created_at: delivery.created_at.toISOString(),
  };
}

const BODY_CHARACTERS = 2_000;

function detail(delivery: WebhookDeliveryRow, key: Call['key']) {
  const showsText = key.scopes.has('messages:content');
  const body = showsText
    ? delivery.payload
    : JSON.stringify(withoutText(JSON.parse(delivery.payload) as object as Data));
  return {
    ...view(delivery),
    request: { url: delivery.url, body: body.slice(0, BODY_CHARACTERS).toWellFormed() },
    response: { status: delivery.last_status, body: showsText ? delivery.last_response : null },
  };
}

type Data = Readonly<Record<string, unknown>>;
