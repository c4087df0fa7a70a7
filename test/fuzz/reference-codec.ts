/**
 * SMPP 3.4 PDUs to octets and back once more, written from the standard alone (§3.2, §4, §5.3), to compare with. It
 * knows nothing of the codec under test but the names of the fields.
 */
export type Fields = Readonly<Record<string, string | number | Buffer>>;

export interface ReferencePdu {
  readonly commandId: number;
  readonly commandStatus: number;
  readonly sequenceNumber: number;
  readonly fields: Fields;
}

type Kind = 'cstring' | 'octet' | 'short_message';

const MESSAGE: readonly (readonly [name: string, kind: Kind])[] = [
  ['serviceType', 'cstring'],
  ['sourceAddrTon', 'octet'],
  ['sourceAddrNpi', 'octet'],
  ['sourceAddr', 'cstring'],
  ['destAddrTon', 'octet'],
  ['destAddrNpi', 'octet'],
  ['destinationAddr', 'cstring'],
  ['esmClass', 'octet'],
  ['protocolId', 'octet'],
  ['priorityFlag', 'octet'],
  ['scheduleDeliveryTime', 'cstring'],
  ['validityPeriod', 'cstring'],
  ['registeredDelivery', 'octet'],
  ['replaceIfPresentFlag', 'octet'],
  ['dataCoding', 'octet'],
  ['smDefaultMsgId', 'octet'],
  ['shortMessage', 'short_message'],
];
const BIND: typeof MESSAGE = [
  ['systemId', 'cstring'],
  ['password', 'cstring'],
  ['systemType', 'cstring'],
  ['interfaceVersion', 'octet'],
  ['addrTon', 'octet'],
  ['addrNpi', 'octet'],
  ['addressRange', 'cstring'],
];
const OUTBIND: typeof MESSAGE = [
  ['systemId', 'cstring'],
  ['password', 'cstring'],
];
const BIND_RESP: typeof MESSAGE = [['systemId', 'cstring']];
/** §4.7.1 */
const DATA = MESSAGE.filter(
  ([name]) =>
    !/^(?:protocolId|priorityFlag|scheduleDeliveryTime|validityPeriod|replaceIfPresentFlag|smDefaultMsgId|shortMessage)$/.test(
      name,
    ),
);
const MESSAGE_RESP: typeof MESSAGE = [['messageId', 'cstring']];

export const BODIES: Readonly<Record<number, { readonly name: string; readonly body: typeof MESSAGE }>> = {
  0x0000_0001: { name: 'bind_receiver', body: BIND },
  0x0000_0002: { name: 'bind_transmitter', body: BIND },
  0x0000_0009: { name: 'bind_transceiver', body: BIND },
  0x0000_000b: { name: 'outbind', body: OUTBIND },
  0x8000_0001: { name: 'bind_receiver_resp', body: BIND_RESP },
  0x8000_0002: { name: 'bind_transmitter_resp', body: BIND_RESP },
  0x8000_0009: { name: 'bind_transceiver_resp', body: BIND_RESP },
  0x0000_0004: { name: 'submit_sm', body: MESSAGE },
  0x8000_0004: { name: 'submit_sm_resp', body: MESSAGE_RESP },
  0x0000_0005: { name: 'deliver_sm', body: MESSAGE },
  0x8000_0005: { name: 'deliver_sm_resp', body: MESSAGE_RESP },
  0x0000_0103: { name: 'data_sm', body: DATA },
  0x8000_0103: { name: 'data_sm_resp', body: MESSAGE_RESP },
  0x0000_0015: { name: 'enquire_link', body: [] },
  0x8000_0015: { name: 'enquire_link_resp', body: [] },
  0x0000_0006: { name: 'unbind', body: [] },
  0x8000_0006: { name: 'unbind_resp', body: [] },
  0x8000_0000: { name: 'generic_nack', body: [] },
};

