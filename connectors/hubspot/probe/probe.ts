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
import { ALL_TOPICS, type Topic, TOPICS } from './topics.ts';

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
  const clientSecret = settings.clientSecrets[0] ?? '';
  const plain = createPlainClient({ transport, clientId, clientSecret });
  const issued = await plain.tokensByCode(code, redirectUri(settings));
  const tokens: AccessTokens = {
    access: () => Promise.resolve({ token: issued.access_token, generation: 1 }),
    renew: () => Promise.reject(new Error('The access token ended before the probe did.')),
  };
  const mark = randomBytes(6).toString('hex');
  const client = createClient(transport);
  const on: Probing = {
    transport,
    client,
    plain,
    issued,
    apiUrl,
    callsPer10Seconds,
    clientId,
    clientSecret,
    clock,
    mark,
    made: [],
  };
  let differing = 0;
  for (const topic of ALL_TOPICS) {
    say(`\n${TOPICS[topic]}`);
    for (const check of ofTopic(CHECKS, topic)) {
      const { holds, seen } = await check.look(on).catch(whatWentWrong);
      say(`  ${holds ? 'holds  ' : 'DIFFERS'}  ${check.assumed} (${seen})`);
      if (holds) continue;
      differing += 1;
      say(`           So: ${check.otherwise}`);
    }
    for (const { assumed, how } of ofTopic(BY_HAND, topic)) say(`  by hand  ${assumed}\n           ${how}`);
  }
  for (const left of await takeAway(on)) say(`\nleft     ${left} could not be deleted: delete it by hand.`);
  say(`\n${conclusion(differing)}`);
  return differing;
}

const ofTopic = <Item extends { readonly topic: Topic }>(items: readonly Item[], topic: Topic) =>
  items.filter((one) => one.topic === topic);

function conclusion(differing: number): string {
  const counts = `${CHECKS.length - differing} of ${CHECKS.length} hold; ${BY_HAND.length} are for you to look at, by hand.`;
  if (differing === 0) return `${counts} Nothing that could be looked at differs.`;
  return `${counts} ${differing} differ: please report them with these lines; nothing about people and no token is in them.`;
}

/** A refusal, or an answer of another shape: both are what the probe is for, and values are nobody's business. */
function whatWentWrong(error: unknown) {
  if (error instanceof HubSpotError) return { holds: false, seen: error.message };
  return { holds: false, seen: error instanceof Error ? `an answer of another shape: ${error.name}` : 'unknown' };
}

function sayWhatWouldBeDone(say: ProbeOptions['say'], url: string | null): void {
  say(
    'In a developer test account (free, for 90 days) this would look whether each of these holds, or name how you can:',
  );
  for (const topic of ALL_TOPICS) {
    say(`\n${TOPICS[topic]}`);
    for (const { assumed } of ofTopic(CHECKS, topic)) say(`  looks    ${assumed}`);
    for (const { assumed, how } of ofTopic(BY_HAND, topic)) say(`  by hand  ${assumed}\n           ${how}`);
  }
  say('');
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
