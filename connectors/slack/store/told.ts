import type { Queries } from '../../seam/storage.ts';

/** A text of another system that a thread has shown. */
export interface Told {
  readonly message_id: string;
  readonly thread_id: string;
  readonly told_at: Date;
  /** Somebody wrote it for this contact. */
  readonly isAnswer: boolean;
}

/** False: it was told before. */
export async function insertTold(on: Queries, { message_id, thread_id, told_at, isAnswer }: Told): Promise<boolean> {
  const rows = await on.query(
    `insert into told_texts (message_id, thread_id, told_at, is_answer) values ($1, $2, $3, $4)
     on conflict do nothing returning message_id`,
    [message_id, thread_id, told_at, isAnswer],
  );
  return rows.length > 0;
}

/** Every contact with a thread that is not resolved. */
export async function openContacts(on: Queries): Promise<Set<string>> {
  const rows = await on.query<{ contact_number: string }>(
    `select distinct contact_number from threads where state <> 'resolved'`,
  );
  return new Set(rows.map(({ contact_number: number }) => number));
}
