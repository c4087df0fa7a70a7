import type { Mode } from '../rules/message.ts';
import type { Price } from '../rules/price.ts';
import type { Database } from './database.ts';

export function selectPrices(database: Database): Promise<(Price & { readonly mode: Mode })[]> {
  return database.kysely
    .selectFrom('prices')
    .select(['mode', 'destination', 'price'])
    .orderBy('mode')
    .orderBy('destination')
    .execute();
}

/** Puts these prices in the place of all that the mode had. */
export async function replacePrices(database: Database, mode: Mode, prices: readonly Price[]): Promise<void> {
  await database.transaction(async () => {
    // Who comes second waits, and its prices are the ones that stay.
    await database.query({ text: 'select pg_advisory_xact_lock(hashtext($1))', values: [`prices:${mode}`] });
    await database.kysely.deleteFrom('prices').where('mode', '=', mode).execute();
    if (prices.length === 0) return;
    await database.query({
      text: 'insert into prices (mode, destination, price) select $1, * from unnest($2::text[], $3::numeric[])',
      values: [mode, prices.map(({ destination }) => destination), prices.map(({ price }) => price)],
    });
  });
}
