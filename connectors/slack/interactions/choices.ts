import type { Clock } from '../../../server/clock.ts';
import type { Template } from '../../sdk/index.ts';
import { type Choice, OPTIONS_MAX } from '../blocks/fields.ts';
import type { Around } from '../threads/around.ts';

/** What can be chosen in a dialog; asked for at most once a minute, because a dialog is drawn at every keystroke. */
export interface Choices {
  /** Null: there are none, or more than a select can hold. */
  senders(): Promise<readonly Choice[] | null>;
  templates(): Promise<readonly Template[]>;
}

const KEPT_MS = 60_000;

export function createChoices({ sdk, clock }: Pick<Around, 'sdk' | 'clock'>): Choices {
  return {
    // A key of one's own may not have the right to see them: the field is typed into then.
    senders: kept(clock, async () => choicesOf(await sdk.senders.list().catch(() => []))),
    templates: kept(clock, async () => (await sdk.templates.list().catch(() => [])).slice(0, OPTIONS_MAX)),
  };
}

function choicesOf(senders: readonly { readonly value: string; readonly type: string }[]): readonly Choice[] | null {
  const values = [...new Set(senders.map(({ value }) => value))];
  return values.length === 0 || values.length > OPTIONS_MAX ? null : values.map((value) => ({ label: value, value }));
}

function kept<Found>(clock: Clock, ask: () => Promise<Found>): () => Promise<Found> {
  let known: { readonly found: Promise<Found>; readonly until: number } | null = null;
  return () => {
    if (!known || known.until <= clock.monotonic()) known = { found: ask(), until: clock.monotonic() + KEPT_MS };
    return known.found;
  };
}
