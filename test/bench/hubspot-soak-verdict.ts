import type { Storage } from '../../connectors/seam/storage.ts';
import type { SmsClient } from '../../connectors/sdk/index.ts';
import type { FakeHubSpot, Portal } from '../../connectors/hubspot/testing/fake-hubspot/index.ts';
import type { Load } from './hubspot-soak-load.ts';

/** What must not be, with what it happened to. */
export interface Found {
  readonly faults: Readonly<Record<string, readonly string[]>>;
}

export interface Looked {
  readonly hubspot: FakeHubSpot;
  readonly sdk: SmsClient;
  readonly storage: Storage;
}

/** Compares what was asked for with what is in HubSpot and on the server. */
export async function countFaults({ hubspot, sdk, storage }: Looked, load: Load): Promise<Found> {
  const texts = await textsOf(sdk);
  const shown = new Map([...hubspot.portals.values()].map((portal) => [portal.id, shownIn(portal)]));
  const timesShown = ({ person, body }: Load['replied'][number]) => shown.get(person.portal.id)?.get(body) ?? 0;
  const open = await storage.query<{ lane: string; reason: string | null }>(
    `select distinct on (lane) lane, reason from tasks where done_at is null and kind not in ('expire', 'reconcile')`,
  );
  const given = await storage.query<{ kind: string; reason: string | null }>(
    'select kind, reason from tasks where given_up',
  );
  return {
    faults: {
      'lost replies': load.replied.filter((one) => one.isTaken && timesShown(one) === 0).map(({ body }) => body),
      'replies shown twice': load.replied.filter((one) => timesShown(one) > 1).map(({ body }) => body),
      'lost texts': load.called.filter(({ callbackId }) => !texts.has(callbackId)).map(({ callbackId }) => callbackId),
      'double texts': [...texts].filter(([, count]) => count > 1).map(([what]) => what),
      'open lanes': open.map(({ lane, reason }) => `${lane.split(':')[0] ?? ''}: ${reason ?? 'not begun'}`),
      'given up': given.map(({ kind, reason }) => `${kind}: ${reason ?? ''}`),
      'workflows left waiting': load.called
        .filter(({ callbackId }) => hubspot.isWaiting(callbackId))
        .map(({ callbackId }) => callbackId),
      'conversations with two tickets': [...hubspot.portals.values()].flatMap(twiceTicketed),
    },
  };
}

/** By what asked for it: a call of the action, or a rule and its deal. */
async function textsOf(sdk: SmsClient): Promise<Map<string, number>> {
  const texts = new Map<string, number>();
  for await (const { direction, metadata } of sdk.sms.list()) {
    const by =
      metadata?.['hubspot_callback'] ?? `${metadata?.['hubspot_rule'] ?? ''} ${metadata?.['hubspot_object'] ?? ''}`;
    if (direction === 'outbound' && metadata?.['hubspot_portal'] !== undefined) texts.set(by, (texts.get(by) ?? 0) + 1);
  }
  return texts;
}

/** How often each reply is on the timeline. */
function shownIn(portal: Portal): Map<string, number> {
  const times = new Map<string, number>();
  for (const { properties } of portal.list('communications')) {
    const body = /Reply number \d+\./.exec(properties['hs_communication_body'] ?? '')?.[0];
    if (body !== undefined) times.set(body, (times.get(body) ?? 0) + 1);
  }
  return times;
}

function twiceTicketed(portal: Portal): string[] {
  return portal
    .list('contacts')
    .filter(({ id }) => portal.linked('contacts', id, 'tickets').length > 1)
    .map(({ id }) => `contact ${id} of ${portal.id}`);
}
