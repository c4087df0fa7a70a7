import type { Database } from './database.ts';
import type { ApiKeyRow } from './schema.ts';

export async function insertKey(database: Database, row: ApiKeyRow): Promise<void> {
  await database.kysely.insertInto('api_keys').values(row).execute();
}

export async function keyById(database: Database, id: string): Promise<ApiKeyRow | null> {
  const rows = await database.query<ApiKeyRow>({
    name: 'key_by_id',
    text: 'select * from api_keys where id = $1',
    values: [id],
  });
  return rows[0] ?? null;
}

/** The newest first, behind `place` = [created_at, id]. */
export async function listKeys(
  database: Database,
  modes: readonly ApiKeyRow['mode'][],
  place: readonly [Date, string] | null,
  limit: number,
): Promise<ApiKeyRow[]> {
  return database.query<ApiKeyRow>({
    text: `select * from api_keys
      where mode = any($1) and ($2::timestamptz is null or (created_at, id) < ($2, $3))
      order by created_at desc, id desc limit $4`,
    values: [modes, place?.[0] ?? null, place?.[1] ?? '', limit],
  });
}

/** Null when there is none, or it is revoked. */
export async function updateKey(
  database: Database,
  id: string,
  changes: Partial<Omit<ApiKeyRow, 'id' | 'mode'>>,
): Promise<ApiKeyRow | null> {
  const row = await database.kysely
    .updateTable('api_keys')
    .set(changes)
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
  return row ?? null;
}

/** Keys that are neither revoked nor expired. */
export async function countUsableKeys(database: Database, now: Date): Promise<number> {
  const rows = await database.query<{ count: string }>({
    text: 'select count(*) from api_keys where revoked_at is null and (expires_at is null or expires_at > $1)',
    values: [now],
  });
  return Number(rows[0]?.count ?? 0);
}

export interface ExpiringKey {
  readonly id: string;
  readonly mode: ApiKeyRow['mode'];
  readonly name: string;
  readonly expires_at: Date;
}

/**
 * Keys for which one of these days before their end has come since they were told of last, noted as told. A key that was
 * made later than that has no such day.
 */
export function noteExpiring(database: Database, daysBefore: readonly number[], now: Date): Promise<ExpiringKey[]> {
  return database.query<ExpiringKey>({
    text: `with due as (
        select k.id, min(d.days) as days
        from api_keys k join unnest($1::int[]) as d(days)
          on k.expires_at - d.days * interval '1 day' between k.created_at and $2::timestamptz
        where k.revoked_at is null and k.expires_at > $2 group by k.id
      ), locked as (
        select k.id, due.days from api_keys k join due on due.id = k.id
        where k.expiry_told_for is distinct from k.expires_at or k.expiry_told_days > due.days
        order by k.id for update of k skip locked
      )
      update api_keys k set expiry_told_days = l.days, expiry_told_for = k.expires_at
      from locked l where k.id = l.id returning k.id, k.mode, k.name, k.expires_at`,
    values: [daysBefore, now],
  });
}

export interface KeyUse {
  readonly id: string;
  readonly at: Date;
  readonly ip: string;
}

/** Sorted by id, because two servers that lock the same rows in different orders would deadlock. */
export async function storeKeyUses(database: Database, uses: readonly KeyUse[]): Promise<void> {
  const sorted = uses.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  await database.query({
    text: `update api_keys k set last_used_at = u.at, last_used_ip = u.ip
      from unnest($1::text[], $2::timestamptz[], $3::text[]) as u(id, at, ip)
      where k.id = u.id and (k.last_used_at is null or k.last_used_at < u.at)`,
    values: [sorted.map(({ id }) => id), sorted.map(({ at }) => at), sorted.map(({ ip }) => ip)],
  });
}

export interface DayCount {
  readonly id: string;
  readonly cap: number;
  readonly texts: number;
}

/**
 * Counts texts of keys for a day (yyyy-mm-dd), each key once, and answers the ids whose cap has room for all of its
 * texts; the others are not counted.
 */
export async function countDay(
  database: Database,
  day: string,
  counts: readonly DayCount[],
): Promise<ReadonlySet<string>> {
  const sorted = counts.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const rows = await database.query<{ api_key_id: string }>({
    name: 'count_key_day',
    text: `insert into api_key_days as d (api_key_id, day, texts)
      select c.id, $1::date, c.texts from unnest($2::text[], $3::int[], $4::int[]) as c(id, texts, cap)
      where c.texts <= c.cap
      on conflict (api_key_id, day) do update set texts = d.texts + excluded.texts
      where d.texts + excluded.texts <= (
        select c.cap from unnest($2::text[], $4::int[]) as c(id, cap) where c.id = d.api_key_id)
      returning api_key_id`,
    values: [day, sorted.map(({ id }) => id), sorted.map(({ texts }) => texts), sorted.map(({ cap }) => cap)],
  });
  return new Set(rows.map((row) => row.api_key_id));
}

/** Texts that were counted and then not accepted. */
export async function uncountDay(database: Database, day: string, id: string, texts: number): Promise<void> {
  await database.query({
    text: 'update api_key_days set texts = greatest(0, texts - $3) where api_key_id = $1 and day = $2::date',
    values: [id, day, texts],
  });
}

export async function forgetKeyDays(database: Database, before: string): Promise<void> {
  await database.query({ text: 'delete from api_key_days where day < $1::date', values: [before] });
}

/** Holds off other makers of keys until the end of the transaction, and tells whether there is any key yet. */
export async function lockAndCountKeys(database: Database): Promise<number> {
  await database.query({ text: 'lock table api_keys in share row exclusive mode', values: [] });
  const rows = await database.query<{ count: string }>({ text: 'select count(*) from api_keys', values: [] });
  return Number(rows[0]?.count ?? 0);
}
