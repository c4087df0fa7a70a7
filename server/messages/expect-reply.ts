import { newWait } from '../contacts/reply-matching.ts';
import { NEVER } from '../rules/ambiguity.ts';
import { messageView } from '../rules/message-view.ts';
import type { MessageRow } from '../store/schema.ts';
import type { ReplyWaitRow } from '../store/schema-contacts.ts';
import type { ExpectReply } from './accept-types.ts';
import type { Applied } from './apply-verdict.ts';

/** A new text with the wait for its reply: they are stored together, so no reply can come before its wait. */
export interface Awaited extends Applied {
  readonly wait?: ReplyWaitRow;
}

/** A text that is refused asks nobody. */
export function awaitReply(applied: Applied, expected: ExpectReply | undefined, newId: () => string): Awaited {
  if (!expected || !applied.verdict.ok) return applied;
  const row = isName(applied.row.from) ? withWarning(applied.row) : applied.row;
  const { id: messageId, mode, contact, from: ourNumber } = row;
  const wait = newWait(
    {
      mode,
      contact,
      ourNumber,
      messageId,
      match: expected.match,
      callbackUrl: expected.callback_url,
      timeoutSeconds: expected.timeout_seconds,
    },
    newId(),
    row.created_at,
    leavesAt(row),
  );
  const expect_reply = { wait_id: wait.id, expires_at: wait.expires_at.toISOString() };
  return { row, wait, verdict: { ok: true, message: messageView(row), expect_reply } };
}

/** When the recipient may have it, as far as that is known. */
function leavesAt({ status, due_at, created_at }: MessageRow): Date {
  const isPlanned = (status === 'scheduled' || status === 'held') && due_at !== null && due_at < NEVER;
  return isPlanned ? due_at : created_at;
}

export const isName = (sender: string) => /\p{L}/u.test(sender);

const withWarning = (row: MessageRow): MessageRow => ({ ...row, warnings: [...row.warnings, NO_REPLIES] });

const NO_REPLIES = {
  code: 'NO_REPLIES_TO_A_NAME',
  message: 'The sender is a name: the recipient cannot reply to it, so the wait will time out.',
};
