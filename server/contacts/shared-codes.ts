import type { Intent } from '../rules/opt-out.ts';
import type { Mode } from '../rules/message.ts';
import type { Database } from '../store/database.ts';
import { topicsTextedFrom } from '../store/texted-topics.ts';

/**
 * What an opt-out covers that was texted to a code from which several programmes are texted: the programme it names;
 * else every programme that the number was texted about from there; everything where that is not known or was asked for.
 */
export async function topicsOfCode(
  database: Database,
  said: { readonly mode: Mode; readonly number: string; readonly to: string; readonly intent: Intent },
): Promise<readonly string[]> {
  const { scope } = said.intent;
  if (scope && 'all' in scope) return ['*'];
  const topics = await topicsTextedFrom(database, said.mode, said.number, said.to);
  if (scope) {
    const named = topics.filter((topic) => topic?.toLowerCase() === scope.program.toLowerCase());
    if (named.length > 0) return named.filter((topic) => topic !== null);
  }
  const known = topics.filter((topic) => topic !== null);
  // A text without a programme may have been about anything.
  return known.length === 0 || known.length < topics.length ? ['*'] : known;
}

/** The programmes about which a number was texted from a code: the names that may follow STOP. */
export async function programmesOf(
  database: Database,
  text: { readonly mode: Mode; readonly number: string; readonly to: string },
): Promise<string[]> {
  const topics = await topicsTextedFrom(database, text.mode, text.number, text.to);
  return topics.filter((topic) => topic !== null);
}
