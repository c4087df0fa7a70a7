import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { loadWithNode } from './load.ts';
import { body, counts, liveKey, type OursOptions, PATH, withServer } from './sms-bridge.ts';

/** A carrier that takes 100 a second and throttles the rest, whatever it is asked to take. */
export const ALLOWED_PER_SECOND = 100;
/** Kannel 1.4.5 in the same case, window 50, measured once: its figures are printed beside, not measured again. */
const KANNEL = { perSecond: 57, throttledShare: 0.33 };

const BACKLOG_S = 4;
const SETTLING_S = 8;
const MEASURED_S = 20;

export interface Throttled {
  readonly perSecond: number;
  readonly throttledShare: number;
}

/** Builds up a backlog, lets the pace find its way, and counts what gets through afterwards. */
export function throttledRound(options: OursOptions): Promise<Throttled> {
  const smscFile = join(import.meta.dirname, 'smsc.ts');
  const smscArguments = ['--dlr', '0', '--rate', String(ALLOWED_PER_SECOND)];
  return withServer({ ...options, smscFile }, smscArguments, async (ports) => {
    const url = `http://127.0.0.1:${ports.api}${PATH}`;
    const key = await liveKey(options.folder);
    const wanted = { url, key, body, connections: 32, folder: options.folder };
    const { accepted } = await loadWithNode({ ...wanted, seconds: BACKLOG_S });
    if (accepted < (SETTLING_S + MEASURED_S) * ALLOWED_PER_SECOND) throw new Error('The backlog is too small.');
    await pause(SETTLING_S * 1_000);
    const before = await counts(ports.statistics);
    const startedAt = performance.now();
    await pause(MEASURED_S * 1_000);
    const after = await counts(ports.statistics);
    const seconds = (performance.now() - startedAt) / 1_000;
    const submits = after.submits - before.submits;
    const throttled = after.throttled - before.throttled;
    return { perSecond: (submits - throttled) / seconds, throttledShare: throttled / Math.max(1, submits) };
  });
}

export function describeThrottled({ perSecond, throttledShare }: Throttled): string {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  const ours = `${perSecond.toFixed(0)} texts/s got through, ${percent(throttledShare)} of the submits were throttled`;
  const kannel = `Kannel 1.4.5: ${KANNEL.perSecond} texts/s, ${percent(KANNEL.throttledShare)}`;
  return `a carrier that throttles at ${ALLOWED_PER_SECOND}/s: ${ours} (${kannel}, published figures)`;
}
