import type { Mode } from '../rules/message.ts';
import type { Database } from './database.ts';

/** Since when nothing is sent, and who wanted that. */
export interface Pause {
  readonly at: Date;
  /** Id of the key. */
  readonly by: string;
}

const nameOf = (mode: Mode) => `sending_paused.${mode}`;
const MODES: readonly Mode[] = ['test', 'live'];

export async function loadPauses(database: Database): Promise<ReadonlyMap<Mode, Pause>> {
  const rows = await database.query<{ key: string; value: string }>({
    name: 'load_pauses',
    text: 'select key, value from server_state where key = any($1)',
    values: [MODES.map(nameOf)],
  });
  return new Map(
    MODES.flatMap((mode) => {
      const row = rows.find(({ key }) => key === nameOf(mode));
      if (!row) return [];
      const { at, by } = JSON.parse(row.value) as { readonly at: string; readonly by: string };
      return [[mode, { at: new Date(at), by }] as const];
    }),
  );
}

/** Whoever paused first stays named. */
export async function storePause(database: Database, mode: Mode, pause: Pause): Promise<void> {
  await database.kysely
    .insertInto('server_state')
    .values({ key: nameOf(mode), value: JSON.stringify(pause) })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute();
}

export async function removePause(database: Database, mode: Mode): Promise<void> {
  await database.kysely.deleteFrom('server_state').where('key', '=', nameOf(mode)).execute();
}
