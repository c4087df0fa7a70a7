import type { Clock } from '../../../server/clock.ts';
import type { Call, SlackClient } from '../egress/client.ts';
import { createPace, type Pace } from '../egress/pace.ts';
import type { SlackSetup } from '../settings.ts';
import { createFindOwner, type FindOwner } from '../threads/find-owner.ts';
import { createPeople, type People, type Self } from '../threads/people.ts';

/** The app in one workspace, or in all of an organisation: what is told there, and how fast. */
export interface Workspace {
  /** Of its installation; `settings` = that of SLACK_BOT_TOKEN. */
  readonly id: string;
  readonly client: SlackClient;
  readonly people: People;
  readonly findOwner: FindOwner;
  readonly pace: Pace;
  /** For what no rule takes; null = none is known. */
  catchAll(): string | null;
  /** Why nothing can be told there; null = nothing is wrong. */
  trouble(): string | null;
  /** It was removed: nothing is tried any more until it is installed again. */
  isGone(): boolean;
  /** Milliseconds until something may be tried again. */
  pausedMs(): number;
  /** Slack refuses for `reason` until somebody acts, everything for so long; null = it takes calls again. */
  pause(reason: string | null, ms?: number): void;
}

export interface WorkspaceOptions {
  readonly id: string;
  /** For people; null = it is not known. */
  readonly name: () => string | null;
  readonly client: SlackClient;
  readonly setup: SlackSetup;
  readonly clock: Clock;
  readonly catchAll: () => string | null;
  /** Why it is not installed any more; null = it is. */
  readonly gone: () => string | null;
  /** Who the app is there, where its installation tells. */
  readonly installed: () => Self | null;
  /** Private channels that are shared get another id (`channel_id_changed`); Slack knows the new one alone. */
  readonly currentId: (channel: string) => string;
  readonly onTrouble: (workspace: Workspace, reason: string) => void;
}

export function createWorkspace(options: WorkspaceOptions): Workspace {
  const { id, name, setup, clock, catchAll, gone, installed, onTrouble } = options;
  const client = withCurrentIds(options);
  const people = createPeople({ client, settings: setup, clock, installed });
  let paused: { readonly reason: string; readonly until: number } | null = null;
  const workspace: Workspace = {
    id,
    client,
    people,
    findOwner: createFindOwner({ client, people, clock }),
    pace: createPace(clock),
    catchAll,
    isGone: () => gone() !== null,
    trouble() {
      const reason = gone() ?? paused?.reason ?? null;
      const called = name();
      return reason === null ? null : `${called === null ? 'Slack refuses' : `Slack refuses in ${called}`}: ${reason}.`;
    },
    pausedMs: () => (gone() !== null ? Infinity : Math.max(0, (paused?.until ?? 0) - clock.monotonic())),
    pause(reason, ms = 0) {
      const isNew = reason !== null && reason !== paused?.reason;
      paused = reason === null ? null : { reason, until: clock.monotonic() + ms };
      if (isNew) onTrouble(workspace, reason);
    },
  };
  return workspace;
}

function withCurrentIds({ client, currentId }: Pick<WorkspaceOptions, 'client' | 'currentId'>): SlackClient {
  const calling =
    (kind: keyof SlackClient): Call =>
    (method, given) => {
      const { channel } = given;
      return client[kind](method, typeof channel === 'string' ? { ...given, channel: currentId(channel) } : given);
    };
  return { interactive: calling('interactive'), bulk: calling('bulk') };
}
