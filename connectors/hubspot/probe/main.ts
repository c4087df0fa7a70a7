import { systemClock } from '../../../server/clock.ts';
import { readConfig } from '../../../server/config.ts';
import { HubSpotError } from '../api/errors.ts';
import { type HubSpotSettings, hubspotSettings } from '../settings.ts';
import { probe } from './probe.ts';

/** `npm run hubspot:probe [-- <code>]`: on the settings of the server. */
const NOTHING: HubSpotSettings = {
  clientId: '',
  clientSecrets: [],
  portals: [],
  callsPer10Seconds: 90,
  appId: null,
  channelId: null,
  channelsVersion: '2026-09',
  apiUrl: 'https://api.hubapi.com',
  appUrl: 'https://app.hubspot.com',
  publicUrl: '',
};

try {
  const config = readConfig(process.env);
  const settings = hubspotSettings(config, config.PUBLIC_URL ?? `http://localhost:${config.PORT}`);
  const code = process.argv[2] ?? null;
  if (code !== null && !settings) throw new Error('HUBSPOT_CLIENT_ID and HUBSPOT_CLIENT_SECRET are needed.');
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  process.exitCode = (await probe({ settings: settings ?? NOTHING, code, clock: systemClock, say })) === 0 ? 0 : 1;
} catch (error) {
  const hint = error instanceof HubSpotError ? ' A code is good once, and for ten minutes.' : '';
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}${hint}\n`);
  process.exitCode = 1;
}
