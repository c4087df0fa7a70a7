import { ESME_RINVCMDID, ESME_RINVCMDLEN, ESME_RMSGQFUL, ESME_ROK, refusal } from './command-status.ts';
import { decodePdu } from './pdu.ts';
import { asMessage } from './pdu-fields.ts';
import type { MessageFields, Pdu } from './pdu.ts';
import { close, drain, enter, send, settle } from './session-machine.ts';
import type { DeliveryAnswer, Machine } from './session-machine.ts';

/** deliver_sm that wait for their handler; more are answered "queue full" and the carrier delivers them later. */
export const DELIVERIES_MAX = 500;
const NOT_BOUND_DRAIN_MS = 10_000;
const RESPONSE = 0x8000_0000;
const ALERT_NOTIFICATION = 0x102;

/** One PDU of the peer. Whatever it holds, the session stays able to read the next one. */
export function receive(machine: Machine, frame: Buffer, nowMs: number): void {
  machine.keepAlive.heard(nowMs);
  const decoded = decodePdu(frame);
  if (decoded.ok) {
    machine.faults.droppedTlvs += decoded.droppedTlvs;
    return dispatch(machine, decoded.pdu, nowMs);
  }
  machine.faults.unreadable += 1;
  if (decoded.commandId >= RESPONSE) return;
  const { sequenceNumber } = decoded;
  // SMPP 3.4 §4.3: a PDU that cannot be read is answered by generic_nack.
  send(machine, { command: 'generic_nack', commandStatus: ESME_RINVCMDLEN, sequenceNumber });
}

function dispatch(machine: Machine, pdu: Pdu, nowMs: number): void {
  const { sequenceNumber } = pdu;
  switch (pdu.command) {
    case 'submit_sm_resp':
      return submitAnswered(machine, pdu.commandStatus, sequenceNumber, pdu.fields.messageId, nowMs);
    case 'deliver_sm':
      return deliver(machine, { sequenceNumber, command: 'deliver_sm_resp' }, pdu.fields, nowMs);
    case 'data_sm':
      return deliver(machine, { sequenceNumber, command: 'data_sm_resp' }, asMessage(pdu.fields), nowMs);
    case 'enquire_link':
      return send(machine, { command: 'enquire_link_resp', sequenceNumber });
    case 'enquire_link_resp':
      return count(machine, machine.keepAlive.answered(sequenceNumber));
    case 'bind_receiver_resp':
    case 'bind_transmitter_resp':
    case 'bind_transceiver_resp':
    case 'unbind_resp':
      return handshakeAnswered(machine, pdu.command, pdu.commandStatus, sequenceNumber, nowMs);
    case 'generic_nack':
      return nacked(machine, pdu.commandStatus, sequenceNumber, nowMs);
    case 'unbind':
      send(machine, { command: 'unbind_resp', sequenceNumber });
      return close(machine, 'peer_unbound');
    case 'deliver_sm_resp':
    case 'data_sm_resp':
      return count(machine, false);
    case 'bind_receiver':
    case 'bind_transmitter':
    case 'bind_transceiver':
    case 'outbind':
    case 'submit_sm':
      return refuseCommand(machine, 0, sequenceNumber);
    case 'unknown':
      return refuseCommand(machine, pdu.commandId, sequenceNumber);
  }
}

function count(machine: Machine, matched: boolean): void {
  if (!matched) machine.faults.unmatched += 1;
}

function submitAnswered(machine: Machine, status: number, sequence: number, carrierId: string, nowMs: number): void {
  const { meanings } = machine.options;
  const item = machine.window.take(sequence);
  const lateItem = item === null ? machine.window.takeLate(sequence, nowMs) : null;
  const outcome = status === ESME_ROK ? ({ kind: 'accepted', carrierId } as const) : refusal(status, meanings);
  if (item !== null) settle(machine, item, outcome);
  else if (lateItem !== null) machine.effects.push({ type: 'late', item: lateItem, outcome });
  else return count(machine, false);
  if (outcome.kind === 'refused' && outcome.class === 'link') drain(machine, 'not_bound', nowMs + NOT_BOUND_DRAIN_MS);
}

function handshakeAnswered(machine: Machine, command: string, status: number, sequence: number, nowMs: number): void {
  const { handshake } = machine;
  if (handshake?.command !== command || handshake.sequence !== sequence) return count(machine, false);
  machine.handshake = null;
  if (command === 'unbind_resp') return close(machine, machine.closeReason);
  if (status !== ESME_ROK) return close(machine, 'bind_refused', status);
  machine.keepAlive.start(nowMs);
  machine.lastTextMs = nowMs;
  enter(machine, 'BOUND', null);
}

/** A nack answers whatever was sent under its sequence_number; one that claims to be no error is still a refusal. */
function nacked(machine: Machine, status: number, sequence: number, nowMs: number): void {
  const { handshake } = machine;
  const error = status === ESME_ROK ? ESME_RINVCMDID : status;
  if (handshake?.sequence === sequence) return handshakeAnswered(machine, handshake.command, error, sequence, nowMs);
  if (!machine.keepAlive.answered(sequence)) submitAnswered(machine, error, sequence, '', nowMs);
}

function deliver(machine: Machine, answer: DeliveryAnswer, fields: MessageFields, nowMs: number): void {
  const { deliveries } = machine;
  machine.lastTextMs = nowMs;
  if (deliveries.size >= DELIVERIES_MAX) return send(machine, { ...answer, commandStatus: ESME_RMSGQFUL });
  machine.lastDelivery += 1;
  deliveries.set(machine.lastDelivery, answer);
  machine.effects.push({ type: 'deliver', delivery: machine.lastDelivery, sequence: answer.sequenceNumber, fields });
}

function refuseCommand(machine: Machine, commandId: number, sequenceNumber: number): void {
  machine.faults.unknownCommands += 1;
  // A nack of an answer could be answered by a nack for ever; alert_notification has no answer (§4.12).
  if (commandId >= RESPONSE || commandId === ALERT_NOTIFICATION) return;
  send(machine, { command: 'generic_nack', commandStatus: ESME_RINVCMDID, sequenceNumber });
}
