import type { SendRequest, UnfilledRequest } from '../messages/accept-types.ts';
import type { Template } from '../messages/templates.ts';
import type { Mode } from '../rules/message.ts';
import { fillTemplate, parseTemplate, TEMPLATE_FAULTS, type TemplateVariables } from '../rules/template.ts';
import { BODY_CHARACTERS_MAX } from './contract-messages.ts';
import { fits } from './contract-shared.ts';
import type { Parsed } from './parse.ts';
import type { Ports } from './ports.ts';
import { type Fault, invalid } from './problem.ts';

/** A request with the text that its template and its variables make. Without either the text is taken as it is. */
export async function fillRequest(
  { templates }: Pick<Ports, 'templates'>,
  mode: Mode,
  request: UnfilledRequest,
): Promise<Parsed<SendRequest>> {
  const { template_id: id, variables, ...rest } = request;
  if (id === undefined && variables === undefined) return { ok: true, value: { ...rest, body: rest.body ?? '' } };
  const template = id === undefined ? null : await templates.find(mode, id);
  if (id !== undefined && template === null) return { ok: false, fault: invalid('template_id', 'is no template') };
  const filled = fillText(template?.body ?? rest.body ?? '', variables ?? {});
  if (!filled.ok) return filled;
  return { ok: true, value: { ...rest, body: filled.value, ...(template ? { template: usedOf(template) } : {}) } };
}

const usedOf = ({ id, version }: Template) => ({ id, version });

/** The text of a template with these values. */
export function fillText(text: string, variables: TemplateVariables, param = 'body'): Parsed<string> {
  const parsed = parseTemplate(text);
  if (!parsed.ok) return { ok: false, fault: invalid(param, TEMPLATE_FAULTS[parsed.fault]) };
  const filled = fillTemplate(parsed.pieces, variables);
  if (!filled.ok) return { ok: false, fault: missing(filled.missing) };
  if (fits(filled.text, 1, BODY_CHARACTERS_MAX)) return { ok: true, value: filled.text };
  const detail = `With its variables the text must be 1 to ${BODY_CHARACTERS_MAX} characters long.`;
  return { ok: false, fault: { code: 'BODY_TOO_LONG', detail, param: 'variables' } };
}

function missing(names: readonly string[]): Fault {
  const errors = names.map((name) => ({ param: `variables.${name}`, message: 'is required' }));
  const detail = `These variables have no value: ${names.join(', ')}.`;
  return { code: 'TEMPLATE_VARIABLE_MISSING', detail, param: `variables.${names[0] ?? ''}`, errors };
}
