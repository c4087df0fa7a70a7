import { z } from 'zod';
import { type Clock, sleep } from '../../../server/clock.ts';
import { HubSpotError } from '../api/errors.ts';
import type { IssuedTokens, PlainClient } from '../api/plain.ts';
import type { HubSpotClient } from '../api/client.ts';
import type { Transport } from '../api/transport.ts';
import { PROPERTY_GROUP, TICKET_KEY, TICKET_PROPERTIES } from '../people/properties.ts';
import { HUBSPOT_API_VERSION as VERSION, REQUIRED_SCOPES } from '../scopes.ts';
import type { Topic } from './topics.ts';

export interface Probing {
  readonly transport: Transport;
  readonly client: HubSpotClient;
  readonly plain: PlainClient;
  readonly issued: IssuedTokens;
  readonly apiUrl: string;
  readonly callsPer10Seconds: number;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly clock: Clock;
  /** Different at each run. */
  readonly mark: string;
  /** Records that were made, to be taken away in the end: "contacts/1". */
  readonly made: string[];
}

export interface Finding {
  readonly holds: boolean;
  readonly seen: string;
}

export interface Check {
  readonly topic: Topic;
  /** What the connector is built on. */
  readonly assumed: string;
  /** What it means for texts when it is not so. */
  readonly otherwise: string;
  look(on: Probing): Promise<Finding>;
}

const found = (holds: boolean, seen: string): Finding => ({ holds, seen });

/** Reserved for fiction. */
const PHONE = '+14155550137';
const SEARCH_TRIES = 60;

