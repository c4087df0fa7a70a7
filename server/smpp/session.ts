import { ESME_RINVCMDLEN, refusal } from './command-status.ts';
import { createKeepAlive } from './keep-alive.ts';
import { PduEncodeError } from './pdu.ts';
import type { MessageFields } from './pdu.ts';
import { receive } from './session-inbound.ts';
import { DEFAULT_TIMES, close, drain, enter, send, settle, unbind } from './session-machine.ts';
import type { Effect, Faults, Machine, SessionOptions, SessionState } from './session-machine.ts';
import { createWindow } from './window.ts';

export type {
  BindType,
  CloseReason,
  Effect,
  Faults,
  SessionOptions,
  SessionState,
  SessionTimes,
} from './session-machine.ts';

/**
 * One bind, from connect to close, without a socket or a timer: events go in with the time in milliseconds, effects
 * come out and the link performs them in order. A session is used for one connection and never again.
 *
 * IDLE → CONNECTING (→ SECURING) → BINDING → BOUND → DRAINING → UNBINDING → CLOSED, and from anywhere to CLOSED. Each submitted
 * item is settled exactly once, at most `window` of them wait at a time, and nothing waits after CLOSED.
 */
export interface Session {
  handle(event: SessionEvent, nowMs: number): Effect[];
  /** When a `tick` is due, in ms; null once closed. */
  deadline(): number | null;
  state(): SessionState;
  /** True while a new text may start: bound to submit, room in the window, and the peer not under suspicion. */
  isReady(): boolean;
  /** True while an enquire_link is unanswered. */
  isSuspect(): boolean;
  /** True while it unbinds because no text comes or goes. */
  isResting(): boolean;
  /** submit_sm without an answer yet. */
  outstanding(): number;
  readonly faults: Readonly<Faults>;
}

export type SessionEvent =
  | { readonly type: 'start' }
  | { readonly type: 'connected' }
  | { readonly type: 'secured' }
  | { readonly type: 'frame'; readonly frame: Buffer }
  /** The stream cannot be cut into PDUs any more. */
  | { readonly type: 'violation' }
  /** `item` is the caller's name for this text; its outcome comes back under it. */
  | { readonly type: 'submit'; readonly item: number; readonly fields: Partial<MessageFields> }
  /** The handler of a `deliver` effect is done. */
  | { readonly type: 'answer'; readonly delivery: number; readonly commandStatus: number }
  | { readonly type: 'tick' }
  /** Waits at most `drainMs` for what is under way, unbinds and closes. */
  | { readonly type: 'stop'; readonly drainMs: number }
  | { readonly type: 'disconnected' };

export function createSession(options: SessionOptions): Session {
  const times = { ...DEFAULT_TIMES, ...options.times };
  const type = options.type ?? 'transceiver';
  const machine: Machine = {
    options,
    times,
    type,
    window: createWindow(options.window, options.firstSequence ?? 1, times.responseMs),
    keepAlive: createKeepAlive(times.quietMs),
    deliveries: new Map(),
    lastDelivery: 0,
    faults: { unmatched: 0, unreadable: 0, unknownCommands: 0, droppedTlvs: 0 },
    state: 'IDLE',
    stateDeadlineMs: null,
    closeReason: 'stopped',
    lastTextMs: 0,
    handshake: null,
    effects: [],
  };
  const { window, keepAlive } = machine;
  return {
    handle(event, nowMs) {
      machine.effects = [];
      react(machine, event, nowMs);
      const isDrained = machine.state === 'DRAINING' && window.size() === 0 && machine.deliveries.size === 0;
      if (isDrained) unbind(machine, nowMs);
      return machine.effects;
    },
    deadline: () =>
      earliest(machine.stateDeadlineMs, window.deadline(), keepAlive.deadline(), inactivityDeadline(machine)),
    state: () => machine.state,
    isReady: () => machine.state === 'BOUND' && type !== 'receiver' && !window.isFull() && !keepAlive.isWaiting(),
    isSuspect: () => keepAlive.isWaiting(),
    isResting: () => machine.state === 'UNBINDING' && machine.closeReason === 'inactive',
    outstanding: () => window.size(),
    faults: machine.faults,
  };
}

function react(machine: Machine, event: SessionEvent, nowMs: number): void {
  if (machine.state === 'CLOSED' && event.type !== 'submit') return;
  switch (event.type) {
    case 'start':
      if (machine.state === 'IDLE') enter(machine, 'CONNECTING', nowMs + machine.times.connectMs);
      return;
    case 'connected':
      if (machine.state === 'CONNECTING') connected(machine, nowMs);
      return;
    case 'secured':
      if (machine.state === 'SECURING') bind(machine, nowMs);
      return;
    case 'frame':
      if (isListening(machine)) receive(machine, event.frame, nowMs);
      return;
    case 'violation':
      if (isListening(machine)) refuseStream(machine);
      return;
    case 'submit':
      return submit(machine, event.item, event.fields, nowMs);
    case 'answer':
      return answer(machine, event.delivery, event.commandStatus);
    case 'tick':
      return tick(machine, nowMs);
    case 'stop':
      return drain(machine, 'stopped', nowMs + event.drainMs);
    case 'disconnected':
      // A peer that closes instead of answering our unbind has unbound all the same.
      return close(machine, machine.state === 'UNBINDING' ? machine.closeReason : 'disconnected');
  }
}

