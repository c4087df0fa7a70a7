import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../server/clock.ts';
import { createClient } from '../api/client.ts';
import { HubSpotError } from '../api/errors.ts';
import { createPlainClient } from '../api/plain.ts';
import { type AccessTokens, createTransport } from '../api/transport.ts';
import { CONDITIONAL_SCOPES, REQUIRED_SCOPES } from '../scopes.ts';
import type { HubSpotSettings } from '../settings.ts';
import { BY_HAND } from './by-hand.ts';
import { CHECKS, type Probing, takeAway } from './checks.ts';

export interface ProbeOptions {
  readonly settings: HubSpotSettings;
  /** Of the address to which HubSpot sent the browser back; null = nobody agreed yet. */
  readonly code: string | null;
  readonly clock: Clock;
  readonly say: (line: string) => void;
}

/**
 * What the connector takes for granted of HubSpot, looked at in a real account: each line says whether it holds. It makes a
 * contact, a ticket and a communication, and takes them away again. Answers how many assumptions do not hold.
 */
export async function probe(options: ProbeOptions): Promise<number> {
  const { settings, code, clock, say } = options;
  if (code === null) {
    sayWhatWouldBeDone(say, authorizeUrl(settings));
    return 0;
  }
  const { apiUrl, callsPer10Seconds, clientId } = settings;
  const transport = createTransport({ apiUrl, callsPer10Seconds, clock, tokens: () => tokens });
  const plain = createPlainClient({ transport, clientId, clientSecret: settings.clientSecrets[0] ?? '' });
  const issued = await plain.tokensByCode(code, redirectUri(settings));
  const tokens: AccessTokens = {
    access: () => Promise.resolve({ token: issued.access_token, generation: 1 }),
    renew: () => Promise.reject(new Error('The access token ended before the probe did.')),
  };
  const mark = randomBytes(6).toString('hex');
  const client = createClient(transport);
  const on: Probing = { transport, client, plain, issued, apiUrl, callsPer10Seconds, clock, mark, made: [] };
  let differing = 0;
  for (const { assumed, look } of CHECKS) {
    const { holds, seen } = await look(on).catch(whatWentWrong);
    if (!holds) differing += 1;
    say(`${holds ? 'holds  ' : 'DIFFERS'}  ${assumed} (${seen})`);
  }
  for (const left of await takeAway(on)) say(`left     ${left} could not be deleted: delete it by hand.`);
  for (const { assumed, how } of BY_HAND) say(`by hand  ${assumed} ${how}`);
  say(differing === 0 ? 'Everything that could be looked at holds.' : `${differing} of ${CHECKS.length} differ.`);
  return differing;
}

/** A refusal, or an answer of another shape: both are what the probe is for, and values are nobody's business. */
function whatWentWrong(error: unknown) {
  if (error instanceof HubSpotError) return { holds: false, seen: error.message };
  return { holds: false, seen: error instanceof Error ? `an answer of another shape: ${error.name}` : 'unknown' };
}

function sayWhatWouldBeDone(say: ProbeOptions['say'], url: string | null): void {
  say('In a developer test account (free, for 90 days) this would look whether each of these holds:');
  for (const { assumed } of CHECKS) say(`  ${assumed}`);
  say('And it would name what has to be looked at by hand:');
  for (const { assumed, how } of BY_HAND) say(`  ${assumed} ${how}`);
  if (url === null) {
    say('Nothing was asked: set HUBSPOT_CLIENT_ID, HUBSPOT_CLIENT_SECRET and PUBLIC_URL of an uploaded app first.');
    return;
  }
  say('Nothing was asked yet. Open this address, agree, and copy "code" out of the address that you are sent to:');
  say(`  ${url}`);
  say('Within ten minutes: npm run hubspot:probe -- <code>');
}

const redirectUri = ({ publicUrl }: HubSpotSettings) => `${publicUrl}/connectors/hubspot/oauth/callback`;

/** Without `state`: the page of the connector refuses it, and leaves the code to the probe. Null: nothing is configured. */
function authorizeUrl(settings: HubSpotSettings): string | null {
  if (settings.clientId === '') return null;
  const scopes = [REQUIRED_SCOPES, CONDITIONAL_SCOPES].map((list) => encodeURIComponent(list.join(' ')));
  const client = `client_id=${encodeURIComponent(settings.clientId)}`;
  const back = `redirect_uri=${encodeURIComponent(redirectUri(settings))}`;
  return `${settings.appUrl}/oauth/authorize?${client}&${back}&scope=${scopes[0]}&optional_scope=${scopes[1]}`;
}
