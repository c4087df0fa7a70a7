import { z } from 'zod';
import { firstWithin } from './hours.ts';

/** A text when a deal or a ticket comes to a stage: what HubSpot's workflows do, without the licence for them. */

const id = z.string().regex(/^[\w-]{1,60}$/);
const variable = z.strictObject({
  /** Of the contact, or of the deal or ticket itself. */
  from: z.enum(['contact', 'record']),
  property: z.string().regex(/^[a-z][a-z0-9_]{0,99}$/),
  /** Null: who has no value is not texted. */
  fallback: z.string().max(200).nullable().default(null),
});

const hours = z
  .strictObject({
    from_hour: z.int().min(0).max(23),
    to_hour: z.int().min(1).max(24),
    weekdays_only: z.boolean().default(false),
  })
  .refine(({ from_hour, to_hour }) => from_hour < to_hour, 'The hours have to end later than they begin.');

export const stageRuleSchema = z
  .strictObject({
    name: z.string().min(1).max(100),
    object: z.enum(['deal', 'ticket']),
    stage: id,
    recipients: z.enum(['primary', 'all']).default('primary'),
    sender: z.string().max(64).default('owner'),
    /** {{name}} stands for a variable. */
    body: z.string().min(1).max(1_600).nullable().default(null),
    /** A template of the server in place of `body`. */
    template_id: z.string().max(64).nullable().default(null),
    variables: z.record(z.string().regex(/^[a-z][a-z0-9_]{0,39}$/i), variable).default({}),
    message_class: z.enum(['service', 'marketing']).default('service'),
    /** In the time zone of the account; what comes at another time waits for them. Null = at any time. */
    hours: hours.nullable().default(null),
    /** How long after the change it is looked at again: what has moved on by then is not texted. */
    settle_seconds: z.int().min(0).max(3_600).default(10),
    /** A change that is heard of later than this is too old for a text. */
    max_age_seconds: z.int().min(60).max(86_400).default(3_600),
    /** Texts an hour; what is more waits for nobody and is written down as such. */
    max_per_hour: z.int().min(1).max(10_000).default(200),
    /** More changes in a minute than this, and the rule stops itself: that is an import, no work of sales people. */
    pause_above_per_minute: z.int().min(1).max(10_000).default(50),
  })
  .refine(({ body, template_id }) => (body === null) !== (template_id === null), 'Either a body or a template.');

export type StageRule = z.output<typeof stageRuleSchema>;

/** Changes that many records get at once (`changeSource`). */
const BULK = new Set(['IMPORT', 'BATCH_UPDATE']);

/** How long after we hear of a change it is looked at; of many at once, when all of their minute are counted. */
export const settleMs = ({ settle_seconds }: StageRule, source: string): number =>
  Math.max(settle_seconds * 1_000, BULK.has(source) ? 60_000 : 0);

export interface RuleQuestion {
  readonly rule: StageRule;
  /** What the record came to: the rule may have been changed since. */
  readonly wasFor: { readonly object: string; readonly stage: string };
  readonly isOn: boolean;
  readonly occurredAtMs: number;
  /** How long it was to settle. */
  readonly settledMs: number;
  readonly nowMs: number;
  readonly zone: string | null;
  /** Where the record is now; null = it is gone. */
  readonly stage: string | null;
  readonly changesLastMinute: number;
  readonly textsLastHour: number;
}

export type RuleVerdict =
  | { readonly type: 'send' }
  /** Until the hours of the rule. */
  | { readonly type: 'wait'; readonly ms: number }
  | {
      readonly type: 'skip';
      readonly reason: 'rule_off' | 'rule_changed' | 'too_old' | 'record_gone' | 'moved_on' | 'hourly_cap';
    }
  | { readonly type: 'pause'; readonly reason: string };

/** Whether a change of stage is texted. */
export function judgeChange(question: RuleQuestion): RuleVerdict {
  const { rule, wasFor, isOn, nowMs, zone, stage, changesLastMinute, textsLastHour } = question;
  if (!isOn) return { type: 'skip', reason: 'rule_off' };
  if (wasFor.object !== rule.object || wasFor.stage !== rule.stage) return { type: 'skip', reason: 'rule_changed' };
  if (changesLastMinute > rule.pause_above_per_minute)
    return {
      type: 'pause',
      reason: `${changesLastMinute} records came to the stage within a minute. Nobody was texted since; turn the rule on again when that was meant.`,
    };
  const firstMs = firstWithin(rule.hours, question.occurredAtMs + question.settledMs, zone);
  if (nowMs - firstMs > rule.max_age_seconds * 1_000) return { type: 'skip', reason: 'too_old' };
  if (stage === null) return { type: 'skip', reason: 'record_gone' };
  if (stage !== rule.stage) return { type: 'skip', reason: 'moved_on' };
  const opensMs = firstWithin(rule.hours, nowMs, zone);
  if (opensMs > nowMs) return { type: 'wait', ms: opensMs - nowMs };
  return textsLastHour >= rule.max_per_hour ? { type: 'skip', reason: 'hourly_cap' } : { type: 'send' };
}

type Values = Readonly<Record<string, string | null>>;

/** The values for a text, or which of them are missing. */
export function fillVariables(
  rule: StageRule,
  contact: Values,
  record: Values,
): { readonly values: Record<string, string>; readonly missing: readonly string[] } {
  const values: Record<string, string> = {};
  const missing: string[] = [];
  for (const [name, { from, property, fallback }] of Object.entries(rule.variables)) {
    const value = (from === 'contact' ? contact : record)[property] || fallback;
    if (value === null) missing.push(name);
    else values[name] = value;
  }
  return { values, missing };
}

/** What has to be read of a kind of record for the variables. */
export const propertiesFor = (rule: StageRule, from: 'contact' | 'record'): string[] =>
  Object.values(rule.variables).flatMap((one) => (one.from === from ? [one.property] : []));

export const stagePropertyOf = (object: StageRule['object']) => (object === 'deal' ? 'dealstage' : 'hs_pipeline_stage');
