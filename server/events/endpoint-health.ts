import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { afterFailure } from '../rules/endpoint-health.ts';
import type { Database } from '../store/database.ts';
import { disableEndpoint, forgetFailures, lockEndpoint, saveHealth } from '../store/endpoint-health.ts';
import { insertEvents } from '../store/events.ts';

export interface HealthOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
}

/** `gone`: it answered 410. `failing`: nothing but failures for five days. */
export type DisabledBecause = 'gone' | 'failing';

/** Turns an endpoint off and tells of it: by an event, for those who listen elsewhere, and in the log. */
export function disable(options: HealthOptions, id: string, reason: DisabledBecause): Promise<void> {
  const { database, clock, log } = options;
  return database.transaction(async () => {
    const disabled = await disableEndpoint(database, id, reason);
    if (!disabled) return;
    const { mode, host } = disabled;
    const data = { endpoint_id: id, reason, host };
    const created_at = new Date(clock.now());
    const type = 'webhook_endpoint.disabled';
    await insertEvents(database, [{ type, mode, message_id: null, sequence: 0, data, created_at }]);
    database.afterCommit(() => log.warn({ endpoint_id: id, host, reason }, 'a webhook endpoint was disabled'));
  });
}

/** Keeps count of the failures of an endpoint, and gives it up when there was nothing else for too long. */
export async function noteFailure(options: HealthOptions, id: string): Promise<void> {
  const { database, clock } = options;
  const isOver = await database.transaction(async () => {
    const health = await lockEndpoint(database, id);
    if (!health) return false;
    const { disables, ...after } = afterFailure(health, new Date(clock.now()));
    await saveHealth(database, id, after);
    return disables;
  });
  if (isOver) await disable(options, id, 'failing');
}

/** Only asked for where there was a failure before: the ordinary success costs nothing. */
export function noteRecovery({ database }: HealthOptions, id: string): Promise<void> {
  return forgetFailures(database, id);
}
