/**
 * The PDUs this link speaks, as types and as a layout (SMPP 3.4 §4). Names are those of the standard in
 * camel case; octets stay octets: what a short_message says is decided by whoever reads data_coding.
 */

/** §4.1.1, §4.1.3, §4.1.5 */
export interface BindFields {
  readonly systemId: string;
  readonly password: string;
  readonly systemType: string;
  readonly interfaceVersion: number;
  readonly addrTon: number;
  readonly addrNpi: number;
  readonly addressRange: string;
}

/** §4.1.7. There is no answer to it but a bind on the same connection. */
export interface OutbindFields {
  readonly systemId: string;
  readonly password: string;
}

/** §4.1.2 */
export interface BindRespFields {
  readonly systemId: string;
  readonly scInterfaceVersion?: number;
}

/** §4.4.1 submit_sm and §4.6.1 deliver_sm share one layout. */
export interface MessageFields {
  readonly serviceType: string;
  readonly sourceAddrTon: number;
  readonly sourceAddrNpi: number;
  readonly sourceAddr: string;
  readonly destAddrTon: number;
  readonly destAddrNpi: number;
  readonly destinationAddr: string;
  readonly esmClass: number;
  readonly protocolId: number;
  readonly priorityFlag: number;
  readonly scheduleDeliveryTime: string;
  readonly validityPeriod: string;
  readonly registeredDelivery: number;
  readonly replaceIfPresentFlag: number;
  readonly dataCoding: number;
  readonly smDefaultMsgId: number;
  readonly shortMessage: Buffer;
  readonly messagePayload?: Buffer;
  readonly receiptedMessageId?: string;
  readonly messageState?: number;
  readonly networkErrorCode?: Buffer;
  readonly userMessageReference?: number;
  readonly destAddrSubunit?: number;
  readonly sarMsgRefNum?: number;
  readonly sarTotalSegments?: number;
  readonly sarSegmentSeqnum?: number;
  /** Only written, never read: what a peer says in TLVs of its own means nothing here. */
  readonly vendorTlvs?: readonly VendorTlv[];
}

/** A TLV of a carrier's own: tags 0x1400 to 0x3FFF (§5.3.2, Table 5-7). */
export interface VendorTlv {
  readonly tag: number;
  readonly value: Buffer;
}

/** What a data_sm leaves out: times, priority, and short_message (its text is in message_payload). */
type StoreAndForward =
  | 'protocolId'
  | 'priorityFlag'
  | 'scheduleDeliveryTime'
  | 'validityPeriod'
  | 'replaceIfPresentFlag'
  | 'smDefaultMsgId'
  | 'shortMessage';

/** §4.7.1: the other way to hand a text or a receipt over, in both directions. */
export type DataFields = Omit<MessageFields, StoreAndForward>;

/** A data_sm as the submit_sm or deliver_sm that says the same. */
export const asMessage = (fields: DataFields): MessageFields => ({ ...NOT_SAID, ...fields });

const NOT_SAID: Pick<MessageFields, StoreAndForward> = {
  protocolId: 0,
  priorityFlag: 0,
  scheduleDeliveryTime: '',
  validityPeriod: '',
  replaceIfPresentFlag: 0,
  smDefaultMsgId: 0,
  shortMessage: Buffer.alloc(0),
};

/** §4.4.2, §4.6.2, §4.7.2. Empty when the peer sent none: the header alone is a complete answer to many carriers. */
export interface MessageRespFields {
  readonly messageId: string;
}

export type NoFields = Readonly<Record<string, never>>;

export interface FieldsOf {
  readonly bind_receiver: BindFields;
  readonly bind_transmitter: BindFields;
  readonly bind_transceiver: BindFields;
  readonly bind_receiver_resp: BindRespFields;
  readonly bind_transmitter_resp: BindRespFields;
  readonly bind_transceiver_resp: BindRespFields;
  readonly outbind: OutbindFields;
  readonly submit_sm: MessageFields;
  readonly submit_sm_resp: MessageRespFields;
  readonly deliver_sm: MessageFields;
  readonly deliver_sm_resp: MessageRespFields;
  readonly data_sm: DataFields;
  readonly data_sm_resp: MessageRespFields;
  readonly enquire_link: NoFields;
  readonly enquire_link_resp: NoFields;
  readonly unbind: NoFields;
  readonly unbind_resp: NoFields;
  readonly generic_nack: NoFields;
}

export type Command = keyof FieldsOf;

interface Header {
  readonly commandStatus: number;
  readonly sequenceNumber: number;
}

/** A PDU of a command outside FieldsOf: only its header is known. */
export type UnknownPdu = Header & { readonly command: 'unknown'; readonly commandId: number };

export type Pdu =
  | { [C in Command]: Header & { readonly command: C; readonly fields: FieldsOf[C] } }[Command]
  | UnknownPdu;

/** What encodePdu takes: fields left out are zero or empty, interface_version is 0x34. */
export type PduToSend = {
  [C in Command]: {
    readonly command: C;
    readonly sequenceNumber: number;
    readonly commandStatus?: number;
    readonly fields?: Partial<FieldsOf[C]>;
  };
}[Command];

/**
 * `encodeMax` is the standard's limit without the NUL, `decodeMax` what is tolerated from a peer; both in octets.
 * `refusal` is the command_status a carrier would answer to a bad value.
 */
