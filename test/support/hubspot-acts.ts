import { type PortalSettings, portalSettingsSchema } from '../../connectors/hubspot/portal-settings.ts';
import { setPortalSettings } from '../../connectors/hubspot/store/portals.ts';
import type { FakeHubSpot, Portal, Stored } from '../../connectors/hubspot/testing/fake-hubspot/index.ts';
import type { Storage } from '../../connectors/seam/storage.ts';
import type { SmsClient } from '../../connectors/sdk/index.ts';
import { until } from './until.ts';
import type { VirtualClock } from './virtual-clock.ts';

export const PORTAL = 1_001;
/** Ours. */
export const SHOP = '+15005550100';
/** A user of HubSpot. */
export const ANA = { id: 77, email: 'ana@example.com' };

/**
 * Asks again, and moves the clock in between, a few times faster than the time of day: requests are given up by the clock,
 * too. What takes longer is skipped by `clock.advance` before.
 */
export type Moving = <Found>(
  found: () => Promise<Found> | Found,
  stepMs?: number,
) => Promise<Exclude<Found, false | null | undefined>>;

export interface Acted {
  readonly sdk: SmsClient;
  readonly hubspot: FakeHubSpot;
  readonly portal: Portal;
  readonly clock: VirtualClock;
  readonly storage: Storage;
  readonly until: Moving;
}

export type HubSpotActs = ReturnType<typeof actsIn>;

/** What people do in an account, and what they find there. */
export function actsIn(around: Acted) {
  const { sdk, hubspot, portal, clock, storage } = around;
  const waits = waitsIn(around);
  const texts = async (from: string, body: string): Promise<void> => {
    await until(async () => (await sdk.sandbox.answer({ from, to: SHOP, body })).delivered);
  };
  return {
    ...waits,
    ...recordsIn(around, waits),
    configure: (changes: Partial<PortalSettings>, portalId = PORTAL) =>
      setPortalSettings(storage, portalId, portalSettingsSchema.parse(changes)),
    /** As `hubspot.fetch` of a card or page, by Ana. */
    async ask(method: string, path: string, body?: object, portalId = PORTAL) {
      const { status, text } = await hubspot.cardFetch(portalId, ANA, method, `/connectors/hubspot/${path}`, body);
      return { status, json: (text === '' ? {} : JSON.parse(text)) as Readonly<Record<string, unknown>> };
    },
    /** A contact writes; resolves when the server has it. */
    texts,
    /** What came to the phone of a contact. */
    async phone(number: string): Promise<string[]> {
      const texts = await sdk.sandbox.messages(number);
      return texts.filter(({ direction }) => direction === 'to_phone').map(({ body }) => body);
    },
    /** A contact opts out by the phone, and HubSpot shows it; what is changed there from now on comes later. */
    async stopped(number: string): Promise<Stored> {
      const contact = portal.create('contacts', { properties: { mobilephone: number } });
      await clock.advance(3_500);
      await texts(number, 'STOP');
      await around.until(() => contact.properties['sms_opt_out'] === 'true');
      await hubspot.deliveries.deliver();
      await waits.settled();
      await clock.advance(1_000);
      return contact;
    },
  };
}

function waitsIn({ clock, storage, until: moving }: Acted) {
  /** Nothing is left to do that is due. */
  const settled = async () => {
    const due = 'select 1 from tasks where done_at is null and due_at <= $1';
    await moving(async () => (await storage.query(due, [new Date(clock.now())])).length === 0);
  };
  return {
    settled,
    /** As `until`, for what is tried again after up to five minutes. */
    async eventually(found: () => boolean): Promise<void> {
      // Never while something is under way: a request would be given up.
      for (await settled(); !found(); await settled()) await clock.advance(300_000);
    },
  };
}

function recordsIn({ portal, storage, until: moving }: Acted, { settled }: ReturnType<typeof waitsIn>) {
  /** Texts on the timeline of a record. */
  const textsOn = (type: 'contacts' | 'tickets', id: string) =>
    portal
      .linked(type, id, 'communications')
      .map(([to]) => portal.get('communications', to).properties['hs_communication_body'] ?? '');
  return {
    textsOn,
    contact: (properties: Readonly<Record<string, string>>): Stored => portal.create('contacts', { properties }),
    ticketsOf: ({ id }: Stored): Stored[] =>
      portal.linked('contacts', id, 'tickets').map(([ticketId]) => portal.get('tickets', ticketId)),
    /** The text is on the timeline, and everything that it sets off is over: time that is skipped meanwhile would end a request. */
    async isShown({ id }: Stored, body: string): Promise<void> {
      await moving(() => textsOn('contacts', id).some((text) => text.includes(body)));
      await settled();
    },
    /** What became of the texts to a contact, as the connector has it. */
    sends: (contactId: string) =>
      storage.query<{ readonly status: string; readonly error: string | null }>(
        'select status, error from sends where contact_id = $1',
        [contactId],
      ),
  };
}
