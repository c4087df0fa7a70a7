import type { Mode } from '../rules/message.ts';
import type { Database } from './database.ts';
import { insertEvents } from './events.ts';
import type { CarrierState } from './schema.ts';

/** Carriers added by the API, and the states of all carriers. Profiles are sealed; their shape is the caller's affair. */
export interface CarrierStore {
  /** Oldest first. Throws when one was sealed under a key that is not configured. */
  load(): Promise<StoredCarrier[]>;
  /** False when there is one of this id already. */
  insert(carrier: StoredCarrier): Promise<boolean>;
  updateProfile(id: string, profile: unknown): Promise<void>;
  remove(id: string): Promise<void>;
  pausedIds(): Promise<ReadonlySet<string>>;
  setPaused(id: string, paused: boolean): Promise<void>;
  /** Records smsc.up or smsc.down if this is a change, in one transaction with the state; false when it is none. */
  recordState(change: StateChange): Promise<boolean>;
}

export interface StoredCarrier {
  readonly id: string;
  readonly mode: Mode;
  readonly profile: unknown;
}

export interface StateChange {
  readonly id: string;
  readonly mode: Mode;
  readonly state: CarrierState;
  /** Why it is down, for instance ECONNREFUSED or bind_refused; null when it is up. */
  readonly reason: string | null;
  /** Name of the command_status of a refused bind. */
  readonly commandStatus: string | null;
  readonly at: Date;
}

export interface Sealing {
  seal(plain: string): Buffer;
  open(sealed: Buffer): Buffer;
}

export function createCarrierStore(database: Database, { seal, open }: Sealing, now: () => Date): CarrierStore {
  const { kysely } = database;
  const sealed = (profile: unknown) => seal(JSON.stringify(profile));
  return {
    async load() {
      const rows = await kysely.selectFrom('carriers').selectAll().orderBy('created_at').orderBy('id').execute();
      return rows.map(({ id, mode, profile }) => ({ id, mode, profile: JSON.parse(open(profile).toString('utf8')) }));
    },
    async insert({ id, mode, profile }) {
      const { numInsertedOrUpdatedRows } = await kysely
        .insertInto('carriers')
        .values({ id, mode, profile: sealed(profile), created_at: now() })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return numInsertedOrUpdatedRows === 1n;
    },
    async updateProfile(id, profile) {
      await kysely
        .updateTable('carriers')
        .set({ profile: sealed(profile) })
        .where('id', '=', id)
        .execute();
    },
    remove: (id) =>
      database.transaction(async () => {
        await kysely.deleteFrom('carriers').where('id', '=', id).execute();
        await kysely.deleteFrom('carrier_states').where('id', '=', id).execute();
      }),
    async pausedIds() {
      const rows = await kysely.selectFrom('carrier_states').select('id').where('paused', '=', true).execute();
      return new Set(rows.map(({ id }) => id));
    },
    async setPaused(id, paused) {
      await kysely
        .insertInto('carrier_states')
        .values({ id, paused, state: 'up' })
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ paused }))
        .execute();
    },
    recordState: (change) => database.transaction(() => recordState(database, change)),
  };
}

async function recordState(database: Database, change: StateChange): Promise<boolean> {
  const { id, mode, state, reason, commandStatus, at } = change;
  const { kysely } = database;
  // A carrier of which nothing is known counts as up: that it is there is no news.
  const known = { id, state: 'up', paused: false } as const;
  await kysely
    .insertInto('carrier_states')
    .values(known)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const { numUpdatedRows } = await kysely
    .updateTable('carrier_states')
    .set({ state })
    .where('id', '=', id)
    .where('state', '<>', state)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return false;
  const data = { smsc_id: id, state, reason, command_status: commandStatus };
  const type = state === 'up' ? 'smsc.up' : 'smsc.down';
  await insertEvents(database, [{ type, mode, message_id: null, sequence: 0, data, created_at: at }]);
  return true;
}

/** The key ids of sealed profiles: a server that cannot open them must not start. */
export async function selectSealedCarriers(database: Database): Promise<Buffer[]> {
  const rows = await database.query<{ sample: Buffer }>({
    text: `select distinct substring(profile from 1 for 4) as sample from carriers`,
    values: [],
  });
  return rows.map((row) => row.sample);
}
