import type { Carrier, Slot } from './carrier.ts';
import { PRIORITIES, type Priority } from './lane.ts';

/**
 * Deals out the slots of one carrier by priority at the moment when they become free: a text of a higher lane waits for
 * the texts that are on the wire, and for no others.
 */
export interface SlotGate {
  /** At least one slot; none: the carrier is stopping; `interrupted`: ask again whether this is still the carrier. */
  take(priority: Priority, max: number): Promise<Slot[] | 'interrupted'>;
  interrupt(): void;
}

/** So often promotions go before ordinary texts, lest they stand still while those never end. */
const BULK_EVERY = 10;

interface Waiting {
  readonly max: number;
  readonly resolve: (slots: Slot[] | 'interrupted') => void;
  readonly reject: (error: unknown) => void;
}

export function createSlotGate(carrier: Pick<Carrier, 'reserve'>): SlotGate {
  const lanes: Readonly<Record<Priority, Waiting[]>> = { otp: [], normal: [], bulk: [] };
  let isAsking = false;
  let deals = 0;

  async function ask(): Promise<void> {
    if (isAsking) return;
    isAsking = true;
    try {
      for (let wanted = demand(); wanted > 0; wanted = demand()) {
        const slots = await carrier.reserve(wanted);
        if (slots.length === 0) for (const { resolve } of everyone()) resolve([]);
        else deal(slots);
      }
    } catch (error) {
      for (const { reject } of everyone()) reject(error);
    } finally {
      isAsking = false;
    }
  }

  const demand = () =>
    PRIORITIES.flatMap((priority) => lanes[priority]).reduce((sum, { max }) => Math.min(sum + max, ASK_MAX), 0);

  function deal(slots: readonly Slot[]): void {
    for (let rest = slots; rest.length > 0;) {
      const next = shift();
      if (!next) return rest.forEach((slot) => slot.release());
      next.resolve(rest.slice(0, next.max));
      rest = rest.slice(next.max);
    }
  }

  function shift(): Waiting | undefined {
    const otp = lanes.otp.shift();
    if (otp) return otp;
    const bulkFirst = ++deals % BULK_EVERY === 0;
    return bulkFirst ? (lanes.bulk.shift() ?? lanes.normal.shift()) : (lanes.normal.shift() ?? lanes.bulk.shift());
  }

  const everyone = () => PRIORITIES.flatMap((priority) => lanes[priority].splice(0));

  return {
    take(priority, max) {
      return new Promise((resolve, reject) => {
        lanes[priority].push({ max, resolve, reject });
        void ask();
      });
    },
    interrupt() {
      for (const { resolve } of everyone()) resolve('interrupted');
    },
  };
}

const ASK_MAX = 100;
