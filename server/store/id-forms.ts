import type { IdForm } from '../rules/carrier-id.ts';
import type { Database } from './database.ts';

/** The forms of ids that carriers have shown, by carrier. */
export async function learnedForms(database: Database): Promise<ReadonlyMap<string, IdForm>> {
  const rows = await database.kysely.selectFrom('carrier_id_forms').selectAll().execute();
  return new Map(rows.map(({ smsc_id, form }) => [smsc_id, form]));
}

/** Null forgets. */
export async function saveForm(database: Database, smscId: string, form: IdForm | null, now: Date): Promise<void> {
  if (form === null) {
    await database.query({ text: 'delete from carrier_id_forms where smsc_id = $1', values: [smscId] });
    return;
  }
  await database.query({
    text: `insert into carrier_id_forms (smsc_id, form, learned_at) values ($1, $2, $3)
      on conflict (smsc_id) do update set form = excluded.form, learned_at = excluded.learned_at`,
    values: [smscId, form, now],
  });
}