export const CHECKS: readonly Check[] = [
  {
    topic: 'installs',
    assumed: 'The answer to a code has the account and the scopes.',
    otherwise: 'What needs a scope that is missing is refused by HubSpot: connect the account again.',
    look({ issued }) {
      const missing = REQUIRED_SCOPES.filter((scope) => scope !== 'oauth' && !issued.scopes.includes(scope));
      return Promise.resolve(
        found(missing.length === 0, missing.length === 0 ? 'all scopes' : `without ${missing.join(', ')}`),
      );
    },
  },
  {
    topic: 'installs',
    assumed: 'The account has a time zone and a domain of its pages.',
    otherwise: 'They are kept, and nothing that is sent depends on them.',
    async look({ plain, issued }) {
      const { timeZone, uiDomain } = await plain.account(issued.hub_id);
      return found(timeZone !== null && uiDomain !== null, `${timeZone ?? 'no time zone'}, ${uiDomain ?? 'no domain'}`);
    },
  },
  {
    topic: 'records',
    assumed: 'Owners are listed, and may have no name.',
    otherwise: 'Numbers cannot be chosen by owner.',
    look: async ({ plain, issued }) => found(true, `${(await plain.owners(issued.hub_id)).length} owners`),
  },
  {
    topic: 'records',
    assumed: 'Pipelines of tickets say which stages are closed.',
    otherwise: 'A reply goes to a closed ticket, or opens another one every time.',
    async look({ client, issued }) {
      const stages = await client.stages(issued.hub_id, 'tickets');
      const closed = stages.filter(({ isClosed }) => isClosed).length;
      return found(closed > 0 && closed < stages.length, `${closed} of ${stages.length} are closed`);
    },
  },
  {
    topic: 'limits',
    assumed: 'The account allows at least as many calls in ten seconds as HUBSPOT_CALLS_PER_10_SECONDS.',
    otherwise: 'Calls are refused and done later: set HUBSPOT_CALLS_PER_10_SECONDS to what is shown.',
    async look({ apiUrl, callsPer10Seconds, issued }) {
      const headers = { Authorization: `Bearer ${issued.access_token}` };
      const signal = AbortSignal.timeout(10_000);
      const response = await fetch(`${apiUrl}/account-info/${VERSION}/details`, {
        headers,
        signal,
        redirect: 'manual',
      });
      const max = response.headers.get('X-HubSpot-RateLimit-Max');
      return found(response.ok && Number(max ?? callsPer10Seconds) >= callsPer10Seconds, `${max ?? 'nothing said'}`);
    },
  },
  {
    topic: 'records',
    assumed: `A text property of tickets may be unique, with the scope "tickets"; one that is there answers 409.`,
    otherwise: 'A reply may open a second ticket when HubSpot does not answer in time.',
    look: makeTicketKey,
  },
  {
    topic: 'records',
    assumed:
      'A second ticket with the same unique value is refused as a conflict, and the first is read by that value.',
    otherwise: 'A reply may open a second ticket when HubSpot does not answer in time.',
    look: makeTicketTwice,
  },
  {
    topic: 'records',
    assumed: 'Who is associated with nobody is no failure, and no more is a record that is gone.',
    otherwise: 'Texts to a deal without contacts, or about a deleted record, are tried again for nothing.',
    look: readWhatIsNotThere,
  },
  {
    topic: 'limits',
    assumed: 'A contact is found by all digits of its number, some seconds after it was made.',
    otherwise: 'Replies of a new contact stand on nobody: write numbers with + and the country.',
    look: searchByNumber,
  },
  {
    topic: 'records',
    assumed: 'A text is logged as a communication with a contact, association type 81.',
    otherwise: 'Texts are not on the timeline.',
    async look({ client, issued, made }) {
      const contact = made.find((path) => path.startsWith('contacts/'))?.slice('contacts/'.length) ?? '';
      const properties = {
        hs_communication_channel_type: 'SMS',
        hs_communication_logged_from: 'CRM',
        hs_communication_body: 'SMS Bridge probe',
        hs_timestamp: new Date().toISOString(),
      };
      const { id } = await client.create(issued.hub_id, 'communications', properties, [{ toId: contact, typeId: 81 }]);
      made.push(`communications/${id}`);
      const linked = await client.linked(issued.hub_id, 'communications', [id], 'contacts');
      return found(linked.get(id)?.includes(contact) === true, 'made and associated');
    },
  },
  {
    topic: 'action',
    assumed: 'Completing a callback that nobody waits for is refused, and is no failure of HubSpot.',
    otherwise: 'A workflow that waited too long is told again and again.',
    async look({ plain, issued }) {
      const kind = await refusalOf(() =>
        plain.complete(issued.hub_id, { callbackId: 'probe-0', outputFields: { hs_execution_state: 'SUCCESS' } }),
      );
      return found(kind === 'notFound' || kind === 'validation', kind);
    },
  },
  {
    topic: 'channels',
    assumed: 'An account that grants conversations lists its inboxes.',
    otherwise: 'Replies cannot go to the inbox of HubSpot; tickets are not touched by this.',
    look: listInboxes,
  },
  {
    topic: 'tokens',
    assumed: 'HubSpot says of an access token which account it is for.',
    otherwise: 'An account whose tokens do not say themselves whose they are cannot be connected.',
    look: introspect,
  },
  {
    topic: 'tokens',
    assumed: 'A refresh token gives a new access token; the refresh token that comes with it replaces the old one.',
    otherwise: 'The account has to be connected again every half an hour.',
    async look({ plain, issued }) {
      const next = await plain.tokensByRefresh(issued.refresh_token);
      const same =
        next.refresh_token === issued.refresh_token ? 'the refresh token stays' : 'the refresh token changes';
      return found(next.access_token !== issued.access_token, `${same}, ${next.expires_in} s`);
    },
  },
];

async function makeTicketKey({ client, issued }: Probing): Promise<Finding> {
  const { hub_id: portalId } = issued;
  const [property] = TICKET_PROPERTIES;
  if (!property) return found(false, 'no property');
  const { name, label } = PROPERTY_GROUP;
  const group = await refusalOf(() => client.createGroup(portalId, 'tickets', name, label));
  const first = await refusalOf(() => client.createProperty(portalId, 'tickets', name, property));
  const second = await refusalOf(() => client.createProperty(portalId, 'tickets', name, property));
  const known = ['none', 'conflict'];
  const holds = known.includes(group) && known.includes(first) && second === 'conflict';
  return found(holds, `group ${group}, property ${first}, again ${second}`);
}

