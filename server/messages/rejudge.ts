import type { Verdicts } from '../contacts/verdicts.ts';
import { HELD_AMBIGUOUS, NEVER } from '../rules/ambiguity.ts';
import { waitsUntil } from '../rules/text-life.ts';
import type { Judgement } from '../rules/verdict.ts';
import { type DueText, lockUnclaimed } from '../store/due.ts';
import { type DecideOptions, decideTexts, type Decision, type Life, onTime, type Rule } from './decide.ts';

/**
 * The moment that texts waited for has come. Whatever was planned or held is judged anew before it may go: its
 * recipient may have opted out of its topic, be in a conversation, or be asleep by now.
 */
export function judgedOnTime(verdicts: Pick<Verdicts, 'of'>): Rule {
  return async (texts, now) => {
    const waited = texts.filter(isToBeJudged);
    const judged = waited.length > 0 ? await verdicts.of(waited, now) : [];
    const byId = new Map(waited.map(({ id }, index) => [id, judged[index]?.judgement]));
    return texts.map((text) => {
      const judgement = byId.get(text.id);
      return judgement ? released(text, judgement, now) : onTime(text, now);
    });
  };
}

/** Texts in doubt wait for a person; what was queued already was judged then, and the claim asks again. */
const isToBeJudged = ({ status, hold_reason }: DueText) =>
  status === 'scheduled' || (status === 'held' && hold_reason !== HELD_AMBIGUOUS);

/** A claim has passed texts by: whichever may not go now is stopped or held, the others are as they should be. */
export async function judgeUnclaimed(
  options: DecideOptions & { readonly verdicts: Pick<Verdicts, 'of'> },
  ids: readonly string[],
): Promise<void> {
  const rule: Rule = async (texts, now) => {
    if (texts.length === 0) return [];
    const judged = await options.verdicts.of(texts, now);
    return texts.map((text, index) => {
      const judgement = judged[index]?.judgement;
      if (!judgement) return { kind: 'keep' };
      return judgement.kind === 'allow' ? kept(text, judgement.sendBefore, now) : released(text, judgement, now);
    });
  };
  await decideTexts(options, (now) => lockUnclaimed(options.database, ids, now), rule);
}

/** Its hours have ended and begun again since it was accepted. */
function kept(text: DueText, sendBefore: Date | null, now: Date): Decision {
  const isLate = text.send_before !== null && text.send_before <= now;
  if (!isLate) return { kind: 'keep' };
  return { kind: 'ready', life: { expires_at: text.expires_at, send_before: sendBefore } };
}

function released(text: DueText, judgement: Judgement, now: Date): Decision {
  switch (judgement.kind) {
    case 'allow': {
      const expires = waitsUntil(text, now);
      const life: Life = { expires_at: expires, send_before: judgement.sendBefore };
      return { kind: 'change', ...nothing, status: 'queued', due_at: expires, life };
    }
    case 'reject':
      return { kind: 'change', ...nothing, status: 'canceled', due_at: null, error: judgement.error };
    case 'hold': {
      const due_at = judgement.until ?? NEVER;
      return { kind: 'change', ...nothing, status: 'held', due_at, hold_reason: judgement.reason, life: TIMELESS };
    }
  }
}

const nothing = { error: null, hold_reason: null, ambiguous: false } as const;
/** What waits for its hour, its conversation or its review does not grow old meanwhile. */
const TIMELESS: Life = { expires_at: null, send_before: null };
