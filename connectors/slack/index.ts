import { randomUUID } from 'node:crypto';
import type { Connector, ConnectorHealth, ConnectorOptions } from '../seam/connector.ts';
import { takeTheLead } from '../seam/lead.ts';
import { migrate, storageOf } from '../seam/storage.ts';
import { addTask } from '../seam/tasks.ts';
import { createSlackClient, socketConnections } from './egress/client.ts';
import { createPace } from './egress/pace.ts';
import { readEnvelope } from './ingress/envelope.ts';
import { createReceiver } from './ingress/receiver.ts';
import { openSocket, type SlackSocket } from './ingress/socket.ts';
import { createChoices } from './interactions/choices.ts';
import { runCommand } from './interactions/command.ts';
import { openedHome } from './interactions/home.ts';
import { interact } from './interactions/interact.ts';
import { createRespond } from './interactions/respond.ts';
import { createViewHashes } from './interactions/view-hashes.ts';
import type { SlackSettings } from './settings.ts';
import { isHeard } from './threads/hear-message.ts';
import { MIGRATIONS } from './store/tables.ts';
import { createPeople } from './threads/people.ts';
import { startWork, type Work } from './work.ts';

export type SlackOptions = ConnectorOptions<SlackSettings>;

/** The Slack connector: texts of contacts become threads, and what is answered there becomes texts. */
export async function start({ sdk, pool, settings, clock, log }: SlackOptions): Promise<Connector> {
  await migrate(pool, 'slack', MIGRATIONS);
  const storage = storageOf(pool);
  const client = createSlackClient(settings.botToken, settings.apiUrl);
  const people = createPeople({ client, settings, clock });
  const around = { storage, sdk, settings, clock, people, newId: randomUUID };
  const shared = {
    around,
    client,
    choices: createChoices({ sdk, clock }),
    hashes: createViewHashes(client),
    onChanged: () => work?.poke(),
  };
  const respond = createRespond(settings.apiUrl, log);
  let work: Work | null = null;
  let paused: string | null = null;

  const health = (): ConnectorHealth => {
    if (paused !== null) return { state: 'degraded', detail: `Slack refuses: ${paused}.` };
    if (socket && !socket.isConnected())
      return { state: 'degraded', detail: 'Slack cannot be heard: its socket is not open.' };
    if (!work) return { state: 'standby', detail: 'Another process does the work, or this one is about to.' };
    if (!work.isConnected()) return { state: 'degraded', detail: 'The events of the server cannot be heard.' };
    return { state: 'up', detail: null };
  };
  const onPaused = (error: string | null) => {
    if (error !== null && error !== paused) log.error({ reason: error }, 'Slack takes no calls until somebody acts');
    paused = error;
  };
  const lead = takeTheLead({
    pool,
    name: 'slack',
    clock,
    log,
    begin() {
      const begun = startWork({ around, storage, sdk, client, pace: createPace(clock), clock, log, onPaused });
      work = begun;
      return Promise.resolve(async () => {
        work = null;
        await begun.stop();
      });
    },
  });
  const hearing = {
    clock,
    log,
    async onEvent(body: unknown) {
      const envelope = readEnvelope(body);
      // Most of what is said in a channel is nothing to us: our own posts, other apps, what is beside threads.
      if (!envelope || !(isHeard(envelope.event) || openedHome(envelope))) return;
      const at = new Date(clock.now());
      const { id, lane } = envelope;
      await addTask(storage, { key: `event:${id}`, lane, kind: 'event', payload: envelope, dueAt: at }, at);
      work?.poke();
    },
    onInteraction: (payload: unknown) => interact({ ...shared, respond }, payload),
    onCommand: (fields: Readonly<Record<string, string>>) => runCommand(shared, fields),
  };
  const handler = createReceiver({ ...hearing, signingSecret: settings.signingSecret, health });
  const socket = settings.appToken === null ? null : socketFor(settings.appToken);
  function socketFor(appToken: string): SlackSocket {
    const openConnection = socketConnections(appToken, settings.apiUrl, log);
    const { hostname, host } = new URL(settings.apiUrl);
    const trustedHost = hostname.endsWith('slack.com') ? null : host;
    return openSocket({ ...hearing, openConnection, trustedHost, onGap: () => work?.catchUp() });
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
