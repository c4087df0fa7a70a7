import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { type RuleFault, RULE_LIMITS, ruleFaults } from '../rules/keyword-rule-faults.ts';
import { type AppliedRules, applyRules, type KeywordRule } from '../rules/keyword-rules.ts';
import type { Mode } from '../rules/message.ts';
import { type Intent, readIntent } from '../rules/opt-out.ts';
import type { ReplyMatch } from '../rules/reply-wait.ts';
import { chooseWait } from '../rules/reply-wait-choice.ts';
import { sanitiseText } from '../rules/sanitise-text.ts';
import type { Database } from '../store/database.ts';
import {
  deleteKeywordRule,
  keywordRuleById,
  lockKeywordRules,
  ruleFacts,
  selectKeywordRules,
  storeKeywordRule,
} from '../store/keyword-rules.ts';
import { openWaits } from '../store/reply-waits.ts';
import type { KeywordRuleRow } from '../store/schema-contacts.ts';
import { countryOf } from './said.ts';

/** The rules by which texts from contacts are answered, tagged and passed on. */
export interface KeywordRules {
  /** In the order in which they are asked. */
  list(mode: Mode): Promise<StoredRule[]>;
  find(mode: Mode, id: string): Promise<StoredRule | null>;
  add(mode: Mode, rule: WantedRule): Promise<KeptRule>;
  /** What is left out stays as it is. */
  change(mode: Mode, id: string, changes: Partial<WantedRule>): Promise<KeptRule>;
  remove(mode: Mode, id: string): Promise<boolean>;
  /** What a text would set off if it came now; nothing happens. */
  explain(text: Omit<AskedText, 'intent'>): Promise<ExplainedRules>;
}

export type WantedRule = Omit<KeywordRule, 'id'>;

export interface StoredRule extends KeywordRule {
  readonly created_at: Date;
  readonly updated_at: Date;
}

export type KeptRule =
  | { readonly ok: true; readonly rule: StoredRule }
  | { readonly ok: false; readonly reason: 'faults'; readonly faults: readonly RuleFault[] }
  | { readonly ok: false; readonly reason: 'name_taken' | 'too_many' | 'unknown' };

export interface ExplainedRules extends AppliedRules {
  /** What the text says about consent. */
  readonly intent: Intent | null;
  /** The reply wait that would take the text, before any rule is asked. */
  readonly takenBy: { readonly wait_id: string; readonly value: string } | null;
}

/** A text of a contact, as far as rules are concerned. */
export interface AskedText {
  readonly mode: Mode;
  readonly contact: string;
  readonly ourNumber: string;
  readonly body: string;
  readonly intent: Intent['type'] | null;
  readonly at: Date;
}

/** Which rules a text sets off. Texts that come in and the test of rules ask here. */
export async function askRules(database: Database, text: AskedText): Promise<AppliedRules> {
  const rows = await selectKeywordRules(database, text.mode);
  if (rows.length === 0) return NO_RULES;
  const { language, hasOpenWait, lastOutboundAt } = await ruleFacts(database, text);
  return applyRules(rows.map(ruleOf), {
    to: text.ourNumber,
    body: text.body,
    language,
    intent: text.intent,
    hasOpenWait,
    hoursSinceOutbound: lastOutboundAt && (text.at.getTime() - lastOutboundAt.getTime()) / HOUR_MS,
  });
}

const NO_RULES: AppliedRules = { actions: [], matched: [], withheld: [], explanation: [] };
const HOUR_MS = 3_600_000;

export function createKeywordRules({
  database,
  clock,
}: {
  readonly database: Database;
  readonly clock: Clock;
}): KeywordRules {
  const now = () => new Date(clock.now());

  /** Stores a rule that the others leave room for, in a transaction in which no other can be stored. */
  async function keep(mode: Mode, row: KeywordRuleRow): Promise<KeptRule> {
    const rule = ruleOf(row);
    const faults = ruleFaults(rule);
    if (faults.length > 0) return { ok: false, reason: 'faults', faults };
    const others = (await selectKeywordRules(database, mode)).filter(({ id }) => id !== row.id);
    if (others.some(({ name }) => name === row.name)) return { ok: false, reason: 'name_taken' };
    if (others.length >= RULE_LIMITS.rules) return { ok: false, reason: 'too_many' };
    await storeKeywordRule(database, row);
    return { ok: true, rule };
  }

  return {
    list: async (mode) => (await selectKeywordRules(database, mode)).map(ruleOf).sort(byTurn),
    async find(mode, id) {
      const row = await keywordRuleById(database, mode, id);
      return row ? ruleOf(row) : null;
    },
    add: (mode, rule) =>
      database.transaction(async () => {
        await lockKeywordRules(database, mode);
        const id = `rule_${randomBytes(8).toString('hex')}`;
        return keep(mode, rowOf(mode, id, rule, now(), now()));
      }),
    change: (mode, id, changes) =>
      database.transaction(async (): Promise<KeptRule> => {
        await lockKeywordRules(database, mode);
        const before = await keywordRuleById(database, mode, id);
        if (!before) return { ok: false, reason: 'unknown' };
        return keep(mode, rowOf(mode, id, { ...ruleOf(before), ...changes }, before.created_at, now()));
      }),
    remove: (mode, id) =>
      database.transaction(async () => {
        await lockKeywordRules(database, mode);
        return deleteKeywordRule(database, mode, id);
      }),
    async explain(text) {
      const intent = readIntent(text.body, { country: countryOf(text.contact) });
      const asked = { ...text, body: sanitiseText(text.body).text, intent: intent?.type ?? null };
      const takenBy = intent === null || intent.type === 'review' ? await waitFor(database, asked) : null;
      const applied = takenBy ? NO_RULES : await askRules(database, asked);
      return { ...applied, intent, takenBy };
    },
  };
}

async function waitFor(database: Database, text: AskedText): Promise<ExplainedRules['takenBy']> {
  const waits = await openWaits(database, text);
  const choice = chooseWait(
    // The match was checked when the wait was made.
    waits.map((wait) => ({ ...wait, match: wait.match as ReplyMatch })),
    text.body,
    text.at,
  );
  return choice.wait && { wait_id: choice.wait.id, value: choice.reading.value };
}

type Definition = Pick<KeywordRule, 'match' | 'when' | 'actions' | 'stop'>;

function rowOf(mode: Mode, id: string, rule: WantedRule, created_at: Date, updated_at: Date): KeywordRuleRow {
  const { name, priority, enabled, match, when, actions, stop } = rule;
  const definition: Definition = { match, when, actions, stop };
  return { id, mode, name, priority, enabled, definition, created_at, updated_at };
}

function ruleOf({ id, name, priority, enabled, definition, created_at, updated_at }: KeywordRuleRow): StoredRule {
  // It was checked when it was stored.
  return { id, name, priority, enabled, ...(definition as Definition), created_at, updated_at };
}

const byTurn = (a: StoredRule, b: StoredRule) =>
  b.priority - a.priority || Number(a.name > b.name) - Number(a.name < b.name);
