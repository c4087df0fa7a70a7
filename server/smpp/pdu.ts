import smpp from 'smpp';
import { layouts } from './pdu-fields.ts';
import type { Command, FieldLayout, Pdu, PduToSend, VendorTlv } from './pdu-fields.ts';

export type { BindFields, Command, MessageFields, Pdu, PduToSend } from './pdu-fields.ts';

/** Octets; message_payload alone may have 65,535. */
export const PDU_LENGTH_MAX = 70_000;
const HEADER_LENGTH = 16;

export type Decoded =
  | {
      readonly ok: true;
      readonly pdu: Pdu;
      /** Bad TLVs that were left out. */ readonly droppedTlvs: number;
    }
  | {
      readonly ok: false;
      readonly commandId: number;
      readonly sequenceNumber: number;
      readonly reason: string;
    };

/** A value that cannot be put on the wire. Nothing was written; `commandStatus` is what a carrier would have said. */
export class PduEncodeError extends Error {
  override readonly name = 'PduEncodeError';
  readonly commandStatus: number;

  constructor(message: string, commandStatus: number) {
    super(message);
    this.commandStatus = commandStatus;
  }
}

/** The octets of one PDU. Throws PduEncodeError; a non-zero command_status gives the header alone (SMPP 3.4 §4.4.2). */
export function encodePdu(pdu: PduToSend): Buffer {
  const layout = layouts[pdu.command];
  const options: Record<string, unknown> = {
    interface_version: INTERFACE_VERSION,
    command_status: pdu.commandStatus ?? 0,
    sequence_number: pdu.sequenceNumber,
  };
  for (const [name, value] of Object.entries(pdu.fields ?? {})) {
    const field = layout[name];
    if (!field || value === undefined) continue;
    check(field, value);
    options[field.wire] = value;
  }
  const octets = new smpp.PDU(pdu.command, options).toBuffer();
  const { vendorTlvs } = pdu.command === 'submit_sm' && !pdu.commandStatus ? (pdu.fields ?? {}) : {};
  return vendorTlvs ? withTlvs(octets, vendorTlvs) : octets;
}

/** The package writes only the TLVs of its tables. */
function withTlvs(octets: Buffer, tlvs: readonly VendorTlv[]): Buffer {
  const whole = Buffer.concat([octets, ...tlvs.flatMap(({ tag, value }) => [tlvHeader(tag, value.length), value])]);
  whole.writeUInt32BE(whole.length, 0);
  return whole;
}

/** §3.2.4.1 */
function tlvHeader(tag: number, length: number): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt16BE(tag, 0);
  header.writeUInt16BE(length, 2);
  return header;
}

/** Reads one whole frame. It never throws: what cannot be read comes back with what its header says. */
export function decodePdu(frame: Buffer): Decoded {
  if (frame.length < HEADER_LENGTH) return unreadable(frame, 'shorter than a header');
  if (frame.readUInt32BE(0) !== frame.length) return unreadable(frame, 'command_length is not the length of the frame');
  try {
    return shaped(new smpp.PDU(frame));
  } catch (error) {
    return unreadable(frame, error instanceof Error ? error.message : 'unreadable');
  }
}

/** SMPP 3.4 §5.2.4. The package would say 5.0, which carriers refuse. */
const INTERFACE_VERSION = 0x34;
const RESPONSE = 0x8000_0000;

function shaped(raw: InstanceType<typeof smpp.PDU>): Decoded {
  const header = { commandStatus: raw.command_status, sequenceNumber: raw.sequence_number };
  if (!isKnown(raw.command)) {
    return {
      ok: true,
      pdu: { command: 'unknown', commandId: raw.command_id, ...header },
      droppedTlvs: 0,
    };
  }
  const values: Readonly<Record<string, unknown>> = Object.assign<Record<string, unknown>, object>({}, raw);
  // Answers are read leniently: an error comes without a body, and an unreadable id is better than an unmatched answer.
  const lenient = raw.command_id >= RESPONSE;
  const fields: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(layouts[raw.command])) {
    const value = read(field, values[field.wire]);
    if (value !== undefined) fields[name] = value;
    else if (!field.tlv && lenient) fields[name] = EMPTY[field.kind];
    else if (!field.tlv) throw new Error(`${field.wire} is missing or too long`);
  }
  const droppedTlvs = Object.values(values).filter((value) => value === DROPPED).length;
  // The layout of `command` decides which fields there are, which the type system cannot follow.
  return {
    ok: true,
    pdu: { command: raw.command, ...header, fields } as unknown as Pdu,
    droppedTlvs,
  };
}

