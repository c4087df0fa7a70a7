import type { Carrier, Carriers } from '../../server/messages/carrier.ts';

/** Carriers in memory, in the order in which they were added. */
export interface CarrierList extends Carriers {
  add(carrier: Carrier): void;
  remove(id: string): void;
}

export function createCarrierList(): CarrierList {
  const carriers = new Map<string, Carrier>();
  const listeners: ((carrier: Carrier) => void)[] = [];
  return {
    all: () => [...carriers.values()],
    get: (id) => carriers.get(id),
    onAdded(run) {
      listeners.push(run);
      for (const carrier of carriers.values()) run(carrier);
    },
    add(carrier) {
      carriers.set(carrier.id, carrier);
      for (const run of listeners) run(carrier);
    },
    remove: (id) => void carriers.delete(id),
  };
}
