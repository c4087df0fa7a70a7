import { onTestFinished } from 'vitest';
import type { z } from 'zod';
import { systemClock } from '../../server/clock.ts';
import type { Inbound, Outcome, Receipt } from '../../server/messages/carrier.ts';
import { partsOf } from '../../server/messages/cut.ts';
import { segment } from '../../server/rules/segments.ts';
import { type Simulator, startSimulator } from '../../server/simulator/smsc.ts';
import { type SmppCarrierOptions, smppCarrier } from '../../server/smpp/carrier.ts';
import { carrierSchema } from '../../server/smpp/profile.ts';
import { until } from '../support/until.ts';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
export const credentials = { system_id: 'wire', password: 'secret12' };

export interface OurLink {
  readonly receipts: readonly Receipt[];
  readonly inbound: readonly Inbound[];
  /** The outcome of each of its parts. */
  send(text: string, options?: { readonly to?: string; readonly flash?: boolean }): Promise<readonly Outcome[]>;
  stop(): Promise<void>;
}

/** Our side as an ESME, bound to the SMSC on that port of loopback. */
export async function ourLink(
  port: number,
  settings: Partial<z.input<typeof carrierSchema>> = {},
  senders: Pick<SmppCarrierOptions, 'registrationOf'> = {},
): Promise<OurLink> {
  const receipts: Receipt[] = [];
  const inbound: Inbound[] = [];
  const profile = carrierSchema.parse({ id: 'wire', host: '127.0.0.1', port, ...credentials, ...settings });
  const carrier = smppCarrier({
    profile,
    mode: 'live',
    clock: systemClock,
    log: quiet,
    ...senders,
    events: {
      receipt: (receipt) => Promise.resolve(void receipts.push(receipt)),
      inbound: (text) => Promise.resolve(void inbound.push(text)),
    },
  });
  carrier.start();
  onTestFinished(() => carrier.stop());
  await until(() => carrier.isUp());
  let reference = 41;

  return {
    receipts,
    inbound,
    async send(text, { to = '+14155550123', flash = false } = {}) {
      reference += 1;
      const cut = { ...segment(text, profile.encoding, { encoding: 'auto', flash }), reference };
      const parts = partsOf({ from: '+15005550100', to, flash }, cut);
      const [slot] = await carrier.reserve(1);
      if (!slot) throw new Error('The carrier is stopping.');
      const outcomes: Outcome[] = [];
      for (const part of parts) outcomes.push(await slot.submit({ ...part, validitySeconds: 3_600 }));
      slot.release();
      return outcomes;
    },
    stop: () => carrier.stop(),
  };
}

/** Our side as an SMSC. */
export async function ourSmsc(): Promise<Simulator> {
  const { system_id: systemId, password } = credentials;
  const simulator = await startSimulator({ port: 0, systemId, password, clock: systemClock, log: quiet });
  simulator.setFaults({ receipt_delay_ms: 50 });
  onTestFinished(() => simulator.stop());
  return simulator;
}
