import type { Mode, Status } from '../rules/message.ts';
import type { NewEvent } from '../store/events.ts';

/**
 * The event of one change of a text. `data` holds what changed; the payload of a webhook adds the fields of
 * the text that never change.
 */
export function tell(
  message: { readonly id: string; readonly mode: Mode; readonly sequence: number; readonly ambiguous?: boolean },
  status: Exclude<Status, 'sending'>,
  now: Date,
  data: Readonly<Record<string, unknown>> = {},
): NewEvent {
  const flag = message.ambiguous ? { ambiguous: true } : {};
  return {
    type: `message.${status}`,
    mode: message.mode,
    message_id: message.id,
    sequence: message.sequence,
    data: { status, ...flag, ...data },
    created_at: now,
  };
}
