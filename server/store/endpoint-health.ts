import type { EndpointHealth } from '../rules/endpoint-health.ts';
import type { Mode } from '../rules/message.ts';
import type { Database } from './database.ts';

/** Null when it is gone or off. */
export async function lockEndpoint(database: Database, id: string): Promise<EndpointHealth | null> {
  const rows = await database.query<EndpointHealth>({
    name: 'lock-endpoint-health',
    text: `select failed_at as "failedAt", failing_since as "failingSince" from webhook_endpoints
      where id = $1 and enabled for update`,
    values: [id],
  });
  return rows[0] ?? null;
}

export async function saveHealth(database: Database, id: string, health: EndpointHealth): Promise<void> {
  await database.query({
    name: 'save-endpoint-health',
    text: `update webhook_endpoints set failed_at = $2, failing_since = $3
      where id = $1 and (failed_at is distinct from $2 or failing_since is distinct from $3)`,
    values: [id, health.failedAt, health.failingSince],
  });
}

export async function forgetFailures(database: Database, id: string): Promise<void> {
  await database.query({
    name: 'forget-endpoint-failures',
    text: `update webhook_endpoints set failed_at = null, failing_since = null where id = $1 and failed_at is not null`,
    values: [id],
  });
}

/** Undefined when it was off before. */
export async function disableEndpoint(
  database: Database,
  id: string,
  reason: string,
): Promise<{ readonly mode: Mode; readonly host: string } | undefined> {
  const rows = await database.query<{ mode: Mode; host: string }>({
    text: `update webhook_endpoints set enabled = false, disabled_reason = $2
      where id = $1 and enabled returning mode, lower(split_part(url, '/', 3)) as host`,
    values: [id, reason],
  });
  return rows[0];
}
