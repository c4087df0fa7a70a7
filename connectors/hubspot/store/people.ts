import type { Queries } from '../../seam/storage.ts';

/** Who was found by a number, the last seen first. */
export async function knownContacts(on: Queries, portalId: number, number: string): Promise<string[]> {
  const rows = await on.query<{ contact_id: string }>(
    'select contact_id from people where portal_id = $1 and number = $2 order by seen_at desc limit 50',
    [portalId, number],
  );
  return rows.map(({ contact_id }) => contact_id);
}

/** Those that contacts are known to have, by `account:contact`. */
export async function numbersByContact(on: Queries, contactIds: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await on.query<{ portal_id: string; contact_id: string; numbers: string[] }>(
    `select portal_id, contact_id, array_agg(number order by number) as numbers from people
     where portal_id in (select portal_id from portals) and contact_id = any($1) group by 1, 2`,
    [contactIds],
  );
  return new Map(rows.map(({ portal_id, contact_id, numbers }) => [`${portal_id}:${contact_id}`, numbers]));
}

/** Also those that the contact has no longer, and was texted on. */
export async function numbersOfContact(on: Queries, portalId: number, contactId: string): Promise<string[]> {
  const rows = await on.query<{ number: string }>(
    `select number from people where portal_id = $1 and contact_id = $2
     union select contact_number from sends where portal_id = $1 and contact_id = $2
     union select contact_number from conversations where portal_id = $1 and contact_id = $2`,
    [portalId, contactId],
  );
  return rows.map(({ number }) => number);
}

export async function rememberContact(
  on: Queries,
  portalId: number,
  number: string,
  contactId: string,
  at: Date,
): Promise<void> {
  await on.query(
    `insert into people (portal_id, number, contact_id, seen_at) values ($1, $2, $3, $4)
     on conflict (portal_id, number, contact_id) do update set seen_at = excluded.seen_at`,
    [portalId, number, contactId, at],
  );
}

export async function forgetContact(on: Queries, portalId: number, contactId: string): Promise<void> {
  await on.query('delete from people where portal_id = $1 and contact_id = $2', [portalId, contactId]);
}

/** The other way round: who has the number, or was texted on it. */
export async function contactsOfNumber(on: Queries, portalId: number, number: string): Promise<string[]> {
  const rows = await on.query<{ contact_id: string }>(
    `select contact_id from people where portal_id = $1 and number = $2
     union select contact_id from sends where portal_id = $1 and contact_number = $2 and contact_id <> ''`,
    [portalId, number],
  );
  return rows.map(({ contact_id }) => contact_id).slice(0, 100);
}

/** A contact has become part of another: what is known of it is known of that. */
export async function moveContact(on: Queries, portalId: number, from: readonly string[], to: string): Promise<void> {
  const values = [portalId, from, to];
  await on.query(
    `insert into people (portal_id, number, contact_id, seen_at)
     select portal_id, number, $3, max(seen_at) from people where portal_id = $1 and contact_id = any($2) group by 1, 2
     on conflict (portal_id, number, contact_id) do nothing`,
    values,
  );
  await on.query('delete from people where portal_id = $1 and contact_id = any($2) and contact_id <> $3', values);
  await on.query('update sends set contact_id = $3 where portal_id = $1 and contact_id = any($2)', values);
  await on.query('update conversations set contact_id = $3 where portal_id = $1 and contact_id = any($2)', values);
}

export async function logOf(on: Queries, portalId: number, messageId: string): Promise<string | null> {
  const [row] = await on.query<{ communication_id: string }>(
    'select communication_id from logs where portal_id = $1 and message_id = $2',
    [portalId, messageId],
  );
  return row?.communication_id ?? null;
}

export async function addLog(on: Queries, portalId: number, messageId: string, communicationId: string): Promise<void> {
  await on.query(
    'insert into logs (portal_id, message_id, communication_id) values ($1, $2, $3) on conflict (portal_id, message_id) do nothing',
    [portalId, messageId, communicationId],
  );
}

/** What we last wrote to the contact's opt-out, within a day: an event that says the same is its echo. */
export async function lastConsentWrite(
  on: Queries,
  portalId: number,
  contactId: string,
  since: Date,
): Promise<string | null> {
  const [row] = await on.query<{ value: string }>(
    'select value from consent_writes where portal_id = $1 and contact_id = $2 and written_at > $3',
    [portalId, contactId, since],
  );
  return row?.value ?? null;
}

export async function noteConsentWrite(
  on: Queries,
  portalId: number,
  contactId: string,
  value: string,
  at: Date,
): Promise<void> {
  await on.query(
    `insert into consent_writes (portal_id, contact_id, value, written_at) values ($1, $2, $3, $4)
     on conflict (portal_id, contact_id) do update set value = excluded.value, written_at = excluded.written_at`,
    [portalId, contactId, value, at],
  );
}
