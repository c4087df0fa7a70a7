import type { Outcome } from '../messages/carrier.ts';
import { ESME_ROK } from './command-status.ts';
import type { CommandStatusOverrides } from './command-status.ts';
import type { KeepAlive } from './keep-alive.ts';
import { encodePdu } from './pdu.ts';
import type { BindFields, MessageFields, PduToSend } from './pdu.ts';
import type { Window } from './window.ts';

/** What a session is made of, and the moves that its events share. Times in milliseconds. */
export interface Machine {
  readonly options: SessionOptions;
  readonly times: SessionTimes;
  readonly type: BindType;
  readonly window: Window;
  readonly keepAlive: KeepAlive;
  /** What waits for its handler, and its answer: peers are known to use a sequence_number twice. */
  readonly deliveries: Map<number, DeliveryAnswer>;
  lastDelivery: number;
  readonly faults: Faults;
  state: SessionState;
  stateDeadlineMs: number | null;
  closeReason: CloseReason;
  /** When a text came or went last, or the bind stood. */
  lastTextMs: number;
  /** The bind or unbind that waits for its answer. */
  handshake: {
    readonly command: `bind_${BindType}_resp` | 'unbind_resp';
    readonly sequence: number;
  } | null;
  effects: Effect[];
}

export interface DeliveryAnswer {
  readonly command: 'deliver_sm_resp' | 'data_sm_resp';
  readonly sequenceNumber: number;
}

export type BindType = 'transceiver' | 'transmitter' | 'receiver';

export type SessionState =
  | 'IDLE'
  | 'CONNECTING'
  | 'SECURING'
  | 'BINDING'
  | 'BOUND'
  | 'DRAINING'
  | 'UNBINDING'
  | 'CLOSED';

export interface SessionOptions {
  readonly bind: Partial<BindFields>;
  /** transceiver when left out; nothing is submitted on a receiver. */
  readonly type?: BindType;
  /** submit_sm that may be unanswered at once. */
  readonly window: number;
  /** A TLS handshake follows the connect: `connected` and then `secured` are waited for. */
  readonly isSecure?: boolean;
  /** What this carrier means by a command_status, where that is not what the table says. */
  readonly meanings?: CommandStatusOverrides;
  /** What is left out has the default of DEFAULT_TIMES. */
  readonly times?: Partial<SessionTimes>;
  /** For tests of the wrap at 0x7FFFFFFF. */
  readonly firstSequence?: number;
}

/** Milliseconds. */
export interface SessionTimes {
  readonly connectMs: number;
  readonly tlsMs: number;
  readonly bindMs: number;
  /** How long a submit_sm waits for its answer. */
  readonly responseMs: number;
  /** How long the peer may be quiet before it is asked whether it lives. */
  readonly quietMs: number;
  /** After so long without a text in either direction the link is unbound; null = never. A receiver always stays. */
  readonly inactivityMs: number | null;
}

export const DEFAULT_TIMES: SessionTimes = {
  connectMs: 10_000,
  tlsMs: 10_000,
  bindMs: 10_000,
  responseMs: 30_000,
  quietMs: 20_000,
  inactivityMs: null,
};

export type Effect =
  | { readonly type: 'state'; readonly state: SessionState }
  | { readonly type: 'write'; readonly octets: Buffer }
  | { readonly type: 'settle'; readonly item: number; readonly outcome: Outcome }
  /** The answer to an item that was settled as unknown; at most one for each. */
  | { readonly type: 'late'; readonly item: number; readonly outcome: Outcome }
  | { readonly type: 'deliver'; readonly delivery: number; readonly sequence: number; readonly fields: MessageFields }
  /** `commandStatus` is zero for all reasons but bind_refused. */
  | { readonly type: 'close'; readonly reason: CloseReason; readonly commandStatus: number };

export type CloseReason =
  | 'connect_timeout'
  | 'tls_timeout'
  | 'bind_timeout'
  | 'bind_refused'
  | 'invalid_pdu_length'
  | 'peer_unbound'
  | 'peer_silent'
  | 'disconnected'
  /** No text in either direction for as long as the profile says. */
  | 'inactive'
  /** The peer says that we are not bound: its state is not ours. */
  | 'not_bound'
  | 'stopped';

/** What the peer did wrong so far and was survived. */
export interface Faults {
  /** Answers to nothing we asked, or of another kind than we asked for. */
  unmatched: number;
  unreadable: number;
  unknownCommands: number;
  droppedTlvs: number;
}

const UNBIND_TIMEOUT_MS = 5_000;

export function enter(machine: Machine, state: SessionState, deadlineMs: number | null): void {
  machine.state = state;
  machine.stateDeadlineMs = deadlineMs;
  machine.effects.push({ type: 'state', state });
}

export function send(machine: Machine, pdu: PduToSend): void {
  machine.effects.push({ type: 'write', octets: encodePdu(pdu) });
}

export function settle(machine: Machine, item: number, outcome: Outcome): void {
  machine.effects.push({ type: 'settle', item, outcome });
}

/** The one way to CLOSED: every unanswered text becomes unknown, and nothing waits any more. */
export function close(machine: Machine, reason: CloseReason, commandStatus = ESME_ROK): void {
  if (machine.state === 'CLOSED') return;
  for (const item of machine.window.clear()) settle(machine, item, { kind: 'unknown', reason: 'link_lost' });
  machine.deliveries.clear();
  machine.keepAlive.stop();
  enter(machine, 'CLOSED', null);
  machine.effects.push({ type: 'close', reason, commandStatus });
}

/** Starts nothing new and waits for what is under way; then `unbind` follows. */
export function drain(machine: Machine, reason: CloseReason, deadlineMs: number): void {
  if (machine.state === 'BOUND') {
    machine.closeReason = reason;
    return enter(machine, 'DRAINING', deadlineMs);
  }
  const isLeaving = machine.state === 'DRAINING' || machine.state === 'UNBINDING';
  if (!isLeaving) close(machine, reason);
}

export function unbind(machine: Machine, nowMs: number): void {
  const sequence = machine.window.nextSequence();
  machine.handshake = { command: 'unbind_resp', sequence };
  enter(machine, 'UNBINDING', nowMs + UNBIND_TIMEOUT_MS);
  send(machine, { command: 'unbind', sequenceNumber: sequence });
}
