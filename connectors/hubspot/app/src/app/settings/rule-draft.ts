import type { StageRule, TemplateChoice } from '@sms-bridge/ask';

export type Variable = StageRule['variables'][string];

/** What a rule is until somebody says something else. */
export const EMPTY: StageRule = {
  name: '',
  object: 'deal',
  stage: '',
  recipients: 'primary',
  sender: 'owner',
  body: '',
  template_id: null,
  variables: {},
  message_class: 'service',
  hours: null,
  settle_seconds: 10,
  max_age_seconds: 3_600,
  max_per_hour: 200,
  pause_above_per_minute: 50,
};

/** The wording that is sent: the one of the template, or the one that is written in the rule. */
export const wordingOf = ({ body, template_id }: StageRule, templates: readonly TemplateChoice[]): string =>
  (template_id === null ? body : templates.find(({ id }) => id === template_id)?.body) ?? '';

/** What a wording names, as {{name}} or {{name|instead}}, each with where its value comes from until that is changed. */
export function variablesOf(wording: string, known: StageRule['variables']): StageRule['variables'] {
  const named = [...wording.matchAll(/\{\{\s*([a-z]\w{0,39})\s*(?:\|([^}]*))?\}\}/gi)];
  return Object.fromEntries(
    named.map(([, name = '', instead]) => [name, known[name] ?? { ...usual(name), fallback: instead?.trim() || null }]),
  );
}

const OF_RECORDS = new Set(['dealname', 'amount', 'closedate', 'subject', 'content']);

const usual = (name: string): Pick<Variable, 'from' | 'property'> => ({
  from: OF_RECORDS.has(name.toLowerCase()) ? 'record' : 'contact',
  property: name.toLowerCase(),
});

/** As it is stored; the texts of a template that this account cannot see keep their variables. */
export function ruleOf(draft: StageRule, templates: readonly TemplateChoice[]): StageRule {
  const wording = wordingOf(draft, templates);
  const body = draft.template_id === null ? draft.body : null;
  return { ...draft, body, variables: wording === '' ? draft.variables : variablesOf(wording, draft.variables) };
}
