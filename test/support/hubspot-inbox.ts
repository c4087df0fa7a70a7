import { beforeAll, beforeEach } from 'vitest';
import { numberOf } from '../../connectors/hubspot/store/numbers.ts';
import { PORTAL, SHOP } from './hubspot-acts.ts';
import { connectedWorld } from './hubspot-world.ts';

/** An account with numbers in its inbox, beside a server; each test begins when nothing is left to do. */
export async function inboxWorld() {
  const world = await connectedWorld();
  const { hubspot, storage } = world;
  const { channels } = hubspot;
  let last = 400;
  const freshNumber = () => `+14155550${(last += 1)}`;
  beforeAll(async () => {
    await world.configure({ default_sender: SHOP });
  });
  beforeEach(async () => {
    await world.settled();
    channels.waiting.length = 0;
  });
  /** A contact whom search finds. */
  const person = async (properties: Readonly<Record<string, string>> = {}) => {
    const number = freshNumber();
    const contact = world.contact({ firstname: 'Kim', mobilephone: number, ...properties });
    await world.clock.advance(3_500);
    return { number, contact };
  };
  const threadOf = (number: string) => world.until(() => channels.threadsWith(number)[0]);
  return {
    world,
    channels,
    freshNumber,
    person,
    threadOf,
    choose: (mode: string, inboxId: string | null = null, number = SHOP) =>
      world.ask('PUT', 'settings/numbers', { number, mode, inboxId }),
    ours: () => numberOf(storage, PORTAL, SHOP),
    account() {
      const found = [...channels.accounts.values()].find(
        ({ deliveryIdentifier, archived }) => deliveryIdentifier.value === SHOP && !archived,
      );
      if (!found) throw new Error('The number is not connected.');
      return found;
    },
    textsWith: (number: string) => channels.threadsWith(number).flatMap((thread) => channels.textsIn(thread)),
    /** A contact has written, and it is in the inbox. */
    async conversation(properties: Readonly<Record<string, string>> = {}) {
      const { number, contact } = await person(properties);
      await world.texts(number, 'Where is my order?');
      const thread = await threadOf(number);
      await world.settled();
      return { number, contact, thread };
    },
    async deliver(how: Parameters<typeof channels.deliver>[0] = {}) {
      const statuses = await channels.deliver(how);
      await world.settled();
      return statuses;
    },
  };
}
