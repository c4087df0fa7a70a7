import type { Queries } from '../../seam/storage.ts';
import type { NumberMode } from '../rules/number-mode.ts';

/** One of our numbers, as an account uses it. */
export interface OwnNumber {
  readonly portalId: number;
  readonly number: string;
  readonly mode: NumberMode;
  /** Of the inbox or help desk that it was connected to. */
  readonly inboxId: string | null;
  /** Of HubSpot's channel account; it may be kept while the mode is another, so that it can be turned on again. */
  readonly accountId: string | null;
  /** Whether HubSpot takes and sends texts of it. */
  readonly isAuthorized: boolean;
}

interface Row {
  portal_id: string;
  number: string;
  mode: NumberMode;
  inbox_id: string | null;
  account_id: string | null;
  is_authorized: boolean;
}

const COLUMNS = 'portal_id, number, mode, inbox_id, account_id, is_authorized';

const numberOfRow = (row: Row): OwnNumber => ({
  portalId: Number(row.portal_id),
  number: row.number,
  mode: row.mode,
  inboxId: row.inbox_id,
  accountId: row.account_id,
  isAuthorized: row.is_authorized,
});

export async function numberOf(on: Queries, portalId: number, number: string): Promise<OwnNumber | null> {
  const rows = await on.query<Row>(`select ${COLUMNS} from numbers where portal_id = $1 and number = $2`, [
    portalId,
    number,
  ]);
  return rows.map(numberOfRow)[0] ?? null;
}

export async function numberOfAccount(on: Queries, portalId: number, accountId: string): Promise<OwnNumber | null> {
  const rows = await on.query<Row>(`select ${COLUMNS} from numbers where portal_id = $1 and account_id = $2`, [
    portalId,
    accountId,
  ]);
  return rows.map(numberOfRow)[0] ?? null;
}

export async function numbersOf(on: Queries, portalId: number): Promise<OwnNumber[]> {
  const rows = await on.query<Row>(`select ${COLUMNS} from numbers where portal_id = $1 order by number`, [portalId]);
  return rows.map(numberOfRow);
}

/** Of all accounts that have it in an inbox. */
export async function channelsOfNumber(on: Queries, number: string): Promise<OwnNumber[]> {
  const rows = await on.query<Row>(
    `select ${COLUMNS} from numbers where number = $1 and mode = 'channel' and is_authorized and account_id is not null`,
    [number],
  );
  return rows.map(numberOfRow);
}

export async function channelNumbers(on: Queries): Promise<string[]> {
  const rows = await on.query<{ number: string }>(`select distinct number from numbers where mode = 'channel'`);
  return rows.map(({ number }) => number);
}

/** Until the end of the transaction nobody else changes what HubSpot knows of the number. */
export async function lockNumber(tx: Queries, portalId: number, number: string): Promise<void> {
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`hubspot number ${portalId} ${number}`]);
}

export async function putNumber(on: Queries, one: OwnNumber, at: Date): Promise<void> {
  const { portalId, number, mode, inboxId, accountId, isAuthorized } = one;
  await on.query(
    `insert into numbers (portal_id, number, mode, inbox_id, account_id, is_authorized, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (portal_id, number) do update set mode = excluded.mode, inbox_id = excluded.inbox_id,
       account_id = excluded.account_id, is_authorized = excluded.is_authorized, updated_at = excluded.updated_at`,
    [portalId, number, mode, inboxId, accountId, isAuthorized, at],
  );
}
