import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Carrier, CarrierEvents, Outcome, Part } from '../messages/carrier.ts';
import type { Mode } from '../rules/message.ts';
import { refusal } from './command-status.ts';
import { readDelivery } from './deliver.ts';
import { createLink } from './link.ts';
import { PduEncodeError, encodePdu } from './pdu.ts';
import type { MessageFields } from './pdu.ts';
import { createSlots } from './slots.ts';
import type { SmppEndpoint } from './smpp-url.ts';
import { submitSmFields } from './submit-sm.ts';

export interface SmppCarrierOptions extends SmppEndpoint {
  readonly id: string;
  readonly mode: Mode;
  /** PEM of the authority that signed the carrier's certificate, when it is none of Node's own. */
  readonly ca?: string;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly events: CarrierEvents;
  /** In [0, 1); for tests of the waiting times. */
  readonly random?: () => number;
}

/** A stop has 10 s for answers and 5 s for unbind. */
const DRAIN_MS = 10_000;

/** One SMPP account as a carrier: a transceiver bind. Throws PduEncodeError for credentials that no bind can carry. */
export function smppCarrier(options: SmppCarrierOptions): Carrier {
  const { id, mode, clock, events, systemId, password, systemType, window } = options;
  const bind = { systemId, password, systemType };
  encodePdu({ command: 'bind_transceiver', sequenceNumber: 1, fields: bind });
  const link = createLink({ ...options, bind, onDeliver: deliver, onChange: () => slots.wake() });
  const slots = createSlots({
    window,
    ratePerSecond: options.ratePerSecond,
    clock,
    isReady: () => link.isReady(),
    submit,
  });

  let stopped: Promise<void> | null = null;
  async function stop(): Promise<void> {
    const deadlineMs = clock.now() + DRAIN_MS;
    await slots.stop(DRAIN_MS);
    await link.stop(Math.max(0, deadlineMs - clock.now()));
  }

  async function submit(part: Part): Promise<Outcome> {
    try {
      return await link.submit(submitSmFields(part));
    } catch (error) {
      if (error instanceof PduEncodeError) return refusal(error.commandStatus);
      throw error;
    }
  }

  async function deliver(fields: MessageFields): Promise<void> {
    const delivery = readDelivery(fields, { id, mode });
    if (delivery.kind === 'receipt') await events.receipt(delivery.receipt);
    else await events.inbound(delivery.text);
  }

  return {
    id,
    mode,
    isUp: () => link.isBound(),
    reserve: (max) => slots.reserve(max),
    start: () => link.start(),
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
}