export interface FieldLayout {
  readonly wire: string;
  readonly kind: 'text' | 'octets' | 'int';
  readonly tlv: boolean;
  readonly encodeMax: number;
  readonly decodeMax: number;
  readonly refusal: number;
}

const RINVMSGLEN = 0x01;
const RSYSERR = 0x08;
const RINVSRCADR = 0x0a;
const RINVDSTADR = 0x0b;
const RINVPARLEN = 0xc2;

const text = (wire: string, encodeMax: number, refusal = RINVPARLEN, decodeMax = 255): FieldLayout => ({
  wire,
  kind: 'text',
  tlv: false,
  encodeMax,
  decodeMax,
  refusal,
});
const int = (wire: string): FieldLayout => ({
  wire,
  kind: 'int',
  tlv: false,
  encodeMax: 0xff,
  decodeMax: 0xff,
  refusal: RSYSERR,
});
const octets = (wire: string, max: number): FieldLayout => ({
  wire,
  kind: 'octets',
  tlv: false,
  encodeMax: max,
  decodeMax: 0xffff,
  refusal: RINVMSGLEN,
});
const tlv = (field: FieldLayout, max = field.encodeMax): FieldLayout => ({
  ...field,
  tlv: true,
  encodeMax: max,
});

/** Longer than the 15 and 8 of the standard: several carriers issue longer credentials. */
const CREDENTIAL_MAX = 64;
/** §5.2.8: 21 octets with the NUL; data_sm allows 65, and carriers copy that. */
const ADDRESS_MAX = 20;
const ADDRESS_DECODE_MAX = 64;

type Layout<Fields> = { readonly [Name in Exclude<keyof Fields, 'vendorTlvs'>]-?: FieldLayout };

const bind: Layout<BindFields> = {
  systemId: text('system_id', CREDENTIAL_MAX),
  password: text('password', CREDENTIAL_MAX),
  systemType: text('system_type', 12),
  interfaceVersion: int('interface_version'),
  addrTon: int('addr_ton'),
  addrNpi: int('addr_npi'),
  addressRange: text('address_range', 40),
};

const outbind: Layout<OutbindFields> = { systemId: bind.systemId, password: bind.password };

const bindResp: Layout<BindRespFields> = {
  systemId: text('system_id', CREDENTIAL_MAX),
  scInterfaceVersion: tlv(int('sc_interface_version')),
};

const message: Layout<MessageFields> = {
  serviceType: text('service_type', 5),
  sourceAddrTon: int('source_addr_ton'),
  sourceAddrNpi: int('source_addr_npi'),
  sourceAddr: text('source_addr', ADDRESS_MAX, RINVSRCADR, ADDRESS_DECODE_MAX),
  destAddrTon: int('dest_addr_ton'),
  destAddrNpi: int('dest_addr_npi'),
  destinationAddr: text('destination_addr', ADDRESS_MAX, RINVDSTADR, ADDRESS_DECODE_MAX),
  esmClass: int('esm_class'),
  protocolId: int('protocol_id'),
  priorityFlag: int('priority_flag'),
  scheduleDeliveryTime: text('schedule_delivery_time', 16),
  validityPeriod: text('validity_period', 16),
  registeredDelivery: int('registered_delivery'),
  replaceIfPresentFlag: int('replace_if_present_flag'),
  dataCoding: int('data_coding'),
  smDefaultMsgId: int('sm_default_msg_id'),
  shortMessage: octets('short_message', 254),
  messagePayload: tlv(octets('message_payload', 0xffff)),
  receiptedMessageId: tlv(text('receipted_message_id', 64)),
  messageState: tlv(int('message_state')),
  networkErrorCode: tlv(octets('network_error_code', 3)),
  userMessageReference: tlv(int('user_message_reference'), 0xffff),
  destAddrSubunit: tlv(int('dest_addr_subunit')),
  sarMsgRefNum: tlv(int('sar_msg_ref_num'), 0xffff),
  sarTotalSegments: tlv(int('sar_total_segments')),
  sarSegmentSeqnum: tlv(int('sar_segment_seqnum')),
};

const {
  protocolId: _protocol,
  priorityFlag: _priority,
  smDefaultMsgId: _default,
  shortMessage: _short,
  ...rest
} = message;
const { scheduleDeliveryTime: _schedule, validityPeriod: _validity, replaceIfPresentFlag: _replace, ...dataSm } = rest;
const data: Layout<DataFields> = dataSm;

const messageResp: Layout<MessageRespFields> = {
  messageId: text('message_id', 64, RINVPARLEN, 65),
};
const none = {};

export const layouts: { readonly [C in Command]: Readonly<Record<string, FieldLayout>> } = {
  bind_receiver: { ...bind },
  bind_transmitter: { ...bind },
  bind_transceiver: { ...bind },
  bind_receiver_resp: { ...bindResp },
  bind_transmitter_resp: { ...bindResp },
  bind_transceiver_resp: { ...bindResp },
  outbind: { ...outbind },
  submit_sm: { ...message },
  submit_sm_resp: { ...messageResp },
  deliver_sm: { ...message },
  deliver_sm_resp: { ...messageResp },
  data_sm: { ...data },
  data_sm_resp: { ...messageResp },
  enquire_link: none,
  enquire_link_resp: none,
  unbind: none,
  unbind_resp: none,
  generic_nack: none,
};
