import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { MessageFields } from '../smpp/pdu.ts';

/**
 * What waits to be delivered to us: receipts and replies. Each is kept until it is acknowledged and delivered again
 * after a temporary error, a timeout or a lost connection, over whichever receiver is bound then.
 */
export interface Outbox {
  /** `settled(true)` once it is acknowledged, `settled(false)` when it is given up. */
  push(fields: Partial<MessageFields>, settled?: (delivered: boolean) => void): void;
  attach(receiver: Receiver): void;
  detach(receiver: Receiver): void;
  /** Gives up everything. */
  clear(): void;
}

export interface Receiver {
  /** command_status of the answer, null without one. */
  deliver(fields: Partial<MessageFields>): Promise<number | null>;
  /** False: nothing can be delivered this way at the moment. */
  isOpen(): boolean;
}

interface Delivery {
  readonly fields: Partial<MessageFields>;
  readonly settled: (delivered: boolean) => void;
  tries: number;
  abandoned: boolean;
}

export function createOutbox(clock: Clock, log: Pick<Logger, 'warn'>): Outbox {
  const receivers: { readonly receiver: Receiver; unanswered: number }[] = [];
  /** Every delivery that is not settled, the oldest first. */
  const unsettled = new Set<Delivery>();
  const retries = new Set<() => void>();
  let waiting = queue<Delivery>();

  function pump() {
    for (;;) {
      const free = leastBusy();
      const next = free && waiting.take();
      if (!next) return;
      if (!next.abandoned) void deliver(next, free);
    }
  }

  function leastBusy() {
    const [first] = receivers
      .filter(({ receiver }) => receiver.isOpen())
      .toSorted((a, b) => a.unanswered - b.unanswered);
    return first && first.unanswered < WINDOW ? first : null;
  }

  async function deliver(delivery: Delivery, to: { readonly receiver: Receiver; unanswered: number }) {
    to.unanswered += 1;
    const commandStatus = await to.receiver.deliver(delivery.fields);
    to.unanswered -= 1;
    if (!delivery.abandoned) after(delivery, commandStatus);
    pump();
  }

  function after(delivery: Delivery, commandStatus: number | null) {
    if (commandStatus === 0) return settle(delivery, true);
    if (commandStatus !== null && REFUSED_FOR_GOOD.has(commandStatus)) {
      log.warn({ commandStatus }, 'simulator: a delivery was refused for good');
      return settle(delivery, false);
    }
    delivery.tries += 1;
    const delayMs = Math.min(1_000 * 2 ** (delivery.tries - 1), RETRY_MAX_MS);
    const cancel = clock.after(delayMs, () => {
      retries.delete(cancel);
      waiting.add(delivery);
      pump();
    });
    retries.add(cancel);
  }

  function settle(delivery: Delivery, delivered: boolean) {
    delivery.abandoned = !delivered;
    unsettled.delete(delivery);
    delivery.settled(delivered);
  }

  return {
    push(fields, settled = () => undefined) {
      const delivery: Delivery = { fields, settled, tries: 0, abandoned: false };
      unsettled.add(delivery);
      waiting.add(delivery);
      const [oldest] = unsettled.size > WAITING_MAX ? unsettled : [];
      if (oldest) settle(oldest, false);
      pump();
    },
    attach(receiver) {
      receivers.push({ receiver, unanswered: 0 });
      pump();
    },
    detach(receiver) {
      const index = receivers.findIndex((entry) => entry.receiver === receiver);
      if (index >= 0) receivers.splice(index, 1);
    },
    clear() {
      for (const cancel of retries) cancel();
      retries.clear();
      waiting = queue();
      for (const delivery of unsettled) settle(delivery, false);
    },
  };
}

/** Unanswered deliver_sm per receiver. */
const WINDOW = 50;
const WAITING_MAX = 100_000;
const RETRY_MAX_MS = 30_000;
/** ESME_RX_P_APPN and ESME_RX_R_APPN (SMPP 3.4 §5.1.3). */
const REFUSED_FOR_GOOD: ReadonlySet<number> = new Set([0x65, 0x66]);

/** First in, first out, without moving everything that waits for each one taken. */
function queue<Item>() {
  let items: Item[] = [];
  let head = 0;
  return {
    add: (item: Item) => void items.push(item),
    take(): Item | undefined {
      const item = items[head];
      if (item === undefined) return undefined;
      head += 1;
      if (head > 1_000 && head * 2 > items.length) {
        items = items.slice(head);
        head = 0;
      }
      return item;
    },
  };
}
