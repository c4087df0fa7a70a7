import type { MessageType, Mode } from '../rules/message.ts';
import type { Database } from './database.ts';
import type { SuppressionList } from './schema-contacts.ts';

/** What keeps texts back, read for many recipients in one round trip. */

export interface AskedText {
  readonly mode: Mode;
  readonly contact: string;
  readonly topic: string | null;
  /** Of the contact, as erased opt-outs keep it. */
  readonly hmac: Buffer;
}

/** One reason against the text with this index. */
export type Forbidding = { readonly index: number; readonly at: Date; readonly source: string } & (
  | { readonly kind: 'opt_out'; readonly what: string }
  | { readonly kind: 'suppression'; readonly what: SuppressionList }
);

/** Opt-outs that cover the texts, those of erased numbers too, and suppressions that stand at `now`. */
export function forbiddingAmong(database: Database, texts: readonly AskedText[], now: Date): Promise<Forbidding[]> {
  return database.query<Forbidding>({
    name: 'forbidding_among',
    text: `with asked as (
        select * from unnest($1::text[], $2::text[], $3::text[], $4::bytea[])
          with ordinality as t(mode, number, topic, hmac, place))
      select (a.place - 1)::int as index, 'opt_out' as kind, o.topic as what, o.opted_out_at as at, o.source
        from asked a join opt_outs o using (mode, number) where o.topic = '*' or o.topic = a.topic
      union all
      select (a.place - 1)::int, 'opt_out', e.topic, e.opted_out_at, e.source
        from asked a join erased_opt_outs e on e.mode = a.mode and e.number_hmac = a.hmac
        where e.topic = '*' or e.topic = a.topic
      union all
      select (a.place - 1)::int, 'suppression', s.list, s.created_at, s.source
        from asked a join suppressions s using (mode, number) where s.expires_at is null or s.expires_at > $5`,
    values: [
      texts.map(({ mode }) => mode),
      texts.map(({ contact }) => contact),
      texts.map(({ topic }) => topic),
      texts.map(({ hmac }) => hmac),
      now,
    ],
  });
}

export interface PromotionalFact {
  readonly index: number;
  readonly isOptedIn: boolean;
  readonly isInReview: boolean;
}

/** What counts for promotional texts alone. */
export function promotionalFacts(
  database: Database,
  texts: readonly Omit<AskedText, 'hmac'>[],
  now: Date,
): Promise<PromotionalFact[]> {
  return database.query<PromotionalFact>({
    name: 'promotional_facts',
    text: `select (a.place - 1)::int as index,
        exists (select 1 from opt_ins i where i.mode = a.mode and i.number = a.number
          and (i.topic = '*' or i.topic = a.topic) and (i.expires_at is null or i.expires_at > $4)) as "isOptedIn",
        exists (select 1 from opt_out_reviews r
          where r.mode = a.mode and r.number = a.number and r.state = 'open') as "isInReview"
      from unnest($1::text[], $2::text[], $3::text[]) with ordinality as a(mode, number, topic, place)`,
    values: [texts.map(({ mode }) => mode), texts.map(({ contact }) => contact), texts.map(({ topic }) => topic), now],
  });
}

/** Those of the numbers that have agreed to this very topic. */
export async function optedInTo(
  database: Database,
  mode: Mode,
  numbers: readonly string[],
  topic: string,
  now: Date,
): Promise<Set<string>> {
  const rows = await database.query<{ number: string }>({
    text: `select number from opt_ins where mode = $1 and number = any($2::text[]) and topic = $3
      and (expires_at is null or expires_at > $4)`,
    values: [mode, numbers, topic, now],
  });
  return new Set(rows.map(({ number }) => number));
}

/** Whoever counts texts to these contacts waits until the transaction ends: two that count at once would both find room. */
export async function lockContacts(database: Database, mode: Mode, contacts: readonly string[]): Promise<void> {
  await database.query({
    text: `select pg_advisory_xact_lock(hashtextextended('cap ' || $1 || ' ' || contact, 0))
      from (select distinct unnest($2::text[]) as contact order by 1) as sorted`,
    values: [mode, contacts],
  });
}

export interface CountedText {
  readonly contact: string;
  readonly message_type: MessageType;
  readonly at: Date;
}

/**
 * Texts to these contacts that left or still will, accepted from the id `since` on; of each contact the newest `limit`.
 * What was refused, canceled or is held counts for nothing, nor does the text `exceptId` itself.
 */
export function textsToCount(
  database: Database,
  mode: Mode,
  contacts: readonly string[],
  types: readonly MessageType[],
  since: string,
  limit: number,
  exceptIds: readonly string[],
): Promise<CountedText[]> {
  return database.query<CountedText>({
    name: 'texts_to_count',
    text: `select c.contact, m.message_type, m.created_at as at
      from (select distinct unnest($2::text[]) as contact) c
      cross join lateral (
        select message_type, created_at from messages m
        where m.mode = $1 and m.contact = c.contact and m.id >= $4 and m.direction = 'outbound'
          and m.message_type = any($3::text[]) and m.status not in ('rejected', 'canceled', 'held', 'failed', 'expired')
          and m.id <> all($6::uuid[])
        order by m.id desc limit $5) m`,
    values: [mode, contacts, types, since, limit, exceptIds],
  });
}
