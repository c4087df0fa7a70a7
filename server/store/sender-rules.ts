import type { Mode } from '../rules/message.ts';
import type { OwnSenderRule } from '../rules/sender-rules.ts';
import type { Database } from './database.ts';
import type { SenderRuleRow } from './schema.ts';

export function selectSenderRules(database: Database): Promise<SenderRuleRow[]> {
  return database.kysely.selectFrom('sender_rules').selectAll().orderBy('country').execute();
}

/** Each takes the place of the one that the mode had for its country; all of them or none. */
export async function storeSenderRules(
  database: Database,
  mode: Mode,
  rules: readonly OwnSenderRule[],
  now: Date,
): Promise<void> {
  if (rules.length === 0) return;
  const rows = rules.map(({ required_fields, refused_numbers, ...rule }) => ({
    ...rule,
    mode,
    required_fields: [...required_fields],
    refused_numbers: refused_numbers && [...refused_numbers],
    updated_at: now,
  }));
  // In one order, so that two who store the same countries wait for each other instead of for ever.
  const sorted = rows.toSorted((a, b) => (a.country < b.country ? -1 : 1));
  await database.kysely
    .insertInto('sender_rules')
    .values(sorted)
    .onConflict((conflict) =>
      conflict.columns(['mode', 'country']).doUpdateSet(({ ref }) => ({
        alphanumeric: ref('excluded.alphanumeric'),
        numeric: ref('excluded.numeric'),
        dynamic: ref('excluded.dynamic'),
        two_way: ref('excluded.two_way'),
        required_fields: ref('excluded.required_fields'),
        refused_numbers: ref('excluded.refused_numbers'),
        source_url: ref('excluded.source_url'),
        verified_on: ref('excluded.verified_on'),
        updated_at: ref('excluded.updated_at'),
      })),
    )
    .execute();
}

export async function deleteSenderRule(database: Database, mode: Mode, country: string): Promise<boolean> {
  const { numDeletedRows } = await database.kysely
    .deleteFrom('sender_rules')
    .where('mode', '=', mode)
    .where('country', '=', country)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}
