import type { Queries } from '../../seam/storage.ts';
import { type StageRule, stageRuleSchema } from '../rules/stage-rule.ts';

export interface StoredRule {
  readonly id: string;
  readonly portalId: number;
  readonly rule: StageRule;
  readonly isOn: boolean;
  /** Why it stopped itself; null = it did not. */
  readonly pausedReason: string | null;
  readonly version: number;
}

interface Row {
  id: string;
  portal_id: string;
  definition: unknown;
  is_on: boolean;
  paused_reason: string | null;
  version: number;
}

const ruleOf = (row: Row): StoredRule => ({
  id: row.id,
  portalId: Number(row.portal_id),
  rule: stageRuleSchema.parse(row.definition),
  isOn: row.is_on,
  pausedReason: row.paused_reason,
  version: row.version,
});

export async function rulesOf(on: Queries, portalId: number): Promise<StoredRule[]> {
  return (
    await on.query<Row>('select * from stage_rules where portal_id = $1 order by created_at, id', [portalId])
  ).map(ruleOf);
}

export async function ruleById(on: Queries, portalId: number, id: string): Promise<StoredRule | null> {
  const [row] = await on.query<Row>('select * from stage_rules where portal_id = $1 and id = $2', [portalId, id]);
  return row ? ruleOf(row) : null;
}

/** A new rule, or another definition of a known one, which also lets a rule that stopped itself go on. */
export async function putRule(
  on: Queries,
  portalId: number,
  id: string,
  rule: StageRule,
  isOn: boolean,
  at: Date,
): Promise<void> {
  await on.query(
    `insert into stage_rules (id, portal_id, definition, is_on, created_at, updated_at) values ($1, $2, $3, $4, $5, $5)
     on conflict (id) do update set definition = excluded.definition, is_on = excluded.is_on, paused_reason = null,
       version = stage_rules.version + 1, updated_at = excluded.updated_at
     where stage_rules.portal_id = excluded.portal_id`,
    [id, portalId, JSON.stringify(rule), isOn, at],
  );
}

export async function pauseRule(on: Queries, id: string, reason: string, at: Date): Promise<void> {
  await on.query('update stage_rules set is_on = false, paused_reason = $2, updated_at = $3 where id = $1 and is_on', [
    id,
    reason,
    at,
  ]);
}

export async function deleteRule(on: Queries, portalId: number, id: string): Promise<boolean> {
  const rows = await on.query('delete from stage_rules where portal_id = $1 and id = $2 returning id', [portalId, id]);
  return rows.length > 0;
}

export interface Hit {
  readonly ruleId: string;
  readonly objectId: string;
  readonly stage: string;
  readonly occurredAt: Date;
}

/**
 * A record came to a stage. False: it did so today already, or a few hours ago, because midnight makes nobody a new
 * customer, and it was texted then, or still may be. What nobody was texted about does not count.
 */
export async function addHit(on: Queries, { ruleId, objectId, stage, occurredAt }: Hit): Promise<boolean> {
  const rows = await on.query(
    `insert into rule_hits (rule_id, object_id, stage, day, occurred_at)
     select $1::uuid, $2, $3, $4::date, $5::timestamptz
     where not exists (select 1 from rule_hits where rule_id = $1::uuid and object_id = $2 and stage = $3
       and ((outcome is distinct from 'skipped'
           and occurred_at between $5::timestamptz - interval '6 hours' and $5::timestamptz + interval '6 hours')
         -- One that waits for the hours of the rule is the text about this one, too.
         or (outcome is null and occurred_at > $5::timestamptz - interval '9 days')))
     on conflict (rule_id, object_id, stage, day) do update
       set outcome = null, detail = null, occurred_at = excluded.occurred_at where rule_hits.outcome = 'skipped'
     returning object_id`,
    [ruleId, objectId, stage, dayOf(occurredAt), occurredAt],
  );
  return rows.length > 0;
}

export async function endHit(
  on: Queries,
  { ruleId, objectId, stage, occurredAt }: Hit,
  outcome: string,
  detail: string,
  at: Date,
): Promise<void> {
  await on.query(
    `update rule_hits set outcome = $5, detail = $6, ended_at = $7
     where rule_id = $1 and object_id = $2 and stage = $3 and day = $4`,
    [ruleId, objectId, stage, dayOf(occurredAt), outcome, detail.slice(0, 300), at],
  );
}

/** How many records came to the stage in the minute around a change, and how many were texted in the hour before. */
export async function countHits(
  on: Queries,
  ruleId: string,
  occurredAt: Date,
  now: Date,
): Promise<{ changes: number; texts: number }> {
  const [row] = await on.query<{ changes: string; texts: string }>(
    `select count(*) filter (where abs(extract(epoch from occurred_at - $2::timestamptz)) <= 60) as changes,
       count(*) filter (where outcome = 'sent' and ended_at > $3::timestamptz - interval '1 hour') as texts
     from rule_hits where rule_id = $1 and occurred_at > $3::timestamptz - interval '9 days'`,
    [ruleId, occurredAt, now],
  );
  return { changes: Number(row?.changes ?? 0), texts: Number(row?.texts ?? 0) };
}

export async function outcomesOfRule(
  on: Queries,
  ruleId: string,
): Promise<{ outcome: string | null; count: number }[]> {
  const rows = await on.query<{ outcome: string | null; count: string }>(
    'select outcome, count(*) as count from rule_hits where rule_id = $1 group by outcome order by outcome',
    [ruleId],
  );
  return rows.map(({ outcome, count }) => ({ outcome, count: Number(count) }));
}

const dayOf = (at: Date) => at.toISOString().slice(0, 10);
