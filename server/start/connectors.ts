import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PoolConfig } from 'pg';
import type { Logger } from 'pino';
import type { Connector, ConnectorOptions } from '../../connectors/seam/connector.ts';
import { hubspotSettings } from '../../connectors/hubspot/settings.ts';
import { slackSettings } from '../../connectors/slack/settings.ts';
import type { Access } from '../access/access.ts';
import type { SecretBox } from '../access/secrets.ts';
import { PRESETS, type Scope } from '../access/scopes.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { newRequestId, write } from '../http/answer.ts';
import type { Closers } from '../operations/closers.ts';
import type { Mode } from '../rules/message.ts';

/** A connector that the settings turn on. Its code is loaded then, and not before. */
interface Configured {
  readonly name: 'slack' | 'hubspot';
  readonly keyId: string;
  /** What its key may do. */
  readonly scopes: readonly Scope[];
  load(options: Omit<ConnectorOptions<never>, 'settings'>): Promise<Connector>;
}

function configured({ config, publicUrl, secrets }: ConnectorsOptions): readonly Configured[] {
  const chosen: Configured[] = [];
  const slack = slackSettings(config, publicUrl);
  if (slack) {
    chosen.push({
      name: 'slack',
      keyId: 'ownslack',
      scopes: PRESETS.slack,
      async load(options) {
        const { start } = await import('../../connectors/slack/index.ts');
        return start({ ...options, settings: slack, secrets });
      },
    });
  }
  const hubspot = hubspotSettings(config, publicUrl);
  if (hubspot) {
    chosen.push({
      name: 'hubspot',
      keyId: 'ownhubsp',
      // Who is deleted for privacy in HubSpot is erased here, too; no preset of a key that people get has that right.
      scopes: [...PRESETS.hubspot, 'privacy:manage'],
      async load(options) {
        const { start } = await import('../../connectors/hubspot/index.ts');
        return start({ ...options, settings: hubspot, secrets });
      },
    });
  }
  return chosen;
}

export interface ConnectorsOptions {
  readonly config: Config;
  readonly connection: PoolConfig;
  readonly ownKeys: Access['ownKeys'];
  readonly secrets: SecretBox;
  /** How others reach this server. */
  readonly publicUrl: string;
  /** Live where there is a carrier for it. */
  readonly mode: Mode;
  readonly clock: Clock;
  readonly log: Logger;
  readonly closers: Closers;
}

export interface Connectors {
  /** What answers below /connectors/; null = nothing is there. */
  handlerAt(url: string): RequestListener | null;
  /** Takes away what they keep of a person. Throws while one of them does not run: what it keeps is there all the same. */
  erase(mode: Mode, number: string): Promise<void>;
  /** Starts them, once the API answers. */
  start(api: { readonly handler: RequestListener; readonly url: string; readonly isTls: boolean }): Promise<void>;
}

/** The connectors that are configured, inside this process: each with a key, a client and a schema of its own. */
export function openConnectors(options: ConnectorsOptions): Connectors {
  const chosen = configured(options);
  const running = new Map<string, Connector>();
  return {
    handlerAt(url) {
      const name = /^\/connectors\/(\w+)\//.exec(url)?.[1];
      if (name === undefined || !chosen.some((one) => one.name === name)) return null;
      return running.get(name)?.handler ?? notReady;
    },
    async erase(mode, number) {
      if (mode !== options.mode) return;
      for (const { name } of chosen) {
        const connector = running.get(name);
        if (!connector) throw new Error(`The connector ${name} is not running.`);
        await connector.erase?.(number);
      }
    },
    async start(api) {
      if (chosen.length === 0) return;
      const baseUrl = api.isTls ? await plainLoopback(api.handler, options.closers) : api.url;
      for (const one of chosen) {
        const connector = await startOne(options, one, baseUrl);
        running.set(one.name, connector);
        options.closers.add(`connector ${one.name}`, async () => {
          running.delete(one.name);
          await connector.stop();
        });
      }
    },
  };
}

async function startOne(options: ConnectorsOptions, { name, keyId, scopes, load }: Configured, baseUrl: string) {
  const { connection, ownKeys, mode, clock, closers } = options;
  const [{ openPool }, { SmsClient }] = await Promise.all([
    import('../../connectors/seam/storage.ts'),
    import('../../connectors/sdk/index.ts'),
  ]);
  const log = options.log.child({ connector: name });
  const apiKey = ownKeys.make({ id: keyId, mode, name: `Connector ${name}`, scopes });
  const pool = openPool(connection, name, (error) => log.warn({ reason: error.message }, 'database connection lost'));
  closers.add(`database of connector ${name}`, () => pool.end());
  return load({ sdk: new SmsClient({ baseUrl, apiKey }), pool, clock, log });
}

/** Behind TLS the certificate names another host than loopback; who is inside needs none. */
async function plainLoopback(handler: RequestListener, closers: Closers): Promise<string> {
  const server = createServer(handler);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  closers.add('loopback of the connectors', () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** They start after the API, and stop before it. */
const notReady: RequestListener = (_request, response) => {
  const fault = { code: 'SERVICE_UNAVAILABLE', detail: 'The connector is not running.' } as const;
  write(response, newRequestId(), null, { fault });
};
