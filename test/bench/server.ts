import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { FakeHubSpot } from '../../connectors/hubspot/testing/fake-hubspot/index.ts';
import type { Memory, Started } from './server-child.ts';

const PUBLIC_URL = 'https://sms.example.com';

export interface MeasuredServer extends Started {
  memory(): Promise<Memory>;
  /** Resolves when the server, its database and its folder are gone. */
  stop(): Promise<void>;
}

/** A server with the connector, as a process of its own, connected to this stand-in for HubSpot. */
export async function startHubSpotServer(hubspot: FakeHubSpot): Promise<MeasuredServer> {
  const settings = { DEFAULT_SENDER: '+15005550100', PUBLIC_URL, ...hubspot.settings };
  const server = await startMeasuredServer(settings);
  hubspot.connect(server.url, PUBLIC_URL);
  return server;
}

/** A server as a process of its own, whose memory can be asked for. */
export async function startMeasuredServer(settings: Readonly<Record<string, string>>): Promise<MeasuredServer> {
  const child = fork(path.join(import.meta.dirname, 'server-child.ts'), {
    execArgv: ['--expose-gc'],
    env: {
      PATH: process.env['PATH'],
      TMPDIR: process.env['TMPDIR'],
      PORT: '0',
      METRICS_PORT: '0',
      SIMULATOR_PORT: 'free',
      ...settings,
    },
  });
  const ended = once(child, 'exit');
  const failed = ended.then(() => Promise.reject(new Error('The server has ended.')));
  // Nobody may be waiting for an answer by then.
  failed.catch(() => undefined);
  const answer = async <Message>(): Promise<Message> => {
    // What the child tells: one answer to each question.
    const [message] = (await Promise.race([once(child, 'message'), failed])) as [Message];
    return message;
  };
  const started = await answer<Started>();
  return {
    ...started,
    memory() {
      child.send('memory');
      return answer<Memory>();
    },
    async stop() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
