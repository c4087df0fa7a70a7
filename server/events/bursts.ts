import { burstClose, burstsOf, type BurstText, joinBurst } from '../rules/burst.ts';
import { type BurstDelivery, insertBursts, lockOpenBursts, updateBursts } from '../store/bursts.ts';
import type { Database } from '../store/database.ts';
import { type NewDelivery, selectMessages } from '../store/webhooks.ts';
import { burstPayload } from './payload.ts';

/** The delivery of a text from a contact that may be one of several written in a row. */
export interface Arrival {
  readonly delivery: Omit<NewDelivery, 'attempts' | 'next_attempt_at' | 'endpoint_id'> & {
    readonly endpoint_id: string;
  };
  readonly text: BurstText;
  /** Between whom. */
  readonly burst_of: string;
  readonly bufferSeconds: number;
}

/**
 * Stores texts for endpoints that want those written in a row as one, in the transaction of the dispatcher: each
 * joins the delivery that waits for more of its kind, or begins one. A burst is a row that is due when it closes, so
 * it survives a restart, and whoever runs then delivers it.
 */
export async function gatherBursts(database: Database, arrivals: readonly Arrival[], now: Date): Promise<void> {
  if (arrivals.length === 0) return;
  const groups = Map.groupBy(arrivals, ({ delivery, burst_of }) => keyOf(delivery.endpoint_id, burst_of));
  const asked = [...groups.values()].flatMap(([one]) =>
    one ? [{ endpoint_id: one.delivery.endpoint_id, burst_of: one.burst_of }] : [],
  );
  const open = await openBursts(database, asked);
  const bursts = [...groups].flatMap(([key, group]) => joined(group, open.get(key) ?? null, now));
  const stored = new Set([...open.values()].map(({ row }) => row.id));
  await updateBursts(
    database,
    bursts.filter(({ id }) => stored.has(id)),
  );
  await insertBursts(
    database,
    bursts.filter(({ id }) => !stored.has(id)),
  );
}

interface Burst {
  readonly row: BurstDelivery;
  readonly texts: readonly [BurstText, ...BurstText[]];
  readonly bufferSeconds: number;
}

const keyOf = (endpointId: string | null, burstOf: string) => `${endpointId} ${burstOf}`;

/** By whom and what they are for; of several that wait for their attempt, the last. */
async function openBursts(
  database: Database,
  asked: Parameters<typeof lockOpenBursts>[1],
): Promise<Map<string, Omit<Burst, 'bufferSeconds'>>> {
  const rows = new Map(
    (await lockOpenBursts(database, asked)).map((row) => [keyOf(row.endpoint_id, row.burst_of), row]),
  );
  const ids = [...rows.values()].flatMap(({ burst }) => burst);
  const messages = new Map((await selectMessages(database, ids, [])).map((message) => [message.id, message]));
  const open = new Map<string, Omit<Burst, 'bufferSeconds'>>();
  for (const [key, row] of rows) {
    const [first, ...others] = row.burst.flatMap((id) => {
      const message = messages.get(id);
      return message ? [{ id, received_at: message.created_at, body: message.body }] : [];
    });
    if (first) open.set(key, { row, texts: [first, ...others] });
  }
  return open;
}

/** The bursts that texts of one contact change or begin. */
function joined(arrivals: readonly Arrival[], open: Omit<Burst, 'bufferSeconds'> | null, now: Date): BurstDelivery[] {
  const changed = new Map<string, BurstDelivery>();
  let current: Burst | null = null;
  for (const arrival of arrivals) {
    const { text, bufferSeconds } = arrival;
    const before: Burst | null = current ?? (open && { ...open, bufferSeconds });
    if (before?.texts.some(({ id }) => id === text.id)) continue;
    const texts: Burst['texts'] = before ? [...before.texts, text] : [text];
    const fits = burstsOf(texts, bufferSeconds).length === 1;
    current = before && fits ? added(before, arrival, texts) : begun(arrival, now);
    changed.set(current.row.id, current.row);
  }
  return [...changed.values()];
}

function begun(arrival: Arrival, now: Date): Burst {
  const { delivery, burst_of, text, bufferSeconds } = arrival;
  const row = { ...delivery, burst_of, burst: [], next_attempt_at: now, created_at: now };
  return added({ row, texts: [text], bufferSeconds }, arrival, [text]);
}

function added({ row, bufferSeconds }: Burst, { delivery, text }: Arrival, texts: Burst['texts']): Burst {
  const combined = joinBurst(texts);
  // What is told beside the words is that of the last text.
  const last = combined.ids.at(-1) === text.id ? delivery : row;
  const payload = burstPayload(last.payload, combined);
  const { at: next_attempt_at } = burstClose(texts, bufferSeconds);
  const after = { ...row, message_id: last.message_id, payload, burst: combined.ids, next_attempt_at };
  return { row: after, texts, bufferSeconds };
}
