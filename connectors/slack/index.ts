import { randomUUID } from 'node:crypto';
import type { Connector, ConnectorHealth, ConnectorOptions, Sealing } from '../seam/connector.ts';
import { takeTheLead } from '../seam/lead.ts';
import { migrate, storageOf } from '../seam/storage.ts';
import { addTask } from '../seam/tasks.ts';
import { socketConnections } from './egress/client.ts';
import { type Envelope, readEnvelope } from './ingress/envelope.ts';
import { type Answer, createReceiver } from './ingress/receiver.ts';
import { openSocket, type SlackSocket } from './ingress/socket.ts';
import { createChoices } from './interactions/choices.ts';
import { runCommand } from './interactions/command.ts';
import { openedHome } from './interactions/home.ts';
import { interact } from './interactions/interact.ts';
import { teamOfCommand, teamOfInteraction } from './interactions/payload.ts';
import { createRespond } from './interactions/respond.ts';
import { createViewHashes } from './interactions/view-hashes.ts';
import { readStep } from './steps/read-step.ts';
import { addStep } from './steps/run-step.ts';
import { createRunTokens } from './steps/run-tokens.ts';
import type { SlackSetup } from './settings.ts';
import { MIGRATIONS } from './store/tables.ts';
import { isHeard } from './threads/hear-message.ts';
import { startWork, type Work } from './work.ts';
import { isLife } from './workspaces/hear-life.ts';
import { openWorkspaces } from './workspaces/open.ts';
import type { TeamRef } from './workspaces/workspaces.ts';

export interface SlackOptions extends ConnectorOptions<SlackSetup> {
  /** Seals the tokens of workspaces under a sub-key of the server's SECRET_KEY; without OAuth there are none. */
  readonly secrets?: Sealing | null;
}

/** The Slack connector: texts of contacts become threads, and what is answered there becomes texts. */
export async function start(options: SlackOptions): Promise<Connector> {
  const { sdk, pool, settings, clock, log } = options;
  await migrate(pool, 'slack', MIGRATIONS);
  const storage = storageOf(pool);
  const base = { storage, sdk, clock, newId: randomUUID };
  const { workspaces, places, bindTo, install } = await openWorkspaces({
    ...options,
    base,
    secrets: options.secrets ?? null,
    onInstalled: () => work?.catchUp(),
    onTask: () => work?.poke(),
  });
  const dialogs = { choices: createChoices({ sdk, clock }), hashes: createViewHashes() };
  const respond = createRespond(settings.apiUrl, log);
  const runTokens = createRunTokens();
  let work: Work | null = null;

  const health = () => healthOf(workspaces.troubles(), socket, work);
  const lead = takeTheLead({
    pool,
    name: 'slack',
    clock,
    log,
    begin() {
      const begun = startWork({ ...base, setup: settings, workspaces, places, bindTo, runTokens, log });
      work = begun;
      return Promise.resolve(async () => {
        work = null;
        await begun.stop();
      });
    },
  });

  /** Somebody does something in a workspace; `none` is said where it is not connected. */
  async function within(
    team: TeamRef,
    none: Answer,
    act: (shared: Parameters<typeof runCommand>[0] & { readonly onChanged: () => void }) => Promise<Answer>,
  ): Promise<Answer> {
    const workspace = await workspaces.ofTeam(team);
    const around = workspace && (await bindTo(workspace));
    return around ? act({ ...dialogs, around, client: workspace.client, onChanged: () => work?.poke() }) : none;
  }

  /** What Slack tells, written down. False: it is nothing to us, as most of what is said in a channel. */
  async function keep(body: unknown): Promise<boolean> {
    const envelope = readEnvelope(body);
    if (!envelope) return false;
    const at = new Date(clock.now());
    const step = readStep(envelope);
    if (step) {
      if (step.token !== null) runTokens.keep(step.id, step.token);
      await addStep(storage, step, at);
      return true;
    }
    const { id, event } = envelope;
    if (!(isHeard(event) || isLife(event) || openedHome(event))) return false;
    await addTask(storage, { key: `event:${id}`, ...taskOf(envelope), payload: envelope, dueAt: at }, at);
    return true;
  }

  const hearing = {
    clock,
    log,
    async onEvent(body: unknown) {
      if (await keep(body)) work?.poke();
    },
    onInteraction: (payload: unknown) =>
      within(teamOfInteraction(payload), null, (shared) =>
        interact({ ...shared, respond, keptId: workspaces.keptId }, payload),
      ),
    onCommand: (fields: Readonly<Record<string, string>>) =>
      within(teamOfCommand(fields), NOT_CONNECTED, (shared) => runCommand(shared, fields)),
  };
  const handler = createReceiver({ ...hearing, signingSecret: settings.signingSecret, health, install });
  const socket = settings.appToken === null ? null : socketFor(settings.appToken);
  function socketFor(appToken: string): SlackSocket {
    const openConnection = socketConnections(appToken, settings.apiUrl, log);
    return openSocket({ ...hearing, openConnection, apiUrl: settings.apiUrl, onGap: () => work?.catchUp() });
  }
  return {
    handler,
    health,
    async stop() {
      await socket?.stop();
      await lead.stop();
    },
  };
}

function healthOf(troubles: readonly string[], socket: SlackSocket | null, work: Work | null): ConnectorHealth {
  return { ...stateOf(troubles, socket, work), left_out: { events: work?.leftOut() ?? 0 } };
}

type State = Omit<ConnectorHealth, 'left_out'>;

function stateOf(troubles: readonly string[], socket: SlackSocket | null, work: Work | null): State {
  if (troubles.length > 0) return { state: 'degraded', detail: troubles.join(' ') };
  if (socket && !socket.isConnected())
    return { state: 'degraded', detail: 'Slack cannot be heard: its socket is not open.' };
  if (!work) return { state: 'standby', detail: 'Another process does the work, or this one is about to.' };
  if (!work.isConnected()) return { state: 'degraded', detail: 'The events of the server cannot be heard.' };
  return { state: 'up', detail: null };
}

/** Which kind of task an event is, and behind what it waits. */
function taskOf({ event, team, lane }: Envelope): { readonly kind: string; readonly lane: string } {
  if (isLife(event)) return { kind: 'life', lane: `life:${team}` };
  const user = openedHome(event);
  return user === null ? { kind: 'event', lane } : { kind: 'home', lane: `home:${user}` };
}

const NOT_CONNECTED: Answer = {
  json: { response_type: 'ephemeral', text: 'Invite the app to a channel first: nothing can be texted before.' },
};
