import { type Kysely, sql } from 'kysely';

/** What texts cost. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // destination: the beginning of a number in E.164, + for every number, or a country. Per segment.
  `create table prices (
    mode text not null,
    destination text not null,
    price numeric(15, 6) not null,
    primary key (mode, destination)
  )`,
  // Play money, so that test mode answers as live mode does.
  `insert into prices (mode, destination, price) values ('test', '+', 0.0075)`,

  // Of the whole text, when it was accepted; null = no price matched. prepaid: it is reserved from the balance.
  `alter table messages
    add column price numeric(20, 6),
    add column currency text,
    add column prepaid boolean not null default false`,
];
