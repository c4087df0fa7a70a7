import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { sleep } from '../clock.ts';
import type { Clock } from '../clock.ts';
import type { Carrier, CarrierEvents, OnLateAnswer, Outcome, Part } from '../messages/carrier.ts';
import type { Mode } from '../rules/message.ts';
import { createBind } from './bind.ts';
import type { Bind, BindStatus } from './bind.ts';
import type { Origin } from './connection.ts';
import { readDelivery } from './deliver.ts';
import type { Loss } from './link.ts';
import { createOutbindListener } from './outbind.ts';
import type { OutbindListener } from './outbind.ts';
import { createPace } from './pace.ts';
import type { MessageFields } from './pdu.ts';
import type { CarrierProfile } from './profile.ts';
import { createSenderPace } from './sender-pace.ts';
import { createSlots } from './slots.ts';
import { createPartWriter } from './part-writer.ts';
import type { RegistrationIds } from './submit-sm.ts';

/** One SMPP account: the carrier that `messages` sees, and what an operator may do with it. */
export interface SmppCarrier extends Carrier {
  readonly profile: CarrierProfile;
  status(): CarrierStatus;
  isPaused(): boolean;
  /** Starts no new text until `resume`; receipts and texts from phones still come in. */
  pause(): void;
  resume(): void;
  /** Binds every bind anew, at once. */
  rebind(): void;
  /** For all binds to come. Those that are not bound try at once. */
  setPassword(password: string): void;
}

/** up: texts can leave. parked: the carrier refuses our credentials; only a person can change that. */
export type CarrierState = 'up' | 'down' | 'parked';

export interface CarrierStatus {
  readonly state: CarrierState;
  readonly paused: boolean;
  /** Segments per second that may leave now; null = no limit. */
  readonly perSecond: number | null;
  /** Segments accepted in the last second. */
  readonly goodput: number;
  /** Of the binds, the latest one. */
  readonly lastLoss: Loss | null;
  readonly binds: readonly BindStatus[];
}

export interface SmppCarrierOptions {
  readonly profile: CarrierProfile;
  readonly mode: Mode;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly events: CarrierEvents;
  /** The state has changed. Called for the first time when it is known: up, or down for a reason. */
  readonly onState?: (state: CarrierState, loss: Loss | null) => void;
  readonly isPaused?: boolean;
  /** Segments per second of a sender that has a rate of its own; null = it has none. */
  readonly senderRate?: (mode: Mode, sender: string) => number | null;
  /** The ids of a sender's registration; null = it has none. */
  readonly registrationOf?: (mode: Mode, sender: string) => RegistrationIds | null;
  /** In [0, 1); for tests of the waiting times. */
  readonly random?: () => number;
}

/** A stop has 10 s for answers and 5 s for unbind. */
const DRAIN_MS = 10_000;