/** Before the bind is sent, octets of the peer mean nothing. */
const isListening = ({ state }: Machine) => state !== 'IDLE' && state !== 'CONNECTING' && state !== 'SECURING';

function connected(machine: Machine, nowMs: number): void {
  if (machine.options.isSecure === true) enter(machine, 'SECURING', nowMs + machine.times.tlsMs);
  else bind(machine, nowMs);
}

function bind(machine: Machine, nowMs: number): void {
  const sequence = machine.window.nextSequence();
  const command = `bind_${machine.type}` as const;
  machine.handshake = { command: `${command}_resp`, sequence };
  enter(machine, 'BINDING', nowMs + machine.times.bindMs);
  send(machine, { command, sequenceNumber: sequence, fields: machine.options.bind });
}

function submit(machine: Machine, item: number, fields: Partial<MessageFields>, nowMs: number): void {
  if (machine.state !== 'BOUND') return settle(machine, item, { kind: 'unsent', reason: 'The link is not bound.' });
  if (machine.type === 'receiver') return settle(machine, item, { kind: 'unsent', reason: 'The link only receives.' });
  if (machine.window.isFull()) return settle(machine, item, { kind: 'unsent', reason: 'The window is full.' });
  const sequenceNumber = machine.window.nextSequence();
  try {
    send(machine, { command: 'submit_sm', sequenceNumber, fields });
  } catch (error) {
    if (!(error instanceof PduEncodeError)) throw error;
    // The codec refuses what a carrier would refuse: the text gets the same final answer, sooner.
    return settle(machine, item, refusal(error.commandStatus));
  }
  machine.window.add(sequenceNumber, item, nowMs);
  machine.lastTextMs = nowMs;
}

function answer(machine: Machine, delivery: number, commandStatus: number): void {
  const answered = machine.deliveries.get(delivery);
  machine.deliveries.delete(delivery);
  if (answered) send(machine, { ...answered, commandStatus });
}

function refuseStream(machine: Machine): void {
  send(machine, { command: 'generic_nack', commandStatus: ESME_RINVCMDLEN, sequenceNumber: 0 });
  close(machine, 'invalid_pdu_length');
}

function tick(machine: Machine, nowMs: number): void {
  if (machine.stateDeadlineMs !== null && nowMs >= machine.stateDeadlineMs) stateTimedOut(machine, nowMs);
  for (const item of machine.window.expire(nowMs)) settle(machine, item, { kind: 'unknown', reason: 'timeout' });
  const probe = machine.keepAlive.tick(nowMs);
  if (probe === 'lost') return close(machine, 'peer_silent');
  if (probe === 'due') enquire(machine, nowMs);
  const restsAtMs = inactivityDeadline(machine);
  if (restsAtMs !== null && nowMs >= restsAtMs) rest(machine, nowMs);
}

function inactivityDeadline({ state, type, times, lastTextMs }: Machine): number | null {
  if (state !== 'BOUND' || type === 'receiver' || times.inactivityMs === null) return null;
  return lastTextMs + times.inactivityMs;
}

function rest(machine: Machine, nowMs: number): void {
  const isBusy = machine.window.size() > 0 || machine.deliveries.size > 0;
  if (isBusy) machine.lastTextMs = nowMs;
  else drain(machine, 'inactive', nowMs);
}

function stateTimedOut(machine: Machine, nowMs: number): void {
  if (machine.state === 'CONNECTING') close(machine, 'connect_timeout');
  else if (machine.state === 'SECURING') close(machine, 'tls_timeout');
  else if (machine.state === 'BINDING') close(machine, 'bind_timeout');
  else if (machine.state === 'DRAINING') unbind(machine, nowMs);
  else if (machine.state === 'UNBINDING') close(machine, machine.closeReason);
}

function enquire(machine: Machine, nowMs: number): void {
  const sequenceNumber = machine.window.nextSequence();
  machine.keepAlive.sent(sequenceNumber, nowMs);
  send(machine, { command: 'enquire_link', sequenceNumber });
}

function earliest(...deadlines: (number | null)[]): number | null {
  const set = deadlines.filter((deadline) => deadline !== null);
  return set.length > 0 ? Math.min(...set) : null;
}
