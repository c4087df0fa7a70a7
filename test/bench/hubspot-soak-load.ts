import { randomUUID } from 'node:crypto';
import type { SmsClient } from '../../connectors/sdk/index.ts';
import { stageRuleSchema } from '../../connectors/hubspot/rules/stage-rule.ts';
import type { FakeHubSpot, Fault, Portal, Stored } from '../../connectors/hubspot/testing/fake-hubspot/index.ts';

const SHOP = '+15005550100';
const FIRST_ACCOUNT = 2_001;
const CONTACTS = 20;
const TICK_MS = 50;
const USER = { id: 77, email: 'ana@example.com' };
const STAGES = ['70011', '70012', '70014'];

/** What HubSpot does when it fails: before, after and instead of what it was asked for. */
export const FAULTS: readonly Fault[] = [
  { type: 'answer', status: 429, json: { policyName: 'SECONDLY', category: 'RATE_LIMITS' } },
  { type: 'answer', status: 423, json: { category: 'LOCKED' } },
  { type: 'answer', status: 502, raw: '<html>Bad Gateway</html>' },
  { type: 'reset' },
  { type: 'reset_after' },
  { type: 'hang_after' },
  { type: 'hang' },
  { type: 'slow', ms: 4_000 },
];

/** The same for tokens: but an answer that is lost once it was given takes the refresh token with it, whoever asks. */
export const TOKEN_FAULTS = FAULTS.filter(({ type }) => !type.endsWith('_after'));

/** Somebody who can be texted. */
export interface Person {
  readonly portal: Portal;
  readonly contact: Stored;
  readonly number: string;
}

export interface Called {
  readonly person: Person;
  readonly callbackId: string;
  readonly waits: boolean;
}

export interface Replied {
  readonly person: Person;
  readonly body: string;
  /** The phone heard that it arrived. Where it heard nothing, it may have arrived all the same. */
  readonly isTaken: boolean;
}

export interface LoadOptions {
  readonly hubspot: FakeHubSpot;
  readonly sdk: SmsClient;
  readonly portals: number;
  /** Events a second. */
  readonly rate: number;
  readonly seed: number;
}

export type Load = Awaited<ReturnType<typeof createLoad>>;

/** Accounts with people and deals, and what happens there: the same for the same seed, as far as time allows. */
export async function createLoad(options: LoadOptions) {
  const { hubspot, rate } = options;
  const random = seeded(options.seed);
  const oneOf = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const { people, deals } = await populate(options);
  const doing = { ...options, random, oneOf, people };
  const texts = createTexts(doing);
  const answeredMs: number[] = [];
  let changes = 0;
  const under = new Set<Promise<unknown>>();
  const track = (work: Promise<unknown>) => {
    const tracked = work.finally(() => under.delete(tracked));
    under.add(tracked);
  };

  /** Some webhooks come twice, some in another order; what is not answered comes again. */
  async function deliver(): Promise<void> {
    if (hubspot.deliveries.waiting.length === 0) return;
    const begunMs = performance.now();
    const copies = random() < 0.05 ? 2 : 1;
    await hubspot.deliveries.deliver({ copies, isReversed: random() < 0.1 });
    answeredMs.push((performance.now() - begunMs) / copies);
  }

  function happen(): void {
    const kind = random();
    if (kind >= 0.95) return track(texts.reply());
    if (kind >= 0.9) return track(texts.callAction());
    changes += 1;
    if (random() < 0.6) changeStage(oneOf(deals), oneOf(STAGES));
    else changeContact(oneOf(people), random);
  }

  return {
    random,
    called: texts.called,
    replied: texts.replied,
    answeredMs,
    counts: () => ({ events: changes, actions: texts.called.length, replies: texts.replied.length }),
    deliver,
    async run(forMs: number): Promise<void> {
      const begunMs = performance.now();
      let due = 0;
      for (let tick = 1; performance.now() - begunMs < forMs; tick += 1) {
        for (due += (rate * TICK_MS) / 1_000; due >= 1; due -= 1) happen();
        track(deliver());
        await pause(Math.max(0, begunMs + tick * TICK_MS - performance.now()));
      }
      while (under.size > 0) await Promise.all(under);
    },
  };
}

interface Deal {
  readonly portal: Portal;
  readonly deal: Stored;
}

