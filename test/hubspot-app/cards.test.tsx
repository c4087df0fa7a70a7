import { Alert, LoadingButton, Select, StatusTag, TextArea, Tile } from '@hubspot/ui-extensions';
import { createRenderer } from '@hubspot/ui-extensions/testing';
import { sayStatus, toneOf } from '@sms-bridge/ask';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Conversation } from '../../connectors/hubspot/app/src/app/cards/Conversation.tsx';
import { connectedWorld, type HubSpotWorld } from '../support/hubspot-world.ts';
import { until } from '../support/until.ts';
import { type Bridge, bridgeCards, VARIABLES } from './bridge.ts';

let world: HubSpotWorld;
let bridge: Bridge;
beforeAll(async () => {
  world = await connectedWorld({ HUBSPOT_CALLS_PER_10_SECONDS: '2000' });
  bridge = bridgeCards(world);
});
afterEach(() => world.clock.jump(10_001));
afterAll(() => world[Symbol.asyncDispose]());

let count = 0;
const newContact = (properties: Readonly<Record<string, string>> = {}) => {
  const phone = `+1415555${String(300 + ++count).padStart(4, '0')}`;
  return { phone, id: world.contact({ firstname: 'Ada', lastname: 'Field', phone, ...properties }).id };
};

const WAIT = { timeoutInMs: 100_000 };
type Renderer = ReturnType<typeof createRenderer<'crm.record.tab'>>;

async function open(objectTypeId: string, objectId: string): Promise<Renderer> {
  const renderer = createRenderer('crm.record.tab');
  const crm = { objectId: Number(objectId), objectTypeId };
  renderer.render(<Conversation context={{ crm, variables: VARIABLES }} />);
  await renderer.waitFor(() => expect(renderer.maybeFind(Select) ?? renderer.find(Alert)).toBeTruthy(), WAIT);
  return renderer;
}

const write = (card: Renderer, body: string) => card.find(TextArea).trigger('onInput', body as never);
const send = (card: Renderer) => card.find(LoadingButton).trigger('onClick');
const tiles = (card: Renderer) => card.findAll(Tile).map((tile) => tile.toString());

test('R018: a text that was accepted, or sent, is never called delivered at a card', () => {
  const line = {
    id: '1',
    direction: 'outbound',
    body: '',
    at: '',
    segments: 1,
    error: null,
    ambiguous: false,
  } as const;
  for (const status of ['scheduled', 'held', 'queued', 'sending', 'sent', 'expired', 'undelivered']) {
    expect(sayStatus({ ...line, status })).not.toMatch(/^delivered/i);
    expect(toneOf({ ...line, status })).not.toBe('success');
  }
  expect(sayStatus({ ...line, status: 'delivered', ambiguous: true })).toBe('Delivered (possibly twice)');
});

test('the entry points of both cards hand a card to HubSpot', async () => {
  await expect(import('../../connectors/hubspot/app/src/app/cards/SendSmsCard.tsx')).resolves.toBeDefined();
  await expect(import('../../connectors/hubspot/app/src/app/cards/HelpdeskCard.tsx')).resolves.toBeDefined();
});

describe('the card on a record', () => {
  test('shows before sending how many parts a text has, sends it once, and says delivered when it is', async () => {
    const { id, phone } = newContact();
    const card = await open('0-1', id);
    expect(card.find(LoadingButton).props.disabled).toBe(true);
    write(card, 'Your order is ready.');
    await card.waitFor(() => expect(card.getRootNode().toString()).toContain('1 part (GSM-7)'), WAIT);
    expect(await world.phone(phone)).toEqual([]);

    // A second press while the first is under way, and a lost answer, are one text.
    bridge.loseAnswers(1);
    send(card);
    send(card);
    await card.waitFor(() => expect(tiles(card).join()).toContain('Your order is ready.'), WAIT);
    await card.waitFor(() => expect(card.find(StatusTag).props.variant).toBe('success'), WAIT);
    expect(card.find(StatusTag).toString()).toContain('Delivered');
    expect(await world.phone(phone)).toEqual(['Your order is ready.']);
    expect(card.find(TextArea).props.value).toBe('');
  });

  test('shows what contacts write, and offers nothing to send once they have opted out', async () => {
    const { id, phone } = newContact();
    await world.texts(phone, 'Where is my order?');
    const card = await open('0-1', id);
    await card.waitFor(() => expect(tiles(card).join()).toContain('Where is my order?'), WAIT);
    await world.texts(phone, 'STOP');
    await until(async () => (await world.sdk.optOuts.get(phone)).status === 'opted_out');
    const again = await open('0-1', id);
    expect(again.find(Alert).props.title).toBe('Ada Field cannot be texted');
    expect(again.maybeFind(TextArea)).toBeNull();
  });

  test('says why a text would not be sent, and does not send it', async () => {
    const { id, phone } = newContact();
    const card = await open('0-1', id);
    write(card, 'Dear {{firstname');
    await card.waitFor(() => expect(card.maybeFind(LoadingButton)?.props.disabled).toBe(false), WAIT);
    await world.sdk.optOuts.create({ number: phone, source: 'agent' });
    send(card);
    await card.waitFor(() => expect(card.find(Alert, { title: 'Not sent' }).toString()).toContain('OPTED_OUT'), WAIT);
    expect(await world.phone(phone)).toEqual([]);
  });

  test('lets choose among the contacts of a deal, and says when there is none', async () => {
    const properties = { dealname: 'A deal', dealstage: '70011', pipeline: '7001' };
    const deal = world.portal.create('deals', { properties }).id;
    expect((await open('0-3', deal)).find(Alert).props.title).toBe('No contact');
    const [ada, ben] = [newContact(), newContact({ firstname: 'Ben' })];
    for (const { id } of [ada, ben]) world.portal.link('deals', deal, 'contacts', id, [3]);
    const card = await open('0-3', deal);
    expect(card.find(Select, { name: 'contact' }).props.options).toHaveLength(2);
    card.find(Select, { name: 'contact' }).trigger('onChange', ben.id as never);
    await card.waitFor(() => expect(card.find(TextArea).props.label).toBe('Text to Ben Field'), WAIT);
    write(card, 'Hello Ben');
    send(card);
    await until(async () => (await world.phone(ben.phone)).length > 0);
    expect(await world.phone(ada.phone)).toEqual([]);
  });

  test('says why somebody cannot be texted at all', async () => {
    const { id } = newContact({ phone: '(415) 555-0123' });
    const card = await open('0-1', id);
    expect(card.find(Alert).props.title).toBe('Ada Field cannot be texted');
    expect(card.find(Alert).text).toContain('default country');
    expect(card.maybeFind(TextArea)).toBeNull();
  });

  test('says so when the server cannot be reached', async () => {
    const { id } = newContact();
    const renderer = createRenderer('crm.record.tab');
    const crm = { objectId: Number(id), objectTypeId: '0-1' };
    renderer.render(<Conversation context={{ crm, variables: {} }} />);
    await renderer.waitFor(() => expect(renderer.getRootNode().toString()).toContain('PUBLIC_ORIGIN'), WAIT);
  });
});
