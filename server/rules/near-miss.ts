/**
 * The known name that an unknown one was probably meant to be, or null: at most one slip for names under five
 * letters, two for longer ones, upper and lower case alike. Ignoring `shedule_for` would send at once what should
 * have waited, so a near miss is worth an error.
 */
export function nearMiss(name: string, known: readonly string[]): string | null {
  if (name.length > LONGEST_NAME || known.includes(name)) return null;
  const synonym = SYNONYMS.get(lower(name));
  if (synonym !== undefined && known.includes(synonym)) return synonym;
  let best: { name: string; slips: number } | null = null;
  for (const candidate of known) {
    const slips = distance(lower(name), lower(candidate));
    const allowed = Math.min(name.length, candidate.length) < 5 ? 1 : 2;
    if (slips <= allowed && (best === null || slips < best.slips)) best = { name: candidate, slips };
  }
  return best?.name ?? null;
}

const LONGEST_NAME = 64;
const lower = (name: string) => name.toLowerCase();

/** What other SMS APIs call the time of sending: too far away to be a slip, too expensive to ignore. */
const SYNONYMS: ReadonlyMap<string, string> = new Map(
  ['schedule', 'schedule_at', 'scheduleat', 'scheduled_at', 'scheduledat', 'schedule_time', 'send_at', 'sendat'].map(
    (name) => [name, 'schedule_for'],
  ),
);

/** Damerau-Levenshtein, optimal string alignment: insert, delete, replace, or swap two neighbours. */
function distance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = at(previous, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let slips = Math.min(at(previous, j) + 1, at(row, j - 1) + 1, replaced);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) slips = Math.min(slips, at(beforePrevious, j - 2) + 1);
      row.push(slips);
    }
    beforePrevious = previous;
    previous = row;
  }
  return at(previous, b.length);
}

const at = (row: readonly number[], index: number) => row[index] ?? Infinity;
