import { z } from 'zod';
import { listOf, orEmpty } from '../seam/setting-kinds.ts';
import { CHANNELS_VERSIONS } from './scopes.ts';

/** The settings of this connector, which the server reads with its own. What differs by account is in the account's row. */

/** Tokens travel to it: TLS, or this machine. */
const address = z.string().refine((text) => {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname));
});

export const HUBSPOT_SETTINGS = {
  HUBSPOT_CLIENT_ID: {
    schema: orEmpty(z.string().min(4).max(128)),
    fallback: '',
    meaning: 'Client id of your HubSpot app; with HUBSPOT_CLIENT_SECRET it turns the HubSpot connector on.',
  },
  HUBSPOT_CLIENT_SECRET: {
    schema: listOf(z.string().min(8).max(128), 2),
    fallback: '',
    meaning:
      'Client secret of your HubSpot app; two, comma separated, while it is being changed: both are taken as signatures, the first is used.',
    isSecret: true,
  },
  HUBSPOT_PORTALS: {
    schema: listOf(
      z
        .string()
        .regex(/^\d{1,12}$/)
        .transform(Number),
      100,
    ),
    fallback: '',
    meaning:
      'Ids of the HubSpot accounts that may connect, comma separated; empty = every one that can install the app.',
  },
  HUBSPOT_CHANNEL_ID: {
    schema: orEmpty(z.string().regex(/^\d{1,12}$/)),
    fallback: '',
    meaning:
      'Id of the channel that `npm run hubspot:channel` registers; with it, replies can be answered in the inboxes of HubSpot.',
  },
  HUBSPOT_CHANNELS_VERSION: {
    schema: z.enum(CHANNELS_VERSIONS),
    fallback: CHANNELS_VERSIONS[0],
    meaning: `Version of HubSpot's API for custom channels: ${CHANNELS_VERSIONS.join(' or ')}.`,
  },
  HUBSPOT_APP_ID: {
    schema: orEmpty(z.string().regex(/^\d{1,12}$/)),
    fallback: '',
    meaning:
      'Id of your HubSpot app: needed to register the channel; with it, the server also knows what other apps write in inboxes.',
  },
  HUBSPOT_DEVELOPER_KEY: {
    schema: orEmpty(z.string().min(8).max(200)),
    fallback: '',
    meaning:
      'Developer API key of your HubSpot account: for `npm run hubspot:channel` only, the server has no use for it.',
    isSecret: true,
  },
  HUBSPOT_CALLS_PER_10_SECONDS: {
    schema: z
      .string()
      .regex(/^\d{1,4}$/)
      .transform(Number)
      .pipe(z.number().min(10).max(2_000)),
    fallback: '90',
    meaning: "Calls to one HubSpot account in ten seconds. HubSpot's own limit is 100 for free and starter accounts.",
  },
  HUBSPOT_API_URL: {
    schema: address,
    fallback: 'https://api.hubapi.com',
    meaning: "Where HubSpot's API is; another address is for tests.",
  },
  HUBSPOT_APP_URL: {
    schema: address,
    fallback: 'https://app.hubspot.com',
    meaning: 'Where an administrator agrees to the app; another address is for tests.',
  },
} as const;

export type HubSpotConfig = {
  readonly [Key in keyof typeof HUBSPOT_SETTINGS]: z.output<(typeof HUBSPOT_SETTINGS)[Key]['schema']>;
};

export interface HubSpotSettings {
  readonly clientId: string;
  /** The first is used, all are taken as signatures. */
  readonly clientSecrets: readonly string[];
  /** Empty = any. */
  readonly portals: readonly number[];
  readonly callsPer10Seconds: number;
  /** Of the app; null = nobody said. */
  readonly appId: string | null;
  /** Null: no number can be answered in an inbox. */
  readonly channelId: string | null;
  readonly channelsVersion: (typeof CHANNELS_VERSIONS)[number];
  /** Without a slash at the end, as the others. */
  readonly apiUrl: string;
  readonly appUrl: string;
  /** How HubSpot reaches us: signatures cover it. */
  readonly publicUrl: string;
}

/** Null while the connector is off. */
export function hubspotSettings(config: HubSpotConfig, publicUrl: string): HubSpotSettings | null {
  const { HUBSPOT_CLIENT_ID: clientId, HUBSPOT_CLIENT_SECRET: clientSecrets } = config;
  if (clientId === null || clientSecrets.length === 0) return null;
  return {
    clientId,
    clientSecrets,
    portals: config.HUBSPOT_PORTALS,
    callsPer10Seconds: config.HUBSPOT_CALLS_PER_10_SECONDS,
    appId: config.HUBSPOT_APP_ID,
    channelId: config.HUBSPOT_CHANNEL_ID,
    channelsVersion: config.HUBSPOT_CHANNELS_VERSION,
    apiUrl: bare(config.HUBSPOT_API_URL),
    appUrl: bare(config.HUBSPOT_APP_URL),
    publicUrl: bare(publicUrl),
  };
}

const bare = (url: string) => url.replace(/\/+$/, '');

/** What is missing when only a part of it is set. */
export function hubspotFaults(config: HubSpotConfig): readonly string[] {
  const hasId = config.HUBSPOT_CLIENT_ID !== null;
  const hasSecret = config.HUBSPOT_CLIENT_SECRET.length > 0;
  if (hasId === hasSecret) return [];
  const missing = hasId ? 'HUBSPOT_CLIENT_SECRET' : 'HUBSPOT_CLIENT_ID';
  return [`${missing}: ${HUBSPOT_SETTINGS[missing].meaning}`];
}