export function smppCarrier(options: SmppCarrierOptions): SmppCarrier {
  const { profile, mode, clock, log, events } = options;
  const { id } = profile;
  let { password } = profile;
  let isPaused = options.isPaused ?? false;
  const credentials = () => ({
    systemId: profile.system_id,
    password,
    systemType: profile.system_type,
    addressRange: profile.address_range,
  });

  const types = profile.binds.flatMap(({ type, count, outbind }) =>
    Array.from({ length: count }, (_bind, index) => ({ type, number: index + 1, outbind })),
  );
  const { rate: ratePerSecond, rate_per_bind: ratePerBind } = profile;
  const pace = createPace({ ratePerSecond, ratePerBind, binds: types.length, clock });
  const senders = createSenderPace(
    profile.rate_per_sender,
    clock,
    (sender) => options.senderRate?.(mode, sender) ?? null,
  );
  const stopping = new AbortController();
  const binds: readonly Bind[] = types.map((which) =>
    createBind({
      ...options,
      ...which,
      awaitsOutbind: which.outbind !== undefined,
      bind: credentials,
      pace,
      sharers: () => senderBinds.filter(({ link }) => link.isBound()).length,
      onDeliver: deliver,
      onBindLost: () => {
        lastLossMs = clock.now();
      },
      onChange: () => slots.wake(),
      onState: changed,
    }),
  );
  const hasSender = types.some(({ type }) => type !== 'receiver');
  const senderBinds = binds.filter(({ type }) => type !== 'receiver' || !hasSender);
  const slots = createSlots({
    pace,
    clock,
    isOpen: () => !isPaused,
    onWaiting: () => {
      for (const { link } of binds) link.wake();
    },
    binds: binds.map((bind) => ({
      isReady: () => bind.link.isReady(),
      windowMax: () => bind.windowMax(),
      submit: (part, onLateAnswer) => submit(bind, part, onLateAnswer),
    })),
  });

  const listeners = profile.binds.flatMap(({ outbind, count }): OutbindListener[] => {
    if (!outbind) return [];
    const waiting = binds.filter((_bind, index) => types[index]?.outbind === outbind);
    const take = (socket: Socket) => waiting.some(({ link }) => link.accept(socket));
    const timeoutMs = profile.bind_timeout_ms;
    return [createOutbindListener({ carrier: id, expected: outbind, count, timeoutMs, take, clock, log })];
  });

  const registrationOf = (sender: string) => options.registrationOf?.(mode, sender) ?? null;
  const writePart = createPartWriter({ profile, clock, log, registrationOf });
  async function submit(bind: Bind, part: Part, onLateAnswer?: OnLateAnswer): Promise<Outcome> {
    const waitMs = senders.take(part.from);
    if (waitMs === null) return SENDER_TOO_FAST;
    if (waitMs > 0) await sleep(clock, waitMs, stopping.signal);
    return writePart(bind, part, onLateAnswer);
  }

  const reader = {
    id,
    mode,
    country: profile.country,
    returnsReferences: profile.user_message_reference,
    defaultAlphabet: profile.encoding.default_alphabet,
    receiptsAsTexts: profile.receipts_as_texts,
  };
  // The end of a process before this one counts: what it had not answered comes again.
  let lastLossMs = clock.now();
  async function deliver(fields: MessageFields, origin: Origin): Promise<void> {
    const delivery = readDelivery(fields, reader);
    if (delivery.kind === 'receipt') await events.receipt(delivery.receipt);
    else await events.inbound({ ...delivery.text, arrival: { ...origin, lastLossMs } });
  }

  const isUp = () => senderBinds.some(({ link }) => link.isBound() || link.isResting());
  const lastLoss = () =>
    binds
      .map(({ link }) => link.lastLoss())
      .reduce((latest, loss) => (loss && loss.atMs >= (latest?.atMs ?? 0) ? loss : latest), null);

  function state(): CarrierState {
    if (isUp()) return 'up';
    return senderBinds.some(({ link }) => link.state() === 'parked') ? 'parked' : 'down';
  }

  let told: CarrierState | null = null;
  function changed(): void {
    const current = state();
    const isStarting = told === null && senderBinds.some(({ link }) => link.lastLoss() === null);
    // Each try in between looks like "down"; only a bind that stands ends the alarm.
    const isTrying = (isStarting && current !== 'up') || (current === 'down' && told === 'parked');
    if (stopped || isTrying || current === told) return;
    told = current;
    options.onState?.(current, current === 'up' ? null : lastLoss());
  }

  let stopped: Promise<void> | null = null;
  async function stop(): Promise<void> {
    const deadlineMs = clock.monotonic() + DRAIN_MS;
    const closed = listeners.map((listener) => listener.stop());
    await slots.stop(DRAIN_MS);
    stopping.abort();
    await Promise.all(binds.map(({ link }) => link.stop(Math.max(0, deadlineMs - clock.monotonic()))));
    await Promise.all(closed);
  }

  return {
    id,
    mode,
    profile,
    routing: { priority: profile.priority, weight: profile.weight, cost: profile.cost },
    encoding: profile.encoding,
    messageIdFormat: profile.message_id_format,
    errorMeanings: profile.error_codes,
    isUp,
    reserve: (max) => slots.reserve(max),
    start() {
      if (profile.tls?.insecure) log.warn({ carrier: id }, 'TLS certificates of this carrier are not verified');
      if (stopped) return;
      for (const { link } of binds) link.start();
      for (const listener of listeners) listener.start();
      if (profile.tls && listeners.length > 0) log.warn({ carrier: id }, 'connections of an outbind have no TLS');
    },
    stop() {
      stopped ??= stop();
      return stopped;
    },
    status: () => ({
      state: state(),
      paused: isPaused,
      perSecond: pace.perSecond(),
      goodput: pace.goodput(),
      lastLoss: lastLoss(),
      binds: binds.map((bind) => bind.status()),
    }),
    isPaused: () => isPaused,
    pause() {
      isPaused = true;
    },
    resume() {
      isPaused = false;
      slots.wake();
    },
    rebind() {
      for (const { link } of binds) link.rebind();
    },
    setPassword(next) {
      password = next;
      for (const { link } of binds) if (!link.isBound()) link.rebind();
    },
  };
}

/** Not the carrier's answer but our own, before anything left: the text comes back later and loses no attempt. */
const SENDER_TOO_FAST: Outcome = {
  kind: 'refused',
  class: 'throttle',
  commandStatus: 0x58,
  name: 'rate_per_sender',
};