/** §5.3.2; `octets` = as they are, `cstring` with its NUL. */
export const TLVS: Readonly<Record<number, readonly [name: string, kind: 'cstring' | 'octets' | 1 | 2]>> = {
  0x0210: ['scInterfaceVersion', 1],
  0x0424: ['messagePayload', 'octets'],
  0x001e: ['receiptedMessageId', 'cstring'],
  0x0427: ['messageState', 1],
  0x0423: ['networkErrorCode', 'octets'],
  0x0204: ['userMessageReference', 2],
  0x020c: ['sarMsgRefNum', 2],
  0x020e: ['sarTotalSegments', 1],
  0x020f: ['sarSegmentSeqnum', 1],
};

export function writePdu(pdu: ReferencePdu): Buffer {
  const { body } = BODIES[pdu.commandId] ?? { body: [] };
  const parts = body.map(([name, kind]) => writeField(kind, pdu.fields[name]));
  for (const [tag, [name, kind]] of Object.entries(TLVS)) {
    const value = pdu.fields[name];
    if (value !== undefined) parts.push(writeTlv(Number(tag), kind, value));
  }
  const octets = Buffer.concat(parts);
  const header = Buffer.alloc(16);
  [16 + octets.length, pdu.commandId, pdu.commandStatus, pdu.sequenceNumber].forEach((word, index) => {
    header.writeUInt32BE(word, index * 4);
  });
  return Buffer.concat([header, octets]);
}

export function readPdu(frame: Buffer): ReferencePdu {
  const commandId = frame.readUInt32BE(4);
  const fields: Record<string, string | number | Buffer> = {};
  let at = 16;
  for (const [name, kind] of BODIES[commandId]?.body ?? []) {
    // §4.4.2: an answer that is an error ends behind its header.
    if (at >= frame.length) break;
    const [value, end] = readField(kind, frame, at);
    fields[name] = value;
    at = end;
  }
  while (at + 4 <= frame.length) {
    const length = frame.readUInt16BE(at + 2);
    const [name, kind] = TLVS[frame.readUInt16BE(at)] ?? [null, 'octets'];
    const value = frame.subarray(at + 4, at + 4 + length);
    if (name !== null) fields[name] = readTlv(kind, value);
    at += 4 + length;
  }
  return { commandId, commandStatus: frame.readUInt32BE(8), sequenceNumber: frame.readUInt32BE(12), fields };
}

function writeField(kind: Kind, value: Fields[string] | undefined): Buffer {
  if (kind === 'octet') return Buffer.of(Number(value ?? 0));
  if (kind === 'cstring') return Buffer.concat([Buffer.from(String(value ?? ''), 'latin1'), Buffer.of(0)]);
  const octets = Buffer.isBuffer(value) ? value : Buffer.alloc(0);
  return Buffer.concat([Buffer.of(octets.length), octets]);
}

function readField(kind: Kind, frame: Buffer, at: number): readonly [Fields[string], number] {
  if (kind === 'octet') return [frame.readUInt8(at), at + 1];
  if (kind === 'short_message') {
    const end = at + 1 + frame.readUInt8(at);
    return [frame.subarray(at + 1, end), end];
  }
  const end = frame.indexOf(0, at);
  return [frame.toString('latin1', at, end), end + 1];
}

function writeTlv(tag: number, kind: 'cstring' | 'octets' | 1 | 2, value: Fields[string]): Buffer {
  const octets =
    kind === 'cstring'
      ? Buffer.from(`${String(value)}\0`, 'latin1')
      : Buffer.isBuffer(value)
        ? value
        : kind === 1
          ? Buffer.of(Number(value))
          : Buffer.of(Number(value) >> 8, Number(value) & 0xff);
  const header = Buffer.alloc(4);
  header.writeUInt16BE(tag, 0);
  header.writeUInt16BE(octets.length, 2);
  return Buffer.concat([header, octets]);
}

function readTlv(kind: 'cstring' | 'octets' | 1 | 2, value: Buffer): Fields[string] {
  if (kind === 'octets') return value;
  return kind === 'cstring' ? value.toString('latin1', 0, value.indexOf(0)) : value.readUIntBE(0, kind);
}
