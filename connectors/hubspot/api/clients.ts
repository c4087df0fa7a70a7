import type { Clock } from '../../../server/clock.ts';
import type { ConnectorLog, Sealing } from '../../seam/connector.ts';
import type { Storage } from '../../seam/storage.ts';
import { createTokens, type Tokens } from '../auth/tokens.ts';
import { ownNamesOf } from '../store/portals.ts';
import type { HubSpotSettings } from '../settings.ts';
import { type ChannelsClient, createChannelsClient } from './channels.ts';
import { createClient, type HubSpotClient } from './client.ts';
import { withOwnNames } from './own-names.ts';
import { createPlainClient, type PlainClient } from './plain.ts';
import { createTransport } from './transport.ts';

export interface ClientsOptions {
  readonly settings: HubSpotSettings;
  readonly storage: Storage;
  readonly secrets: Sealing;
  readonly clock: Clock;
  readonly log: ConnectorLog;
}

export interface Clients {
  readonly client: HubSpotClient;
  readonly plain: PlainClient;
  /** Null: no number is in an inbox. */
  readonly channels: ChannelsClient | null;
  readonly tokens: Tokens;
}

/** Everything that calls HubSpot, over one transport: tokens are asked of HubSpot by what they are for. */
export function openClients({ settings, storage, secrets, clock, log }: ClientsOptions): Clients {
  const { apiUrl, callsPer10Seconds, clientId, clientSecrets, channelId, channelsVersion: version } = settings;
  const transport = createTransport({ apiUrl, callsPer10Seconds, clock, tokens: () => tokens });
  const plain = createPlainClient({ transport, clientId, clientSecret: clientSecrets[0] ?? '' });
  const tokens = createTokens({ storage, secrets, plain: () => plain, clock, log });
  const channels = channelId === null ? null : createChannelsClient({ transport, version, channelId });
  const client = withOwnNames(createClient(transport), (portalId) => ownNamesOf(storage, portalId));
  return { client, plain, channels, tokens };
}
