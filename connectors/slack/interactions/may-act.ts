import type { Around } from '../threads/around.ts';
import { within } from './within.ts';

/** Leaves time for what is then to be done. */
const PATIENCE_MS = 1_500;

/** Why somebody may not do anything here, as a sentence; null = they may. */
export async function whyNotFor(
  { people, clock }: Pick<Around, 'people' | 'clock'>,
  user: string,
): Promise<string | null> {
  // The answer is kept when it comes after all, so that trying again helps.
  const person = await within(
    clock,
    PATIENCE_MS,
    people.find(user).catch(() => null),
  );
  if (!person) return 'Slack did not say in time who you are. Try again.';
  return person.isAgent ? null : 'Only people who answer texts can do that.';
}
