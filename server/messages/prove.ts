import { provenBy } from '../rules/ambiguity.ts';
import { idForms } from '../rules/carrier-id.ts';
import { endOfLife } from '../rules/text-life.ts';
import { readWritten } from '../rules/written-number.ts';
import type { Database } from '../store/database.ts';
import { type Doubt, doubtAccepted, doubtsOf, hasRivals } from '../store/doubts.ts';
import { lockTexts } from '../store/segments.ts';
import type { Receipt } from './carrier.ts';
import { type Asked, findSegments, type Match, matched, type SearchOf } from './match.ts';
import { receiptDueAfter } from './settle.ts';

/**
 * Receipts whose ids nobody knows, against submit_sm whose answers nobody got: where only one thing can be meant, the
 * receipt proves that the carrier took it. The caller settles the texts in the same transaction.
 */
export async function proveDoubts<Item extends Asked>(
  database: Database,
  items: readonly Item[],
  searchOf: SearchOf,
  now: Date,
): Promise<ReadonlyMap<Item, Match>> {
  const proofs = new Map<Item, Match>();
  const recipients = new Set(items.flatMap(({ receipt }) => readingsOf(receipt)));
  let open = await doubtsOf(database, [...recipients]);
  if (open.length === 0) return proofs;
  await lockTexts(database, [...new Set(open.map(({ message_id }) => message_id))]);
  // Again, now that nobody else can settle them: the answer to a part may have been stored since its receipt was looked
  // for, together with the doubt about the part behind it.
  open = await doubtsOf(database, [...recipients]);
  const found = await findSegments(database, items, searchOf, now);
  for (const [index, item] of items.entries()) {
    const match = found[index];
    if (match) proofs.set(item, match);
  }
  const known = new Map<string, Match>();
  for (const item of oldestFirst(items.filter((one) => !proofs.has(one)))) {
    const { receipt, receivedAt } = item;
    const id = JSON.stringify([receipt.smscId, receipt.carrierId, receipt.messageReference]);
    // The same receipt twice, or an intermediate one and the final one.
    const same = known.get(id);
    const doubt = same ? null : provenBy({ ...receipt, receivedAt }, open);
    if (same) proofs.set(item, { ...matched(item, same.segment), telling: null });
    // A reference is of one submit_sm alone, whatever else is under way to that number.
    const isNamed = receipt.messageReference !== undefined;
    if (!doubt || (!isNamed && (await hasRivals(database, doubt)))) continue;
    if (!(await accept(database, doubt, receipt.carrierId ?? '', now))) continue;
    open = open.filter((one) => one !== doubt);
    const match = { ...matched(item, doubt), telling: null };
    known.set(id, match);
    proofs.set(item, match);
  }
  return proofs;
}

function accept(database: Database, doubt: Doubt, carrierId: string, now: Date): Promise<boolean> {
  const { message_id, part, attempt } = doubt;
  const receiptDueAt = receiptDueAfter(endOfLife(doubt) ?? now);
  const knownAs = idForms(carrierId);
  return doubtAccepted(database, { message_id, part, attempt, carrierId, knownAs, answered: false, receiptDueAt });
}

/** The numbers, in E.164, that the recipient may be: as it is written, and as its country writes numbers at home. */
function readingsOf({ recipient, sender, country }: Receipt): string[] {
  const senderNumber = readWritten(sender ?? '', country ?? null, country ? 'expected' : 'guessed');
  const home = country ?? senderNumber;
  const atHome = home === null ? null : readWritten(recipient, home, 'said');
  return [`+${recipient.replace(/\D/g, '')}`, ...(atHome === null ? [] : [atHome])];
}

const oldestFirst = <Item extends Asked>(items: readonly Item[]) =>
  items.toSorted((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime());
