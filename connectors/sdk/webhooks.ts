import type {
  CreateWebhookEndpointAnswer,
  CreateWebhookEndpointBody,
  GetWebhookDeliveryAnswer,
  GetWebhookSecretAnswer,
  ListWebhookDeliveriesAnswer,
  ListWebhookDeliveriesQuery,
  ListWebhookEndpointsAnswer,
  RecoverWebhookDeliveriesAnswer,
  RecoverWebhookDeliveriesBody,
  RotateWebhookSecretAnswer,
  UpdateWebhookEndpointBody,
  WebhookDelivery,
  WebhookEndpoint,
} from './contract.ts';
import { type CallOptions, type Filter, type Transport, at, type SendOptions } from './transport.ts';
import {
  type RawBody,
  type VerifyOptions,
  type WebhookEvent,
  type WebhookHeaders,
  verifyWebhook,
} from './verify-webhook.ts';

export type NewWebhookEndpoint = CreateWebhookEndpointAnswer;

const endpointPath = (id: string) => at`/v1/webhook-endpoints/${id}`;

/** Where events are sent to, what was sent there, and the check of what arrives. */
export const webhooksOf = (http: Transport) => ({
  /** The newest first. */
  list: (): Promise<ListWebhookEndpointsAnswer['data']> =>
    http.list<ListWebhookEndpointsAnswer>('/v1/webhook-endpoints'),
  get: (id: string): Promise<WebhookEndpoint> => http.get(endpointPath(id)),
  /** Keep `secret`: it is shown this once. */
  create: (endpoint: CreateWebhookEndpointBody, options?: SendOptions): Promise<NewWebhookEndpoint> =>
    http.once('/v1/webhook-endpoints', endpoint, options),
  /** What is left out stays. Turning it on again forgets its failures. */
  update: (id: string, change: UpdateWebhookEndpointBody): Promise<WebhookEndpoint> =>
    http.patch(endpointPath(id), change),
  remove: (id: string): Promise<void> => http.remove(endpointPath(id)),
  /** Another secret; the one before signs too for `overlapSeconds`, a day when left out. */
  rotate: (id: string, overlapSeconds?: number, options?: SendOptions): Promise<RotateWebhookSecretAnswer> =>
    http.once(
      `${endpointPath(id)}/rotate-secret`,
      overlapSeconds === undefined ? {} : { overlap_seconds: overlapSeconds },
      options,
    ),
  /** Sends it an event of no consequence; the delivery says how that went. */
  test: (id: string): Promise<WebhookDelivery> => http.create(`${endpointPath(id)}/test`),
  /** Sends it what failed, and what happened while it was off. */
  recover: (id: string, time: RecoverWebhookDeliveriesBody): Promise<RecoverWebhookDeliveriesAnswer> =>
    http.post(`${endpointPath(id)}/recover`, time),
  /** Signs what is sent to the status_callback of a text. */
  callbackSecret: async (): Promise<string> => {
    const { secret } = await http.get<GetWebhookSecretAnswer>('/v1/webhook-secret');
    return secret;
  },
  deliveries: {
    /** What was sent to one endpoint, the newest first. */
    list: (
      endpointId: string,
      filter: Filter<ListWebhookDeliveriesQuery> = {},
      options: CallOptions = {},
    ): AsyncGenerator<WebhookDelivery, void> =>
      http.each<ListWebhookDeliveriesAnswer>(`${endpointPath(endpointId)}/deliveries`, filter, options),
    /** With what was sent and what was answered. */
    get: (id: string): Promise<GetWebhookDeliveryAnswer> => http.get(at`/v1/webhook-deliveries/${id}`),
    /** Under the same webhook-id: a receiver that had it drops it. */
    resend: (id: string): Promise<WebhookDelivery> => http.post(at`/v1/webhook-deliveries/${id}/resend`),
  },
  /** The event that arrived, or `WebhookSignatureError`; see `verifyWebhook`, which needs no client. */
  verify: (
    rawBody: RawBody,
    headers: WebhookHeaders,
    secret: string | readonly string[],
    options: VerifyOptions = {},
  ): Promise<WebhookEvent> => verifyWebhook(rawBody, headers, secret, { nowMs: http.options.now(), ...options }),
});
