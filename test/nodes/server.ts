import { pino } from 'pino';
import { readConfig } from '../../server/config.ts';
import { startServer } from '../../server/main.ts';
import { migratedDatabase } from '../support/database.ts';
import { makeFolder, removeFolder } from '../support/embedded.ts';
import { serverSettings } from '../support/server-settings.ts';
import { until } from '../support/until.ts';

export interface NodesServer extends AsyncDisposable {
  readonly url: string;
  readonly keys: { readonly test: string; readonly live: string };
  /** The API as its users call it, with the test key. */
  call(method: string, path: string, body?: unknown): Promise<{ status: number; body: Record<string, unknown> }>;
  /** Writes on a simulated phone. */
  reply(from: string, to: string, body: string): Promise<void>;
  /** Every text that this phone has got. */
  textsOn(number: string): Promise<string[]>;
  /** Waits until a phone has got so many texts. */
  texts(number: string, count: number): Promise<string[]>;
}

/** The whole server inside this process with its simulated carrier, for all tests of a file. */
export async function nodesServer(settings: Readonly<Record<string, string>> = {}): Promise<NodesServer> {
  const connection = await migratedDatabase();
  const folder = await makeFolder();
  const config = readConfig({ ...serverSettings(connection, folder), ...settings });
  const server = await startServer(config, pino({ level: 'silent' }));
  const keys = server.firstKeys;
  if (!keys) throw new Error('An empty database has keys already.');
  const call: NodesServer['call'] = async (method, path, body) => {
    const headers = { authorization: `Bearer ${keys.test}`, 'content-type': 'application/json' };
    const text = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(server.url + path, { method, headers, ...text });
    const answer = await response.text();
    return { status: response.status, body: answer === '' ? {} : (JSON.parse(answer) as Record<string, unknown>) };
  };
  const textsOn = async (number: string) => {
    const { body } = await call('GET', `/v1/sandbox/phones/${encodeURIComponent(number)}/messages`);
    const texts = (body['data'] ?? []) as { direction: string; body: string }[];
    return texts.filter(({ direction }) => direction === 'to_phone').map((text) => text.body);
  };
  return {
    url: server.url,
    keys,
    call,
    textsOn,
    async reply(from, to, body) {
      const { status } = await call('POST', '/v1/sandbox/inbound', { from, to, body });
      if (status !== 202) throw new Error(`The phone could not write: ${status}`);
    },
    texts: (number, count) =>
      until(async () => {
        const texts = await textsOn(number);
        return texts.length >= count && texts;
      }),
    async [Symbol.asyncDispose]() {
      await server.stop();
      await removeFolder(folder);
    },
  };
}
