import type { Connector, ConnectorOptions } from '../seam/connector.ts';
import { migrate, storageOf } from '../seam/storage.ts';
import { addTask } from '../seam/tasks.ts';
import { readEnvelope } from './ingress/envelope.ts';
import { createReceiver } from './ingress/receiver.ts';
import type { SlackSettings } from './settings.ts';
import { MIGRATIONS } from './store/tables.ts';

export type SlackOptions = ConnectorOptions<SlackSettings>;

/** The Slack connector: texts of contacts become threads, and what is answered there becomes texts. */
export async function start({ pool, settings, clock, log }: SlackOptions): Promise<Connector> {
  await migrate(pool, 'slack', MIGRATIONS);
  const storage = storageOf(pool);
  const handler = createReceiver({
    signingSecret: settings.signingSecret,
    clock,
    log,
    health: () => ({ state: 'up', detail: null }),
    async onEvent(body) {
      const envelope = readEnvelope(body);
      if (!envelope) return;
      const at = new Date(clock.now());
      const { id, lane } = envelope;
      await addTask(storage, { key: `event:${id}`, lane, kind: 'event', payload: envelope, dueAt: at }, at);
    },
    onInteraction: () => Promise.resolve(null),
    onCommand: () => Promise.resolve(null),
  });
  return { handler, health: () => ({ state: 'up', detail: null }), stop: () => Promise.resolve() };
}
