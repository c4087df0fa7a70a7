import type { NewTask } from '../../seam/tasks.ts';
import type { Thread } from '../store/threads.ts';

/** Something was found in Slack of which it has not told, or not yet: from here on it is as if it had. */
export interface Seen {
  /** One sight of one message is dealt with once. */
  readonly id: string;
  /** The workspace, as events name it. */
  readonly team: string;
  /** The channel is shared with another organisation. */
  readonly isShared: boolean;
  readonly event: Readonly<Record<string, unknown>>;
}

export function asTold({ channel, root_ts: root }: Thread, { id, team, isShared, event }: Seen, dueAt: Date): NewTask {
  const lane = `in:${team}:${channel}:${root}`;
  const payload = { id, team, lane, isShared, event: { ...event, type: 'message', channel } };
  return { key: `event:${id}`, lane, kind: 'event', payload, dueAt };
}
