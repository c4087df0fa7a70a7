import type { Judgement } from '../rules/verdict.ts';
import { NEVER } from '../rules/ambiguity.ts';
import { messageView } from '../rules/message-view.ts';
import type { MessageRow } from '../store/schema.ts';
import type { Verdict } from './accept-types.ts';

/** What becomes of a new text, and what its request is answered. */
export interface Applied {
  readonly row: MessageRow;
  readonly verdict: Verdict;
}

/**
 * A judgement as the state of a new text. One that is refused is kept as a rejected text: it shows that nothing was
 * sent. One that is planned for later is judged again when its time has come.
 */
export function applyVerdict(message: MessageRow, judgement: Judgement, now: Date): Applied {
  if (judgement.kind === 'reject') return rejected(message, judgement);
  const row = rowOf(message, judgement, now);
  return { row, verdict: { ok: true, message: messageView(row) } };
}

function rowOf(message: MessageRow, judgement: Exclude<Judgement, { kind: 'reject' }>, now: Date): MessageRow {
  const warnings = [...message.warnings, ...judgement.warnings];
  const { schedule_for: at } = message;
  if (at && at > now) return { ...message, warnings, status: 'scheduled', due_at: at, expires_at: null };
  if (judgement.kind === 'allow') return { ...message, warnings, send_before: judgement.sendBefore };
  const { reason, until } = judgement;
  return { ...message, warnings, status: 'held', hold_reason: reason, due_at: until ?? NEVER, expires_at: null };
}

function rejected(message: MessageRow, judgement: Extract<Judgement, { kind: 'reject' }>): Applied {
  const { error, detail, action, extra } = judgement;
  const row: MessageRow = { ...message, status: 'rejected', due_at: null, error, prepaid: false };
  const shown = { ...(action === undefined ? {} : { action }), extra: { message_id: message.id, ...extra } };
  const refusal = { code: error.code, detail, param: 'to', ...shown };
  return { row, verdict: { ok: false, refusal } };
}
