/** A place for a variable: `{{order}}`, `{{contact.firstname|there}}`; what stands behind the bar is its default. */
const PLACE = /\{\{\s*([A-Za-z_][\w.]{0,63})\s*(?:\|([^{}]*))?\}\}/g;

export interface KnownContact {
  readonly name: string | null;
  /** Further fields by name. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** The text with what is known of the contact; other places stay, for a person to fill in. */
export function fillTemplate(body: string, contact: KnownContact | null): string {
  const values = contact === null ? new Map<string, string>() : valuesOf(contact);
  return body.replaceAll(PLACE, (place, name: string, fallback?: string) => {
    const value = values.get(name.toLowerCase());
    return value ?? (contact === null ? place : (fallback?.trim() ?? place));
  });
}

/** Names of the places that are still to be filled in. */
export const placesIn = (text: string): string[] => [
  ...new Set(Array.from(text.matchAll(PLACE), ([, name = '']) => name)),
];

function valuesOf({ name, attributes }: KnownContact): Map<string, string> {
  const known = Object.entries(attributes).map(([key, value]) => [`contact.${key.toLowerCase()}`, value] as const);
  if (name === null || name.trim() === '') return new Map(known);
  const [first = '', ...rest] = name.trim().split(/\s+/);
  return new Map([
    ['contact.name', name.trim()],
    ['contact.firstname', first],
    ...(rest.length > 0 ? [['contact.lastname', rest.join(' ')] as const] : []),
    ...known,
  ]);
}
