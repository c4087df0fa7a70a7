import { bestMatch, idForms, isSameRecipient, type Search } from '../rules/carrier-id.ts';
import { messageReference } from '../rules/message-reference.ts';
import { stateOfReceipt } from '../rules/status.ts';
import type { Database } from '../store/database.ts';
import { type SegmentFound, segmentsByCarrierId } from '../store/segments.ts';
import type { Receipt } from './carrier.ts';
import type { MatchedReceipt } from './settle.ts';

/** A receipt that looks for its segment. */
export interface Asked {
  readonly receipt: Receipt;
  readonly receivedAt: Date;
}

export interface Match extends MatchedReceipt {
  /** The id in the response, where the match tells how the carrier writes ids: same recipient, first receipt. */
  readonly telling: string | null;
}

export type SearchOf = (smscId: string, isFresh: boolean) => Search;

/**
 * The segments that receipts are for, by their ids. Nearly every id is found in its best form, so the others are looked
 * up only for the rest, and for ids found with another recipient: read in another form they may belong to the right one.
 */
export async function findSegments(
  database: Database,
  asked: readonly Asked[],
  searchOf: SearchOf,
  now: Date,
): Promise<(Match | null)[]> {
  const searches = asked.map(({ receipt, receivedAt }) =>
    searchOf(receipt.smscId, now.getTime() - receivedAt.getTime() < FRESH_MS),
  );
  const first = await matchBy(database, asked, searches.map(firstForm));
  const rest = asked.map((_, index) => index).filter((index) => mayBeBetter(first[index], searches[index]));
  if (rest.length === 0) return first.map((found) => found?.match ?? null);
  const more = await matchBy(
    database,
    rest.map((index) => asked[index] as Asked),
    rest.map((index) => searches[index] as Search),
  );
  const better = new Map(rest.map((index, position) => [index, more[position] ?? null]));
  return first.map((found, index) => (better.get(index) ?? found)?.match ?? null);
}

/** Longer than a submit_sm waits for its answer: what has not been stored by then will not be. */
const FRESH_MS = 35_000;

interface Found {
  readonly match: Match;
  readonly sameRecipient: boolean;
}

const firstForm = ({ forms, sure }: Search): Search => ({ forms: forms.slice(0, 1), sure });

function mayBeBetter(found: Found | null | undefined, search: Search | undefined): boolean {
  return !found?.sameRecipient && (search?.forms.length ?? 0) > 1;
}

async function matchBy(
  database: Database,
  asked: readonly Asked[],
  searches: readonly Search[],
): Promise<(Found | null)[]> {
  const forms = asked.map(({ receipt }, index) =>
    idForms(receipt.carrierId ?? '', searches[index]?.forms).map((carrierId) => ({
      smscId: receipt.smscId,
      carrierId,
    })),
  );
  const found = await segmentsByCarrierId(database, forms.flat());
  const byId = Map.groupBy(found, (segment) => JSON.stringify([segment.smsc_id, segment.carrier_id]));
  return asked.map((one, index) => {
    const segments = (forms[index] ?? []).flatMap(
      ({ smscId, carrierId }) => byId.get(JSON.stringify([smscId, carrierId])) ?? [],
    );
    return matchOf(one, segments, searches[index]);
  });
}

function matchOf(one: Asked, segments: readonly SegmentFound[], search: Search | undefined): Found | null {
  const candidates = segments.map((segment) => ({
    segment,
    carrierId: segment.carrier_id,
    to: segment.to,
    from: segment.from,
    messageReference: messageReference(segment.message_id, segment.attempt, segment.part),
    awaiting: segment.state === 'sent',
    createdAt: segment.created_at,
  }));
  const best = bestMatch(one.receipt, candidates, search);
  if (!best) return null;
  const sameRecipient = isSameRecipient(one.receipt, best);
  const telling = sameRecipient && best.awaiting ? best.carrierId : null;
  return { match: { ...matched(one, best.segment), telling }, sameRecipient };
}

export function matched(
  { receipt, receivedAt }: Asked,
  segment: Pick<SegmentFound, 'message_id' | 'part' | 'attempt'>,
): MatchedReceipt {
  const { message_id, part, attempt } = segment;
  return {
    receipt,
    segment: {
      message_id,
      part,
      attempt,
      state: stateOfReceipt(receipt.state),
      receipt: receipt.raw,
      receipt_state: receipt.state,
      receipt_tlvs: receipt.tlvs ?? null,
      receipt_at: receivedAt,
    },
  };
}