/** Everybody has a deal. */
async function populate({ hubspot, portals }: LoadOptions) {
  const people: Person[] = [];
  const deals: Deal[] = [];
  for (let index = 0; index < portals; index += 1) {
    const portal = hubspot.addPortal(FIRST_ACCOUNT + index);
    const { status } = await hubspot.install(portal.id);
    if (status !== 200) throw new Error(`The account ${portal.id} could not be connected (${status}).`);
    await addRule(hubspot, portal.id);
    for (let nth = 0; nth < CONTACTS; nth += 1) {
      const number = `+1415555${String(index * CONTACTS + nth).padStart(4, '0')}`;
      const contact = portal.create('contacts', { properties: { firstname: 'Kim', mobilephone: number } });
      people.push({ portal, contact, number });
      const deal = portal.create('deals', { properties: { dealname: 'Roof', dealstage: '70011', pipeline: '7001' } });
      portal.link('deals', deal.id, 'contacts', contact.id, [3]);
      deals.push({ portal, deal });
    }
  }
  return { people, deals };
}

function changeStage({ portal, deal }: Deal, dealstage: string): void {
  portal.update('deals', deal.id, { dealstage });
}

function changeContact({ portal, contact, number }: Person, random: () => number): void {
  const phone = random() < 0.5 ? number : `${number.slice(0, 2)} (${number.slice(2, 5)}) ${number.slice(5)}`;
  portal.update('contacts', contact.id, random() < 0.5 ? { phone } : { hubspot_owner_id: ownerOf(random()) });
}

interface Doing extends LoadOptions {
  readonly random: () => number;
  readonly oneOf: <Item>(items: readonly Item[]) => Item;
  readonly people: readonly Person[];
}

/** Texts that workflows ask for, and replies to them. */
function createTexts({ hubspot, sdk, random, oneOf, people }: Doing) {
  const called: Called[] = [];
  const replied: Replied[] = [];
  const texted: Person[] = [];
  let written = 0;

  async function callAction(): Promise<void> {
    const person = oneOf(people);
    const nth = called.length + 1;
    const one = { person, callbackId: `ap-soak-${nth}`, waits: random() < 0.2 };
    called.push(one);
    const inputs = {
      sender: '',
      recipient_policy: 'enrolled',
      message: `Text ${nth} of the soak.`,
      wait_for: one.waits ? 'delivered' : 'accepted',
      message_class: 'service',
    };
    const object = { objectType: 'CONTACT', objectId: person.contact.id };
    const call = () => hubspot.runAction(person.portal.id, one.callbackId, object, inputs).catch(() => ({ status: 0 }));
    const isDoubled = random() < 0.05;
    // HubSpot calls again after a 5xx, for days.
    for (;;) {
      const answers = await Promise.all(isDoubled ? [call(), call(), call()] : [call()]);
      if (answers.every(({ status }) => status === 200)) break;
      await pause(1_000);
    }
    texted.push(person);
  }

  /** Each try is another reply: a phone that heard nothing writes again, and both may arrive. */
  async function reply(): Promise<void> {
    if (texted.length === 0) return;
    const person = oneOf(texted);
    for (let isTaken = false; !isTaken;) {
      written += 1;
      const body = `Reply number ${written}.`;
      const answer = await sdk.sandbox.answer({ from: person.number, to: SHOP, body }).catch(() => null);
      isTaken = answer?.delivered === true;
      replied.push({ person, body, isTaken });
      if (!isTaken) await pause(200);
    }
  }

  return { called, replied, callAction, reply };
}

/** Texts about every deal that comes to the stage 70012, as often as that happens. */
export async function addRule(hubspot: FakeHubSpot, portalId: number): Promise<void> {
  const rule = stageRuleSchema.parse({
    name: 'Contract sent',
    object: 'deal',
    stage: '70012',
    body: 'The contract is on its way.',
    settle_seconds: 1,
    max_per_hour: 10_000,
    pause_above_per_minute: 10_000,
  });
  const stored = { id: randomUUID(), isOn: true, rule };
  const { status } = await hubspot.cardFetch(portalId, USER, 'PUT', '/connectors/hubspot/settings/rules', stored);
  if (status !== 200) throw new Error(`The rule of ${portalId} could not be stored (${status}).`);
}

const ownerOf = (share: number) => String(500 + Math.floor(share * 50));

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** mulberry32 (Tommy Ettinger, public domain): short, and good enough to choose by. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
