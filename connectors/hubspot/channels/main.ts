import { systemClock } from '../../../server/clock.ts';
import { readConfig } from '../../../server/config.ts';
import { HubSpotError } from '../api/errors.ts';
import { registerChannel } from './register.ts';

/** `npm run hubspot:channel`: once for each app, on the settings of the server. */
try {
  const config = readConfig(process.env);
  const { HUBSPOT_DEVELOPER_KEY: developerKey, HUBSPOT_APP_ID: appId, PUBLIC_URL: publicUrl } = config;
  if (developerKey === null || appId === null || publicUrl === null)
    throw new Error('HUBSPOT_DEVELOPER_KEY, HUBSPOT_APP_ID and PUBLIC_URL are needed.');
  const { id, isNew } = await registerChannel({
    apiUrl: config.HUBSPOT_API_URL.replace(/\/+$/, ''),
    clock: systemClock,
    version: config.HUBSPOT_CHANNELS_VERSION,
    developerKey,
    appId,
    publicUrl: publicUrl.replace(/\/+$/, ''),
  });
  const said = isNew ? 'The channel is registered.' : 'The channel was registered before, and is up to date.';
  process.stdout.write(`${said} Give the server this setting, and start it again:\n\nHUBSPOT_CHANNEL_ID=${id}\n`);
} catch (error) {
  const isKey = error instanceof HubSpotError && (error.kind === 'auth' || error.kind === 'scope');
  const hint = isKey ? ' Are HUBSPOT_DEVELOPER_KEY and HUBSPOT_APP_ID of the same account?' : '';
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}${hint}\n`);
  process.exitCode = 1;
}
