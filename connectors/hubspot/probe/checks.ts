import { type Clock, sleep } from '../../../server/clock.ts';
import { HubSpotError } from '../api/errors.ts';
import type { IssuedTokens, PlainClient } from '../api/plain.ts';
import type { HubSpotClient } from '../api/client.ts';
import type { Transport } from '../api/transport.ts';
import { PROPERTY_GROUP, TICKET_KEY, TICKET_PROPERTIES } from '../people/properties.ts';
import { HUBSPOT_API_VERSION as VERSION, REQUIRED_SCOPES } from '../scopes.ts';

export interface Probing {
  readonly transport: Transport;
  readonly client: HubSpotClient;
  readonly plain: PlainClient;
  readonly issued: IssuedTokens;
  readonly apiUrl: string;
  readonly callsPer10Seconds: number;
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
  /** What the connector is built on. */
  readonly assumed: string;
  look(on: Probing): Promise<Finding>;
}

const found = (holds: boolean, seen: string): Finding => ({ holds, seen });

/** Reserved for fiction. */
const PHONE = '+14155550137';
const SEARCH_TRIES = 60;

export const CHECKS: readonly Check[] = [
  {
    assumed: 'The answer to a code has the account and the scopes.',
    look({ issued }) {
      const missing = REQUIRED_SCOPES.filter((scope) => scope !== 'oauth' && !issued.scopes.includes(scope));
      return Promise.resolve(
        found(missing.length === 0, missing.length === 0 ? 'all scopes' : `without ${missing.join(', ')}`),
      );
    },
  },
  {
    assumed: 'The account has a time zone and a domain of its pages.',
    async look({ plain, issued }) {
      const { timeZone, uiDomain } = await plain.account(issued.hub_id);
      return found(timeZone !== null && uiDomain !== null, `${timeZone ?? 'no time zone'}, ${uiDomain ?? 'no domain'}`);
    },
  },
  {
    assumed: 'Owners are listed, and may have no name.',
    look: async ({ plain, issued }) => found(true, `${(await plain.owners(issued.hub_id)).length} owners`),
  },
  {
    assumed: 'Pipelines of tickets say which stages are closed.',
    async look({ client, issued }) {
      const stages = await client.stages(issued.hub_id, 'tickets');
      const closed = stages.filter(({ isClosed }) => isClosed).length;
      return found(closed > 0 && closed < stages.length, `${closed} of ${stages.length} are closed`);
    },
  },
  {
    assumed: 'The account allows at least as many calls in ten seconds as HUBSPOT_CALLS_PER_10_SECONDS.',
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
    assumed: `A text property of tickets may be unique, with the scope "tickets"; one that is there answers 409.`,
    look: makeTicketKey,
  },
  {
    assumed: 'A second ticket with the same unique value answers 409, and the first is read by that value.',
    look: makeTicketTwice,
  },
  { assumed: 'A contact is found by all digits of its number, some seconds after it was made.', look: searchByNumber },
  {
    assumed: 'A text is logged as a communication with a contact, association type 81.',
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
    assumed: 'Completing a callback that nobody waits for is refused, and is no failure of HubSpot.',
    async look({ plain, issued }) {
      const kind = await refusalOf(() =>
        plain.complete(issued.hub_id, { callbackId: 'probe-0', outputFields: { hs_execution_state: 'SUCCESS' } }),
      );
      return found(kind === 'notFound' || kind === 'validation', kind);
    },
  },
  {
    assumed: 'A refresh token gives a new access token; the refresh token that comes with it replaces the old one.',
    async look({ plain, issued }) {
      const next = await plain.tokensByRefresh(issued.refresh_token);
      const same =
        next.refresh_token === issued.refresh_token ? 'the refresh token stays' : 'the refresh token changes';
      return found(next.hub_id === issued.hub_id, `${same}, ${next.expires_in} s`);
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
