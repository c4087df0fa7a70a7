/**
 * Whose texts stop or start: the organisation's, or those of some of its programmes. Promising that all of them stop
 * would be wrong when only these do. Null while nobody has a name.
 */
export function programmeName(organisation: string | null, topics: readonly string[]): string | null {
  if (topics.length === 0 || topics.includes('*')) return organisation;
  const fitting = topics.filter((_, index) => topics.slice(0, index + 1).join(', ').length <= LIST_MAX);
  const shown = fitting.length > 0 ? fitting.join(', ') : (topics[0] ?? '').slice(0, LIST_MAX);
  const list = fitting.length < topics.length ? `${shown}...` : shown;
  return organisation === null ? list : `${organisation} (${list})`;
}

/** The answer should stay one segment. */
const LIST_MAX = 40;
