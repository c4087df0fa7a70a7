import { inLine } from './plain-words.ts';

/** What the server tells of its queues, as far as it matters here. */
export interface Lane {
  /** Null: no carrier is planned for its texts yet. */
  readonly smsc_id: string | null;
  readonly lane: string;
  readonly depth: number;
  readonly oldest_seconds: number;
}

const ID_MAX = 80;
/** A campaign may take hours, and nobody has to get up for it. */
const PATIENT = new Set(['bulk']);

export const isOld = ({ lane, oldest_seconds: seconds }: Lane, oldSeconds: number) =>
  !PATIENT.has(lane) && seconds >= oldSeconds;

/** Tells one lane from the others. */
export const laneKey = ({ smsc_id: id, lane }: Pick<Lane, 'smsc_id' | 'lane'>) => `${id ?? 'none'}_${lane}`;

export function oldWords({ smsc_id: id, lane, depth, oldest_seconds: seconds }: Lane): string {
  const carrier = id === null ? 'no carrier' : `carrier *${inLine(id, ID_MAX)}*`;
  const minutes = Math.round(seconds / 60);
  return `🔴 ${depth} texts wait for ${carrier} (${inLine(lane, ID_MAX)}), the oldest for ${minutes} minutes.`;
}

export const movesWords = ({ smsc_id: id, lane }: Pick<Lane, 'smsc_id' | 'lane'>): string =>
  `🟢 Texts for ${id === null ? 'no carrier' : `carrier *${inLine(id, ID_MAX)}*`} (${inLine(lane, ID_MAX)}) move again.`;

/** `rate` is of 1. */
export const optOutWords = (rate: number, count: number): string =>
  `🟠 ${count} people opted out within a day: ${(rate * 100).toFixed(1)} % of those who got a text. Carriers begin to ask at 1 %.`;