const isKnown = (command: string): command is Command => Object.hasOwn(layouts, command);
const EMPTY = { text: '', int: 0, octets: Buffer.alloc(0) } as const;

function read(field: FieldLayout, value: unknown): unknown {
  if (field.kind === 'int') return typeof value === 'number' ? value : undefined;
  if (field.kind === 'text') return typeof value === 'string' && value.length <= field.decodeMax ? value : undefined;
  return Buffer.isBuffer(value) ? value : undefined;
}

function check(field: FieldLayout, value: unknown): void {
  const fault = faultOf(field, value);
  if (fault) throw new PduEncodeError(`${field.wire} ${fault}`, field.refusal);
}

function faultOf(field: FieldLayout, value: unknown): string | null {
  if (field.kind === 'int') {
    const fits = Number.isInteger(value) && Number(value) >= 0 && Number(value) <= field.encodeMax;
    return fits ? null : `is not an integer from 0 to ${field.encodeMax}`;
  }
  if (field.kind === 'octets') {
    return Buffer.isBuffer(value) && value.length <= field.encodeMax ? null : `is over ${field.encodeMax} octets`;
  }
  if (typeof value !== 'string' || value.length > field.encodeMax) return `is over ${field.encodeMax} octets`;
  // A NUL would end the field early and let the rest of the value fill the fields behind it.
  return /^[\x20-\x7e\xa0-\xff]*$/.test(value) ? null : 'has a control character or one outside Latin-1';
}

function unreadable(frame: Buffer, reason: string): Decoded {
  const word = (offset: number) => (frame.length >= offset + 4 ? frame.readUInt32BE(offset) : 0);
  return { ok: false, commandId: word(4), sequenceNumber: word(12), reason };
}

/** Stands for a TLV that its length makes unreadable. */
const DROPPED = Symbol('dropped TLV');

/** Makes the package's tables structural and length-bounded. They are global to the package, which only this file imports. */
function tamePackage(): void {
  smpp.PDU.maxLength = PDU_LENGTH_MAX;
  const { types } = smpp;
  const sizeOf = new Map([
    [types.tlv.int8, 1],
    [types.tlv.int16, 2],
    [types.tlv.int32, 4],
  ]);
  for (const tlv of Object.values(smpp.tlvsById)) {
    // The filters guess encodings and turn octets into text and times into local Dates.
    delete tlv.filter;
    const isText = tlv.type === types.tlv.cstring || tlv.type === types.tlv.string;
    tlv.type = {
      ...tlv.type,
      read: isText ? textOfTlv : sizedReader(tlv.type, sizeOf.get(tlv.type)),
    };
  }
  for (const command of Object.values(smpp.commands)) {
    for (const parameter of Object.values(command.params ?? {})) delete parameter.filter;
  }
  // `ascii` drops the eighth bit, which would make two different message ids one.
  types.cstring.read = (buffer, offset) => {
    const end = buffer.indexOf(0, offset);
    return buffer.toString('latin1', offset, end < 0 ? buffer.length : end);
  };
  types.buffer.read = (buffer, offset) => {
    const end = offset + 1 + buffer.readUInt8(offset);
    if (end > buffer.length) throw new Error('sm_length is over the rest of the PDU');
    return buffer.subarray(offset + 1, end);
  };
}

/** Many carriers leave out the NUL at the end of receipted_message_id: the length decides, not the NUL. */
function textOfTlv(buffer: Buffer, offset: number, length = 0): unknown {
  if (offset + length > buffer.length) return DROPPED;
  const end = buffer.subarray(offset, offset + length).indexOf(0);
  return buffer.toString('latin1', offset, offset + (end < 0 ? length : end));
}

function sizedReader(type: { read(b: Buffer, o: number, l?: number): unknown }, size: number | undefined) {
  return (buffer: Buffer, offset: number, length = 0): unknown => {
    const fits = offset + length <= buffer.length && (size === undefined || size === length);
    return fits ? type.read(buffer, offset, length) : DROPPED;
  };
}

tamePackage();
