import type { Mode } from '../rules/message.ts';
import type { Database } from './database.ts';
import type { KeywordRuleRow } from './schema-contacts.ts';

/** Every rule of a mode; in which order they are asked is a matter of the rules. */
export function selectKeywordRules(database: Database, mode: Mode): Promise<KeywordRuleRow[]> {
  return database.query<KeywordRuleRow>({
    name: 'keyword_rules',
    text: 'select * from keyword_rules where mode = $1',
    values: [mode],
  });
}

export async function keywordRuleById(database: Database, mode: Mode, id: string): Promise<KeywordRuleRow | undefined> {
  const [row] = await database.query<KeywordRuleRow>({
    text: 'select * from keyword_rules where mode = $1 and id = $2',
    values: [mode, id],
  });
  return row;
}

/** Keeps the rules of a mode from being changed by anybody else until the end of the transaction. */
export async function lockKeywordRules(database: Database, mode: Mode): Promise<void> {
  await database.query({
    text: `select pg_advisory_xact_lock(hashtextextended('keyword_rules:' || $1, 0))`,
    values: [mode],
  });
}

/** Writes a rule as a whole; of one that exists, `created_at` stays. */
export async function storeKeywordRule(database: Database, row: KeywordRuleRow): Promise<void> {
  await database.query({
    text: `insert into keyword_rules (id, mode, name, priority, enabled, definition, created_at, updated_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8)
      on conflict (id) do update set name = excluded.name, priority = excluded.priority, enabled = excluded.enabled,
        definition = excluded.definition, updated_at = excluded.updated_at`,
    values: [
      row.id,
      row.mode,
      row.name,
      row.priority,
      row.enabled,
      JSON.stringify(row.definition),
      row.created_at,
      row.updated_at,
    ],
  });
}

export async function deleteKeywordRule(database: Database, mode: Mode, id: string): Promise<boolean> {
  const rows = await database.query({
    text: 'delete from keyword_rules where mode = $1 and id = $2 returning 1',
    values: [mode, id],
  });
  return rows.length > 0;
}

/** What rules ask about a contact beside the text. */
export interface RuleFacts {
  readonly language: string | null;
  readonly hasOpenWait: boolean;
  /** Our last text to the contact that was no automatic answer; null = there was none. */
  readonly lastOutboundAt: Date | null;
}

export async function ruleFacts(
  database: Database,
  asked: { readonly mode: Mode; readonly contact: string; readonly ourNumber: string },
): Promise<RuleFacts> {
  const [facts] = await database.query<RuleFacts>({
    name: 'rule_facts',
    text: `select
        (select language from contacts where mode = $1 and number = $2) as language,
        exists (select 1 from reply_waits
          where mode = $1 and contact = $2 and our_number = $3 and finished_at is null and state = 'waiting') as "hasOpenWait",
        (select coalesce(sent_at, created_at) from messages
          where mode = $1 and contact = $2 and direction = 'outbound' and purpose = 'text'
            and status not in ('scheduled', 'held', 'rejected', 'canceled')
          order by id desc limit 1) as "lastOutboundAt"`,
    values: [asked.mode, asked.contact, asked.ourNumber],
  });
  return facts ?? { language: null, hasOpenWait: false, lastOutboundAt: null };
}
