import { type Kysely, sql } from 'kysely';

/** Prepaid balances, and a ledger that they add up from. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // (txid, id): the last of the entries with counted = false that is in it. is_low: balance.low was told.
  `create table balances (
    mode text primary key,
    remaining numeric(20, 6) not null,
    reserved numeric(20, 6) not null,
    is_low boolean not null default false,
    txid xid8 not null default '0',
    id bigint not null default 0
  )`,

  // Append-only. amount: what it adds to the remaining balance; reserved: what it adds to the reserved one.
  // counted: whoever wrote it has added it to balances in the same statement.
  `create table balance_entries (
    mode text not null,
    id bigint not null generated always as identity,
    txid xid8 not null default pg_current_xact_id(),
    type text not null,
    amount numeric(20, 6) not null,
    reserved numeric(20, 6) not null,
    message_id uuid,
    reference text,
    counted boolean not null default false,
    created_at timestamptz not null,
    primary key (mode, id)
  )`,
  `create index balance_entries_uncounted on balance_entries (mode, txid, id) where not counted`,
  // Nearly all of them are settled, which leaves the remaining balance as it is.
  `create index balance_entries_uncounted_amounts on balance_entries (mode, txid, id) where not counted and amount <> 0`,

  `insert into balances (mode, remaining, reserved) values ('test', 20, 0), ('live', 0, 0)`,
  `insert into balance_entries (mode, type, amount, reserved, reference, counted, created_at)
    values ('test', 'top_up', 20, 0, 'play money', true, now())`,

  // In the statement that changes the status, whichever that is: no text can end and keep its reserve. It only adds a
  // row, and so waits for nobody.
  `create function settle_price() returns trigger language plpgsql as $$
    begin
      insert into balance_entries (mode, type, amount, reserved, message_id, created_at)
      values (
        new.mode,
        case when new.status = 'sent' then 'settle' else 'refund' end,
        case when new.status = 'sent' then 0 else old.price end,
        -old.price,
        new.id,
        new.status_updated_at
      );
      return null;
    end $$`,
  `create trigger messages_settle_price after update of status on messages for each row
    when (old.prepaid and old.status in ('scheduled', 'held', 'queued', 'sending')
      and new.status not in ('scheduled', 'held', 'queued', 'sending'))
    execute function settle_price()`,
];
