import { randomBytes, randomUUID } from 'node:crypto';
import type { SecretBox } from '../access/secrets.ts';
import type { Clock } from '../clock.ts';
import type { Mode } from '../rules/message.ts';
import { datedUuid } from '../rules/uuid.ts';
import type { WebhookFilter } from '../rules/webhook-filter.ts';
import type { Database } from '../store/database.ts';
import type { WebhookDeliveryRow, WebhookEndpointRow } from '../store/schema.ts';
import { deliveryById } from '../store/webhook-history.ts';
import { insertDeliveries } from '../store/webhooks.ts';
import {
  countEndpoints,
  deleteEndpoint,
  endpointById,
  insertEndpoint,
  moveDeliveries,
  selectEndpoints,
  updateEndpoint,
} from '../store/webhook-endpoints.ts';
import { SECRETS_LABEL } from './deliver.ts';
import type { SafeFetch } from './safe-fetch.ts';
import { newSecret } from './sign.ts';
import type { TargetFault } from './target.ts';

export interface Endpoints {
  create(mode: Mode, endpoint: NewEndpoint): Promise<CreatedEndpoint>;
  /** Newest first, at most {@link ENDPOINTS_MAX}. */
  list(mode: Mode): Promise<WebhookEndpoint[]>;
  /** What is left out stays. Turning it on forgets its failures; a new address gets what still waits, too. */
  update(mode: Mode, id: string, changes: EndpointChanges): Promise<UpdatedEndpoint>;
  /** Null when there is none. For `overlapSeconds` the old secret signs beside the new one. */
  rotate(mode: Mode, id: string, overlapSeconds: number): Promise<RotatedSecret | null>;
  /** Sends it an event of no consequence, as any other is sent. Null when there is no such endpoint, or it is off. */
  test(mode: Mode, id: string): Promise<WebhookDeliveryRow | null>;
  /** False when this mode has no such endpoint. What it still had to get is given up. */
  remove(mode: Mode, id: string): Promise<boolean>;
}

export type WebhookEndpoint = Omit<
  WebhookEndpointRow,
  'secret' | 'previous_secret' | 'previous_secret_until' | 'failed_at'
>;

export interface NewEndpoint {
  readonly url: string;
  /** Whole types, `message.*` or `*`. */
  readonly event_types: readonly string[];
  readonly description?: string | null;
  /** Null = every text. */
  readonly filter?: WebhookFilter | null;
}

export interface EndpointChanges {
  readonly url?: string;
  readonly event_types?: readonly string[];
  readonly description?: string | null;
  readonly filter?: WebhookFilter | null;
  readonly enabled?: boolean;
}

export type CreatedEndpoint =
  /** `secret` is shown here and never again. */
  | { readonly ok: true; readonly endpoint: WebhookEndpoint; readonly secret: string }
  | { readonly ok: false; readonly reason: TargetFault | 'too_many_endpoints' };

export type UpdatedEndpoint =
  | { readonly ok: true; readonly endpoint: WebhookEndpoint }
  | { readonly ok: false; readonly reason: TargetFault | 'unknown' };

export interface RotatedSecret {
  readonly endpoint: WebhookEndpoint;
  readonly secret: string;
  /** Null = the old secret signs no more. */
  readonly previousUntil: Date | null;
}

export interface EndpointsOptions {
  readonly database: Database;
  readonly safeFetch: Pick<SafeFetch, 'check'>;
  readonly secrets: Pick<SecretBox, 'seal'>;
  readonly clock: Clock;
}

/** Per mode: every event costs one row for each endpoint that wants it. */
export const ENDPOINTS_MAX = 100;
/** The type of what `test` sends; nobody can subscribe to it, and nothing else has it. */
export const TEST_TYPE = 'webhook_endpoint.test';

export function openEndpoints(options: EndpointsOptions, onDue: () => void): Endpoints {
  const { database, safeFetch, secrets, clock } = options;
  const seal = (secret: string) => secrets.seal(SECRETS_LABEL, secret);
  return {
    async create(mode, { url, event_types, description, filter }) {
      const target = safeFetch.check(url, mode);
      if (!target.ok) return target;
      if ((await countEndpoints(database, mode)) >= ENDPOINTS_MAX) return { ok: false, reason: 'too_many_endpoints' };
      const secret = newSecret();
      const row = {
        id: `we_${randomBytes(8).toString('hex')}`,
        mode,
        url,
        event_types: [...event_types],
        description: description ?? null,
        filter: filter ?? null,
        enabled: true,
        created_at: new Date(clock.now()),
      };
      await insertEndpoint(database, { ...row, secret: seal(secret) });
      return { ok: true, endpoint: { ...row, failing_since: null, disabled_reason: null }, secret };
    },
    async list(mode) {
      return (await selectEndpoints(database, mode)).map(shown);
    },
    async update(mode, id, changes) {
      const target = changes.url === undefined ? null : safeFetch.check(changes.url, mode);
      if (target && !target.ok) return target;
      const revived = changes.enabled === undefined ? {} : HEALTHY;
      const { event_types, ...others } = changes;
      const types = event_types === undefined ? {} : { event_types: [...event_types] };
      const row = await updateEndpoint(database, mode, id, { ...others, ...types, ...revived });
      if (!row) return { ok: false, reason: 'unknown' };
      if (changes.url !== undefined) await moveDeliveries(database, id, changes.url);
      return { ok: true, endpoint: shown(row) };
    },
    async rotate(mode, id, overlapSeconds) {
      const secret = newSecret();
      const previousUntil = overlapSeconds > 0 ? new Date(clock.now() + overlapSeconds * 1_000) : null;
      const row = await database.transaction(async () => {
        const before = await endpointById(database, mode, id, 'for update');
        if (!before) return null;
        const previous = { previous_secret: previousUntil && before.secret, previous_secret_until: previousUntil };
        return updateEndpoint(database, mode, id, { secret: seal(secret), ...previous });
      });
      return row ? { endpoint: shown(row), secret, previousUntil } : null;
    },
    async test(mode, id) {
      const endpoint = await endpointById(database, mode, id);
      if (!endpoint?.enabled) return null;
      const delivery = testDelivery(endpoint, new Date(clock.now()));
      await insertDeliveries(database, [delivery], delivery.next_attempt_at);
      const stored = await deliveryById(database, mode, delivery.id);
      onDue();
      return stored ?? null;
    },
    remove: (mode, id) => deleteEndpoint(database, id, mode),
  };
}

const HEALTHY = { failed_at: null, failing_since: null, disabled_reason: null };

function testDelivery({ id: endpoint_id, mode, url }: WebhookEndpointRow, now: Date) {
  const id = datedUuid(now.getTime(), randomUUID());
  const data = { object: 'webhook_endpoint', endpoint_id, mode, message: 'This is a test: nothing has happened.' };
  const payload = JSON.stringify({ type: TEST_TYPE, timestamp: now.toISOString(), data });
  const rest = { message_id: null, attempts: 0, next_attempt_at: now };
  return { id, endpoint_id, mode, url, event_type: TEST_TYPE, payload, ...rest };
}

function shown(row: WebhookEndpointRow): WebhookEndpoint {
  const { secret: _secret, previous_secret: _previous, previous_secret_until: _until, failed_at: _at, ...rest } = row;
  return rest;
}
