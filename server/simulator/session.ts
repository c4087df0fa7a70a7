import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { asMessage } from '../smpp/pdu-fields.ts';
import type { MessageFields, Pdu } from '../smpp/pdu.ts';
import { openConnection } from './connection.ts';
import type { Line } from './line.ts';

/** One ESME at the simulated carrier: its bind, and what it may do with it (SMPP 3.4 §2.2). */
export interface Session {
  /** command_status of the deliver_sm_resp; null when none came in time or the connection ended. */
  deliver(fields: Partial<MessageFields>): Promise<number | null>;
  /** False while a fault keeps everything from getting out. */
  isOpen(): boolean;
  /** Says unbind and closes. */
  close(): void;
  /** Says unbind and closes once that is answered; false for somebody who is not bound. */
  unbind(): boolean;
  destroy(): void;
  /** Resolves once the connection is gone and nothing of it is left. */
  readonly closed: Promise<void>;
}

export type Respond = (commandStatus: number, messageId: string) => void;

export interface SessionOptions {
  readonly socket: Socket;
  readonly clock: Clock;
  readonly line: Line;
  readonly log: Pick<Logger, 'info'>;
  readonly systemId: string;
  readonly password: string;
  /** A submit_sm or data_sm of a bound transmitter; call `respond` once, now or later. */
  onSubmit(fields: MessageFields, respond: Respond): void;
  onBound(): void;
  /** A receiver or transceiver is bound: it can be given deliver_sm. */
  onReceiver(session: Session): void;
  onClosed(session: Session): void;
}

export function openSession(options: SessionOptions): Session {
  const { clock } = options;
  const { promise: closed, resolve: markClosed } = Promise.withResolvers<void>();
  let bind: Bind | null = null;
  /** Its SMPP is older than TLVs (§3.4): it gets none. */
  let isOld = false;
  let cancelIdle = clock.after(IDLE_MS, checkIdle);
  const connection = openConnection({
    socket: options.socket,
    clock,
    line: options.line,
    onPdu: handle,
    onClosed() {
      cancelIdle();
      options.onClosed(session);
      markClosed();
    },
  });
  const session: Session = {
    deliver: (fields) => connection.request('deliver_sm', isOld ? withoutTlvs(fields) : fields),
    isOpen: () => !options.line.isSilent(),
    close() {
      if (bind) void connection.request('unbind');
      connection.end();
    },
    unbind() {
      if (bind) void connection.request('unbind').then(() => connection.end());
      return bind !== null;
    },
    destroy: () => connection.destroy(),
    closed,
  };
  return session;

  function handle(pdu: Pdu) {
    const { sequenceNumber } = pdu;
    switch (pdu.command) {
      case 'bind_receiver':
      case 'bind_transmitter':
      case 'bind_transceiver':
        return answerBind(pdu);
      case 'submit_sm':
        return submit(pdu.fields, sequenceNumber, 'submit_sm_resp');
      case 'data_sm':
        return submit(asMessage(pdu.fields), sequenceNumber, 'data_sm_resp');
      case 'enquire_link':
        return connection.send({ command: 'enquire_link_resp', sequenceNumber });
      case 'unbind':
        connection.send({ command: 'unbind_resp', sequenceNumber });
        return connection.end();
      default:
        return connection.send({ command: 'generic_nack', sequenceNumber, commandStatus: RINVCMDID });
    }
  }

  function answerBind({ command, fields, sequenceNumber }: BindRequest) {
    const commandStatus = bind ? RALYBND : statusOfCredentials(fields, options);
    const answer = { command: `${command}_resp`, sequenceNumber, commandStatus } as const;
    isOld = fields.interfaceVersion < TLVS_SINCE;
    connection.send({ ...answer, fields: { systemId: 'simulator', ...(isOld ? {} : { scInterfaceVersion: 0x34 }) } });
    options.log.info({ bind: command, commandStatus }, 'simulator: bind answered');
    if (commandStatus !== ROK) return;
    bind = command;
    options.onBound();
    if (bind !== 'bind_transmitter') options.onReceiver(session);
  }

  function submit(fields: MessageFields, sequenceNumber: number, command: 'submit_sm_resp' | 'data_sm_resp') {
    const respond: Respond = (commandStatus, messageId) =>
      connection.send({ command, sequenceNumber, commandStatus, fields: { messageId } });
    if (bind === null || bind === 'bind_receiver') respond(RINVBNDSTS, '');
    else options.onSubmit(fields, respond);
  }

  /** Whoever is silent is asked (SMPP 3.4 §7.2); whoever does not answer, or never bound, has to go. */
  function checkIdle() {
    const silentMs = connection.silentMs();
    cancelIdle = clock.after(Math.max(1_000, IDLE_MS - silentMs), checkIdle);
    if (bind === null) return connection.destroy();
    if (silentMs < IDLE_MS) return undefined;
    void connection.request('enquire_link').then((commandStatus) => {
      if (commandStatus === null) connection.destroy();
    });
    return undefined;
  }
}

type Bind = 'bind_receiver' | 'bind_transmitter' | 'bind_transceiver';
type BindRequest = Extract<Pdu, { command: Bind }>;

function statusOfCredentials(given: BindRequest['fields'], wanted: SessionOptions): number {
  if (given.systemId !== wanted.systemId) return RINVSYSID;
  return given.password === wanted.password ? ROK : RINVPASWD;
}

function withoutTlvs(fields: Partial<MessageFields>): Partial<MessageFields> {
  const { receiptedMessageId: _id, messageState: _state, networkErrorCode: _error, ...rest } = fields;
  return rest;
}

/** interface_version of SMPP 3.4 (§5.2.4). */
const TLVS_SINCE = 0x34;

const IDLE_MS = 30_000;

/** SMPP 3.4 §5.1.3 */
const ROK = 0x00;
const RINVCMDID = 0x03;
const RINVBNDSTS = 0x04;
const RALYBND = 0x05;
const RINVPASWD = 0x0e;
const RINVSYSID = 0x0f;
