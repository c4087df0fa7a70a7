import type { Clock } from '../../../server/clock.ts';
import type { Call, SlackClient } from '../egress/client.ts';
import { createPace, type Pace } from '../egress/pace.ts';
import type { SlackSetup } from '../settings.ts';
import { createFindOwner, type FindOwner } from '../threads/find-owner.ts';
import { createRefusals, type Refusal, type Refusals } from './refusals.ts';
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
  /** A sentence about each thing that is refused there until somebody acts. */
  troubles(): readonly string[];
  /** Nothing was taken the last time. */
  isShut(): boolean;
  /** It was removed: nothing is tried any more until it is installed again. */
  isGone(): boolean;
  /** Milliseconds until something may be tried again. */
  pausedMs(): number;
  /** Slack refuses everything for `reason` until somebody acts; null = it takes calls again. */
  pause(reason: string | null): void;
  /** It refuses `what`, and other calls not. */
  refuse(what: string, reason: string): void;
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
  readonly onTrouble: (workspace: Workspace, refusal: Refusal) => void;
}

export function createWorkspace(options: WorkspaceOptions): Workspace {
  const { id, name, setup, clock, catchAll, gone, installed, onTrouble } = options;
  const refusals = createRefusals(clock, (refusal) => onTrouble(workspace, refusal));
  const client = listening(options, refusals);
  const people = createPeople({ client, settings: setup, clock, installed });
  const workspace: Workspace = {
    id,
    client,
    people,
    findOwner: createFindOwner({ client, people, clock }),
    pace: createPace(clock),
    catchAll,
    isGone: () => gone() !== null,
    troubles() {
      const all = gone() ?? refusals.all();
      const refused = all === null ? refusals.some() : [{ what: null, reason: all }];
      return refused.map((refusal) => sentenceOf(refusal, name()));
    },
    isShut: () => (gone() ?? refusals.all()) !== null,
    pausedMs: () => (gone() === null ? refusals.pausedMs() : Infinity),
    pause: (reason) => (reason === null ? refusals.clear() : refusals.note(null, reason)),
    refuse: refusals.note,
  };
  return workspace;
}

const sentenceOf = ({ what, reason }: Refusal, called: string | null) =>
  `Slack refuses${what === null ? '' : ` ${what}`}${called === null ? '' : ` in ${called}`}: ${reason}.`;

/** Calls channels by their ids of now, and hears what is refused, whoever calls. */
function listening({ client, currentId, gone }: WorkspaceOptions, refusals: Refusals): SlackClient {
  const calling =
    (kind: keyof SlackClient): Call =>
    async (method, given) => {
      const { channel } = given;
      const sent = typeof channel === 'string' ? { ...given, channel: currentId(channel) } : given;
      const result = await client[kind](method, sent);
      if (gone() === null) refusals.hear(method, given, result);
      return result;
    };
  return { interactive: calling('interactive'), bulk: calling('bulk') };
}
