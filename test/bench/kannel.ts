import { join } from 'node:path';
import { output } from './child.ts';
import type { Round, RoundRequest } from './round.ts';

/** What the kit's `run.sh` prints, as far as it is used. */
interface KannelRun {
  readonly http_accepted: number;
  readonly http_non2xx: number;
  readonly http_rate: number;
  readonly p50_ms: number;
  readonly p99_ms: number;
  readonly submits_total: number;
  readonly e2e_rate_first_to_last: number;
  readonly hooks: number;
  readonly cpu_us_per_msg: { readonly bearerbox: number; readonly smsbox: number };
}

/** Kannel with its store in a file, by the kit, inside the namespace that this process is in already. */
export async function kannelRound(kit: string, window: number, request: RoundRequest): Promise<Round> {
  const shape = ['file', window, request.connections, request.seconds, request.withReceipts ? 1 : 0].map(String);
  const environment = { IN_NS: '1', NODE: process.execPath };
  const run = JSON.parse(await output('bash', [join(kit, 'run.sh'), ...shape], environment)) as KannelRun;
  const { bearerbox, smsbox } = run.cpu_us_per_msg;
  return {
    system: 'Kannel',
    withReceipts: request.withReceipts,
    accepted: run.http_accepted,
    refused: run.http_non2xx,
    submits: run.submits_total,
    webhooks: run.hooks,
    lost: Math.max(0, run.http_accepted - run.submits_total),
    acceptedPerSecond: run.http_rate,
    sentPerSecond: run.e2e_rate_first_to_last,
    p50Ms: run.p50_ms,
    p99Ms: run.p99_ms,
    cpuUs: { bearerbox, smsbox },
  };
}
