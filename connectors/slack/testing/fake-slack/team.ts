import type { Clock } from '../../../../server/clock.ts';
import { createEventSender, type EventSender } from './events.ts';
import { createFunctions, type Functions } from './functions.ts';
import { createInteractivity, type Interactivity } from './interactivity.ts';
import { createLife, type Life } from './life.ts';
import { createRateLimits, type RateLimits } from './limits.ts';
import { createMethods } from './methods.ts';
import type { OAuth } from './oauth.ts';
import { createPeople, type People } from './people.ts';
import { createResponseUrls } from './response-urls.ts';
import type { Sockets } from './sockets.ts';
import { type Channel, createWorkspace, type Message, messageJson, type Team, type Workspace } from './workspace.ts';

/** One workspace of several in which the app may be. */
export interface FakeTeam {
  readonly workspace: Workspace;
  readonly people: People;
  readonly events: EventSender;
  readonly interactivity: Interactivity;
  /** Runs of the app's step for Workflow Builder. */
  readonly functions: Functions;
  readonly life: Life;
  readonly methods: ReturnType<typeof createMethods>;
  readonly responses: ReturnType<typeof createResponseUrls>;
  readonly limits: RateLimits;
}

export interface TeamOptions {
  readonly team: Team;
  readonly clock: Clock;
  readonly oauth: OAuth;
  readonly newNumber: () => number;
  readonly signingSecret: string;
  readonly appUrl: () => string;
  /** Of the stand-in. */
  readonly baseUrl: () => string;
  readonly sockets: () => Pick<Sockets, 'count' | 'post'> | null;
  readonly newSocketUrl: () => string;
}

export function createTeam(options: TeamOptions): FakeTeam {
  const { team, clock, oauth, newNumber, signingSecret, appUrl, sockets, newSocketUrl } = options;
  const workspace = createWorkspace(clock, team, newNumber);
  const interactivity = createInteractivity(workspace, clock);
  const events = createEventSender({ workspace, clock, signingSecret, appUrl, sockets });
  const responses = createResponseUrls(workspace, clock);
  const functions = createFunctions(workspace, () => clock.now());
  const life = createLife(workspace, events, oauth);
  const methods = createMethods({
    workspace,
    interactivity,
    functions,
    oauth,
    newSocketUrl,
    onRevoked: (isTold) => (isTold ? life.uninstall() : oauth.revoke(team.id)),
    onPosted: (channel, message) => events.send(postedEvent(workspace, channel, message), channel),
    onChanged: (channel, message, before) => events.send(changedEvent(workspace, channel, message, before), channel),
  });
  const people = createPeople({
    workspace,
    interactivity,
    functions,
    events,
    responseUrl: (target) => options.baseUrl() + responses.pathFor(target),
  });
  return {
    workspace,
    people,
    events,
    interactivity,
    functions,
    life,
    methods,
    responses,
    limits: createRateLimits(clock),
  };
}

/** The app hears its own messages. */
const postedEvent = (workspace: Workspace, channel: Channel, message: Message) => ({
  ...messageJson(workspace, message),
  channel: channel.id,
  event_ts: message.ts,
  channel_type: channel.isPrivate ? 'group' : 'channel',
});

/** And its own changes, hidden and without a user of their own. */
function changedEvent(workspace: Workspace, channel: Channel, message: Message, previous_message: object) {
  const ts = workspace.nextTs();
  const changed = messageJson(workspace, message);
  return {
    type: 'message',
    subtype: 'message_changed',
    message: changed,
    previous_message,
    channel: channel.id,
    hidden: true,
    ts,
    event_ts: ts,
    channel_type: 'channel',
  };
}
