import type { Queries } from '../../seam/storage.ts';

/** Where the answers of a contact to a text of a workflow are to appear. */
export interface ReplyPlace {
  readonly our_number: string;
  readonly contact_number: string;
  readonly channel: string;
  readonly set_at: Date;
}

/** The newest counts. */
export async function setReplyPlace(on: Queries, place: ReplyPlace): Promise<void> {
  await on.query(
    `insert into reply_places (our_number, contact_number, channel, set_at) values ($1, $2, $3, $4)
     on conflict (our_number, contact_number) do update set channel = excluded.channel, set_at = excluded.set_at`,
    [place.our_number, place.contact_number, place.channel, place.set_at],
  );
}

/** Null: nobody has said so since. */
export async function replyPlace(on: Queries, ourNumber: string, contact: string, since: Date): Promise<string | null> {
  const [row] = await on.query<{ channel: string }>(
    'select channel from reply_places where our_number = $1 and contact_number = $2 and set_at >= $3',
    [ourNumber, contact, since],
  );
  return row?.channel ?? null;
}

export async function forgetReplyPlaces(on: Queries, before: Date): Promise<void> {
  await on.query('delete from reply_places where set_at < $1', [before]);
}

export async function forgetReplyPlacesOf(on: Queries, contact: string): Promise<void> {
  await on.query('delete from reply_places where contact_number = $1', [contact]);
}
