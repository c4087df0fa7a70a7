import { type Clock, sleep } from '../clock.ts';

/** Asks who serves a number now (a number-portability lookup). Null: not known. */
export type ResolveNetwork = (msisdn: string) => Promise<string | null>;

/** Mobile country code and network code (ITU-T E.212) in one, for instance 20801; null = not known. */
export type NetworkOf = (e164: string) => Promise<string | null>;

const KEEP_MS = 24 * 3_600_000;
/** A failed lookup is asked again sooner. */
const KEEP_UNKNOWN_MS = 60_000;
/** Nobody's text waits longer for its network than this. */
const WAIT_MS = 500;
const KEPT_MAX = 50_000;

/** The lookups of `resolve`, remembered and bounded; it never rejects. */
export function createNetworkOf(resolve: ResolveNetwork | null, clock: Clock): NetworkOf {
  if (!resolve) return () => Promise.resolve(null);
  const kept = new Map<string, { readonly network: Promise<string | null>; untilMs: number }>();
  return (e164) => {
    const before = kept.get(e164);
    if (before && before.untilMs > clock.now()) return before.network;
    const network = lookUp(resolve, e164, clock);
    const entry = { network, untilMs: clock.now() + KEEP_MS };
    kept.delete(e164);
    kept.set(e164, entry);
    for (const [oldest] of kept) {
      if (kept.size <= KEPT_MAX) break;
      kept.delete(oldest);
    }
    void network.then((found) => {
      if (found === null) entry.untilMs = Math.min(entry.untilMs, clock.now() + KEEP_UNKNOWN_MS);
    });
    return network;
  };
}

async function lookUp(resolve: ResolveNetwork, e164: string, clock: Clock): Promise<string | null> {
  const waiting = new AbortController();
  const late = sleep(clock, WAIT_MS, waiting.signal).then(() => null);
  const found = await Promise.race([resolve(e164).catch(() => null), late]);
  waiting.abort();
  return found !== null && /^\d{5,6}$/.test(found) ? found : null;
}