async function makeTicketTwice({ client, issued, mark, made }: Probing): Promise<Finding> {
  const { hub_id: portalId } = issued;
  const [stage] = (await client.stages(portalId, 'tickets')).filter(({ isClosed }) => !isClosed);
  const properties = {
    subject: 'SMS Bridge probe',
    hs_pipeline: stage?.pipelineId ?? '',
    hs_pipeline_stage: stage?.id ?? '',
    [TICKET_KEY]: `probe-${mark}`,
  };
  const { id } = await client.create(portalId, 'tickets', properties);
  made.push(`tickets/${id}`);
  const again = await refusalOf(async () => {
    const twin = await client.create(portalId, 'tickets', properties);
    made.push(`tickets/${twin.id}`);
  });
  const read = await client.readByUnique(portalId, 'tickets', TICKET_KEY, `probe-${mark}`);
  return found(
    again === 'conflict' && read.id === id,
    `again ${again}, read ${read.id === id ? 'the same' : 'another'}`,
  );
}

async function readWhatIsNotThere({ client, issued, made }: Probing): Promise<Finding> {
  const { hub_id: portalId } = issued;
  const contact = made.find((path) => path.startsWith('contacts/'))?.slice('contacts/'.length) ?? '';
  const linked = await client.linked(portalId, 'contacts', [contact], 'deals');
  const read = await client.read(portalId, 'contacts', [contact, GONE], ['firstname']);
  const holds = linked.size === 0 && read.length === 1;
  return found(holds, `${linked.size} with deals, ${read.length} of 2 records read`);
}

/** No account has a record of this id. */
const GONE = '999999999999999';

const inboxesSchema = z.object({ results: z.array(z.object({ id: z.string(), name: z.string().nullish() })) });

async function listInboxes({ transport, issued }: Probing): Promise<Finding> {
  if (!issued.scopes.includes('conversations.read')) return found(true, 'not granted: the account has no such tier');
  const path = `/conversations/conversations/${VERSION}/inboxes`;
  const { text } = await transport.sendFor(issued.hub_id, { method: 'GET', path });
  return found(true, `${inboxesSchema.parse(JSON.parse(text)).results.length} inboxes`);
}

const introspectedSchema = z.object({ active: z.boolean(), hub_id: z.number().optional() });

async function introspect({ transport, issued, clientId, clientSecret }: Probing): Promise<Finding> {
  const form = { client_id: clientId, client_secret: clientSecret, token_type_hint: 'access_token' };
  const { text } = await transport.send({
    method: 'POST',
    path: `/oauth/${VERSION}/token/introspect`,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ ...form, token: issued.access_token }).toString(),
  });
  const { active, hub_id: portalId } = introspectedSchema.parse(JSON.parse(text));
  return found(active && portalId === issued.hub_id, active ? `account ${portalId ?? 'not said'}` : 'not active');
}

async function searchByNumber({ client, issued, clock, mark, made }: Probing): Promise<Finding> {
  const { hub_id: portalId } = issued;
  const email = `probe-${mark}@example.com`;
  const { id } = await client.create(portalId, 'contacts', { firstname: 'SMS Bridge probe', phone: PHONE, email });
  made.push(`contacts/${id}`);
  const name = 'hs_searchable_calculated_international_phone_number';
  const groups = [[{ propertyName: name, operator: 'EQ' as const, value: PHONE.slice(1) }]];
  const startMs = clock.monotonic();
  for (let tries = 0; tries < SEARCH_TRIES; tries += 1) {
    const records = await client.search(portalId, 'contacts', { groups, properties: ['phone'], limit: 10 });
    if (records.some((record) => record.id === id))
      return found(true, `found after ${Math.round(clock.monotonic() - startMs)} ms`);
    await sleep(clock, 1_000);
  }
  return found(false, `not found in ${SEARCH_TRIES} s`);
}

/** The kind of HubSpot's refusal, `none` when it did what was asked. */
async function refusalOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
    return 'none';
  } catch (error) {
    if (error instanceof HubSpotError) return error.kind;
    throw error;
  }
}

/** Takes away what the probe has made; the property stays, because the connector needs it. Answers what stays besides. */
export async function takeAway({ transport, issued, made }: Probing): Promise<string[]> {
  const left: string[] = [];
  for (const path of made.splice(0)) {
    const call = { method: 'DELETE', path: `/crm/objects/${VERSION}/${path}` };
    await transport.sendFor(issued.hub_id, call).catch(() => left.push(path));
  }
  return left;
}
