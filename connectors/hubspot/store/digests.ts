import type { Queries } from '../../seam/storage.ts';
import type { Pair } from './conversations.ts';

/** The texts of two numbers on one day, as one record of HubSpot. */
export interface Digest {
  readonly id: string;
  readonly communicationId: string | null;
  /** The oldest first. */
  readonly texts: readonly { readonly messageId: string; readonly at: Date }[];
}

/** Beyond that a day is no conversation. The newest are shown. */
const TEXTS_MAX = 200;

/** Adds a text, which may be in it already. `day`: as 2026-11-20. */
export async function addToDigest(on: Queries, pair: Pair, day: string, messageId: string, at: Date): Promise<Digest> {
  const { portalId, ourNumber, contactNumber } = pair;
  const [row] = await on.query<{ id: string; communication_id: string | null }>(
    `insert into digests (portal_id, our_number, contact_number, day) values ($1, $2, $3, $4)
     on conflict (portal_id, our_number, contact_number, day) do update set day = excluded.day
     returning id, communication_id`,
    [portalId, ourNumber, contactNumber, day],
  );
  const id = row?.id ?? '';
  await on.query('insert into digest_texts (digest_id, message_id, at) values ($1, $2, $3) on conflict do nothing', [
    id,
    messageId,
    at,
  ]);
  const texts = await on.query<{ messageId: string; at: Date }>(
    `select message_id as "messageId", at from digest_texts where digest_id = $1 order by at desc, message_id limit $2`,
    [id, TEXTS_MAX],
  );
  return { id, communicationId: row?.communication_id ?? null, texts: texts.toReversed() };
}

export async function setDigestRecord(on: Queries, id: string, communicationId: string): Promise<void> {
  await on.query('update digests set communication_id = $2 where id = $1', [id, communicationId]);
}
