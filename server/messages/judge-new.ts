import type { Judged, Verdicts } from '../contacts/verdicts.ts';
import { judge, NO_FACTS, type VerdictPolicy } from '../rules/verdict.ts';
import type { MessageRow } from '../store/schema.ts';

export interface NewText {
  readonly message: MessageRow;
  /** The sandbox treats the recipient as if they had opted out. */
  readonly isOptedOut: boolean;
}

/** Judges texts that are accepted or previewed, in their order. */
export async function judgeNew<Text extends NewText>(
  verdicts: Pick<Verdicts, 'of'>,
  texts: readonly Text[],
  now: Date,
): Promise<{ readonly text: Text; readonly judged: Judged }[]> {
  const judged = await verdicts.of(
    texts.map(({ message }) => message),
    now,
  );
  return texts.map((text, index) => {
    const one = judged[index];
    // Without a judgement nothing may leave.
    if (!one) throw new Error('A text was not judged.');
    return { text, judged: text.isOptedOut ? sandboxOptOut(text.message) : one };
  });
}

function sandboxOptOut(message: MessageRow): Judged {
  const facts = { ...NO_FACTS, optOut: { at: message.created_at, topic: '*', source: 'sandbox' } };
  const anyTime = { allowed: true, until: null } as const;
  return { judgement: judge({ ...message, obeysOptOut: true }, facts, anyTime, LENIENT), facts, place: null };
}

const LENIENT: VerdictPolicy = { consentMode: 'warn', quietHours: 'ignore' };
