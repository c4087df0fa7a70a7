import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Mode } from '../rules/message.ts';
import {
  type Count,
  countOne,
  prefixOf,
  VELOCITY_KINDS,
  type VelocityKind,
  type VelocityLimit,
} from '../rules/velocity.ts';
import type { Database } from '../store/database.ts';
import { insertEvents } from '../store/events.ts';
import { updateKey } from '../store/keys.ts';
import type { Keys } from './keys.ts';

/**
 * Watches what keys send: a flood is the first sign of a leaked one. Counted in the memory of this process; each excess
 * is told once per while as `api_key.anomaly`, and pauses the key where that is wanted.
 */
export interface Anomalies {
  note(text: SentText): void;
  /** Resolves once everything that was noticed is stored. */
  idle(): Promise<void>;
}

export interface SentText {
  readonly keyId: string;
  readonly mode: Mode;
  /** E.164. */
  readonly to: string;
  readonly country: string | null;
}

export interface AnomalyOptions {
  readonly database: Database;
  readonly keys: Pick<Keys, 'forget'>;
  /** What is left out is not watched; null = nothing is. */
  readonly velocity: { readonly [Kind in VelocityKind]?: VelocityLimit | undefined } | null;
  readonly pausesKey: boolean;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
  readonly onEvents: () => void;
}

const COUNTS_MAX = 20_000;

export function createAnomalies(options: AnomalyOptions): Anomalies {
  const { velocity, clock, log } = options;
  const counts = new Map<string, Count>();
  const storing = new Set<Promise<void>>();
  const count = (name: string, limit: VelocityLimit): boolean => {
    const { after, isOver } = countOne(counts.get(name), limit, clock.monotonic());
    counts.delete(name);
    counts.set(name, after);
    const [oldest] = counts.keys();
    if (counts.size > COUNTS_MAX && oldest !== undefined) counts.delete(oldest);
    return isOver;
  };
  return {
    note(text) {
      for (const kind of velocity ? VELOCITY_KINDS : []) {
        const limit = velocity?.[kind];
        const value = valueOf(kind, text);
        if (!limit || value === null || !count(`${kind} ${text.keyId} ${value}`, limit)) continue;
        log.warn({ api_key_id: text.keyId, kind, ...limit }, 'a key sends more than is usual');
        const stored = tell(options, text, { kind, value, limit })
          .catch((error: unknown) => log.warn({ err: error, api_key_id: text.keyId }, 'an anomaly could not be stored'))
          .finally(() => storing.delete(stored));
        storing.add(stored);
      }
    },
    async idle() {
      await Promise.all(storing);
    },
  };
}

function valueOf(kind: VelocityKind, { to, country }: SentText): string | null {
  if (kind === 'key') return '';
  return kind === 'country' ? country : prefixOf(to);
}

interface Excess {
  readonly kind: VelocityKind;
  readonly value: string | null;
  readonly limit: VelocityLimit;
}

async function tell(options: AnomalyOptions, { keyId, mode }: SentText, { kind, value, limit }: Excess): Promise<void> {
  const { database, keys, pausesKey, clock, onEvents } = options;
  const now = new Date(clock.now());
  await database.transaction(async () => {
    if (pausesKey) await updateKey(database, keyId, { paused_at: now, pause_reason: `anomaly:${kind}` });
    const what = kind === 'key' ? {} : { [kind]: value };
    const data = { api_key_id: keyId, kind, ...what, texts: limit.texts, seconds: limit.seconds, paused: pausesKey };
    await insertEvents(database, [
      { type: 'api_key.anomaly', mode, message_id: null, sequence: 0, data, created_at: now },
    ]);
  });
  keys.forget(keyId);
  onEvents();
}
