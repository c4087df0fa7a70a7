import { onTestFinished } from 'vitest';
import type { z } from 'zod';
import type { CarrierEvents, Inbound, Outcome, Part, Receipt } from '../../server/messages/carrier.ts';
import {
  type CarrierState,
  type SmppCarrier,
  type SmppCarrierOptions,
  smppCarrier,
} from '../../server/smpp/carrier.ts';
import type { Loss } from '../../server/smpp/link.ts';
import { carrierSchema } from '../../server/smpp/profile.ts';
import { scriptedSmsc, type ScriptedSmsc, type SmscOptions } from './scripted-smsc.ts';
import { until } from './until.ts';
import { type VirtualClock, virtualClock } from './virtual-clock.ts';

/** An account on a scripted SMSC, on a clock that only moves when told to. */
export interface Account {
  readonly smsc: ScriptedSmsc;
  readonly carrier: SmppCarrier;
  readonly clock: VirtualClock;
  readonly receipts: Receipt[];
  readonly inbound: Inbound[];
  /** Warnings and errors, each as JSON. */
  readonly logged: string[];
  readonly states: { readonly state: CarrierState; readonly loss: Loss | null }[];
  /** Waits for a slot, submits one part and gives the slot back. */
  send(part?: Partial<Part>): Promise<Outcome>;
  /** Moves time on, a second at a time, until `done` is. */
  whileTimePasses<Value>(done: Promise<Value>): Promise<Value>;
}

export const PART: Part = {
  from: '+15005550006',
  to: '+14155550123',
  text: 'Hello',
  encoding: 'GSM-7',
  concatenation: null,
  validitySeconds: 3_600,
};

export type ProfileChanges = Partial<z.input<typeof carrierSchema>>;

export async function account(
  profile: ProfileChanges = {},
  smscOptions: SmscOptions = {},
  random: () => number = () => 0,
  senders: Pick<SmppCarrierOptions, 'senderRate' | 'registrationOf'> = {},
): Promise<Account> {
  const clock = virtualClock();
  const smsc = await scriptedSmsc(smscOptions);
  const receipts: Receipt[] = [];
  const inbound: Inbound[] = [];
  const logged: string[] = [];
  const states: Account['states'] = [];
  const line = (...words: unknown[]) => void logged.push(JSON.stringify(words));
  const events: CarrierEvents = {
    receipt: (receipt) => Promise.resolve(void receipts.push(receipt)),
    inbound: (text) => Promise.resolve(void inbound.push(text)),
  };
  const carrier = smppCarrier({
    profile: carrierSchema.parse({
      id: 'default',
      host: '127.0.0.1',
      port: smsc.port,
      system_id: 'bridge',
      password: 'pw',
      ...profile,
    }),
    mode: 'live',
    clock,
    log: { info: () => undefined, warn: line, error: line },
    events,
    onState: (state, loss) => void states.push({ state, loss }),
    random,
    ...senders,
  });

  async function whileTimePasses<Value>(done: Promise<Value>): Promise<Value> {
    let isDone = false;
    const watched = done.finally(() => (isDone = true));
    await Promise.race([watched, new Promise((resolve) => setTimeout(resolve, 20))]);
    while (!isDone) {
      await clock.advance(1_000);
      await Promise.race([watched, new Promise((resolve) => setTimeout(resolve, 2))]);
    }
    return watched;
  }

  onTestFinished(async () => {
    await whileTimePasses(carrier.stop());
    await smsc.close();
  });
  carrier.start();
  return {
    smsc,
    carrier,
    clock,
    receipts,
    inbound,
    logged,
    states,
    whileTimePasses,
    async send(part = {}) {
      const [slot] = await carrier.reserve(1);
      if (!slot) throw new Error('the carrier is stopping');
      const outcome = await slot.submit({ ...PART, ...part });
      slot.release();
      return outcome;
    },
  };
}

/** All binds stand; waiting times of zero are let pass. */
export function allBound({ carrier, clock }: Account): Promise<unknown> {
  return until(async () => {
    await clock.advance(0);
    return carrier.status().binds.every(({ state }) => state === 'bound');
  });
}
