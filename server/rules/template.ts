/**
 * Texts with places for variables: `{{name}}`, `{{contact.firstname}}`, `{{name|there}}`. Values are put in as they are:
 * nothing in a template or in a value is ever executed, and what a value contains is not read as a template again.
 */

export type TemplatePiece = string | TemplatePlace;

export interface TemplatePlace {
  readonly name: string;
  /** What stands there without a value; null = a value is required. */
  readonly fallback: string | null;
}

export type ParsedTemplate =
  | { readonly ok: true; readonly pieces: readonly TemplatePiece[] }
  | { readonly ok: false; readonly fault: TemplateFault };

export type TemplateFault = keyof typeof TEMPLATE_FAULTS;

/** What is wrong, one sentence each. */
export const TEMPLATE_FAULTS = {
  unclosed: 'has {{ without }}',
  nested: 'has {{ inside of {{ }}',
  name: 'has a variable whose name is not letters, digits and _, with dots between',
  too_many: 'has more than 50 variables',
} as const;

const PLACES_MAX = 50;
const NAME_MAX = 64;
const NAME = /^[A-Za-z_]\w*(\.\w+)*$/;

/** Reads a template once, from left to right. `}}` without `{{` is text like any other. */
export function parseTemplate(text: string): ParsedTemplate {
  const pieces: TemplatePiece[] = [];
  let places = 0;
  for (let at = 0; at < text.length;) {
    const start = text.indexOf('{{', at);
    const literal = text.slice(at, start === -1 ? text.length : start);
    if (literal !== '') pieces.push(literal);
    if (start === -1) break;
    const end = text.indexOf('}}', start + 2);
    if (end === -1) return { ok: false, fault: 'unclosed' };
    const inside = text.slice(start + 2, end);
    if (inside.includes('{{')) return { ok: false, fault: 'nested' };
    const place = placeOf(inside);
    if (!place) return { ok: false, fault: 'name' };
    places += 1;
    if (places > PLACES_MAX) return { ok: false, fault: 'too_many' };
    pieces.push(place);
    at = end + 2;
  }
  return { ok: true, pieces };
}

function placeOf(inside: string): TemplatePlace | null {
  const bar = inside.indexOf('|');
  const name = (bar === -1 ? inside : inside.slice(0, bar)).trim();
  if (name.length > NAME_MAX || !NAME.test(name)) return null;
  return { name, fallback: bar === -1 ? null : inside.slice(bar + 1).trim() };
}

/** Values by name; `contact.firstname` is that name, or the field of an object. */
export type TemplateVariables = { readonly [name: string]: TemplateValue };
export type TemplateValue = string | number | boolean | null | TemplateVariables;

export type FilledTemplate =
  | { readonly ok: true; readonly text: string }
  /** Names in the order of their first place. */
  | { readonly ok: false; readonly missing: readonly string[] };

/** The text with its values. An empty value is none, because records are full of empty fields. */
export function fillTemplate(pieces: readonly TemplatePiece[], variables: TemplateVariables): FilledTemplate {
  const missing = new Set<string>();
  const texts = pieces.map((piece) => {
    if (typeof piece === 'string') return piece;
    const value = textOf(valueOf(piece.name, variables)) ?? piece.fallback;
    if (value === null) missing.add(piece.name);
    return value ?? '';
  });
  return missing.size > 0 ? { ok: false, missing: [...missing] } : { ok: true, text: texts.join('') };
}

/** Its variables, each once, with whether a value is required. */
export function templateVariables(pieces: readonly TemplatePiece[]): { name: string; required: boolean }[] {
  const required = new Map<string, boolean>();
  for (const piece of pieces) {
    if (typeof piece === 'string') continue;
    required.set(piece.name, (required.get(piece.name) ?? false) || piece.fallback === null);
  }
  return [...required].map(([name, isRequired]) => ({ name, required: isRequired }));
}

/** Own fields only: `constructor` is a name like any other. */
function valueOf(name: string, variables: TemplateVariables): TemplateValue | undefined {
  if (Object.hasOwn(variables, name)) return variables[name];
  let value: TemplateValue | undefined = variables;
  for (const part of name.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = value[part];
  }
  return value;
}

function textOf(value: TemplateValue | undefined): string | null {
  if (value === undefined || value === null || typeof value === 'object') return null;
  const text = String(value);
  return text === '' ? null : text;
}
