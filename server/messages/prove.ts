import { provenBy } from '../rules/ambiguity.ts';
import type { Database } from '../store/database.ts';
import { type Doubt, doubtAccepted, doubtsOf, hasRivals } from '../store/doubts.ts';
import { lockTexts } from '../store/segments.ts';
import { type Asked, type Match, matched } from './match.ts';
import { receiptDueAfter } from './settle.ts';

/**
 * Receipts whose ids nobody knows, against submit_sm whose answers nobody got: where only one thing can be meant, the
 * receipt proves that the carrier took it. The caller settles the texts in the same transaction.
 */
export async function proveDoubts<Item extends Asked>(
  database: Database,
  items: readonly Item[],
  now: Date,
): Promise<ReadonlyMap<Item, Match>> {
  const proofs = new Map<Item, Match>();
  const recipients = new Set(items.map(({ receipt }) => e164(receipt.recipient)));
  let open = await doubtsOf(database, [...recipients]);
  if (open.length === 0) return proofs;
  await lockTexts(database, [...new Set(open.map(({ message_id }) => message_id))]);
  // Again, now that nobody else can settle them.
  open = await doubtsOf(database, [...recipients]);
  const known = new Map<string, Match>();
  for (const item of oldestFirst(items)) {
    const { receipt, receivedAt } = item;
    const id = JSON.stringify([receipt.smscId, receipt.carrierId]);
    // The same receipt twice, or an intermediate one and the final one.
    const same = known.get(id);
    const doubt = same ? null : provenBy({ ...receipt, receivedAt }, open);
    if (same) proofs.set(item, { ...matched(item, same.segment), telling: null });
    if (!doubt || (await hasRivals(database, doubt))) continue;
    if (!(await accept(database, doubt, receipt.carrierId ?? '', now))) continue;
    open = open.filter((one) => one !== doubt);
    const match = { ...matched(item, doubt), telling: null };
    known.set(id, match);
    proofs.set(item, match);
  }
  return proofs;
}

function accept(database: Database, doubt: Doubt, carrierId: string, now: Date): Promise<boolean> {
  const { message_id, part, attempt, expires_at } = doubt;
  const receiptDueAt = receiptDueAfter(expires_at ?? now);
  return doubtAccepted(database, { message_id, part, attempt, carrierId, answered: false, receiptDueAt });
}

const e164 = (recipient: string) => `+${recipient.replace(/\D/g, '')}`;

const oldestFirst = <Item extends Asked>(items: readonly Item[]) =>
  items.toSorted((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime());
