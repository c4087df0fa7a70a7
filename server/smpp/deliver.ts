import type { Inbound, InboundPart, Receipt } from '../messages/carrier.ts';
import { unpackSeptets } from '../rules/gsm7-packing.ts';
import type { Mode, Warning } from '../rules/message.ts';
import { alphabetOf, decodeText, type Reading } from './data-coding.ts';
import type { MessageFields } from './pdu.ts';
import { isReceipt, readReceipt } from './receipt.ts';
import { readUserData } from './user-data-header.ts';
import type { UserData } from './user-data-header.ts';

/** What a deliver_sm or data_sm brings (SMPP 3.4 §4.6, §4.7). */
export type Delivery =
  | { readonly kind: 'receipt'; readonly receipt: Receipt }
  | { readonly kind: 'inbound'; readonly text: Inbound };

/** The account that a deliver_sm came from. */
export interface DeliveringCarrier extends Pick<Reading, 'defaultAlphabet'> {
  readonly id: string;
  readonly mode: Mode;
  /** A text that looks like a receipt is one, although nothing marks it. */
  readonly receiptsAsTexts?: boolean;
  /** Whose national form its numbers may be in: ISO 3166-1 alpha-2. */
  readonly country?: string | null;
  /** It gets user_message_reference from us, so the one of a receipt is ours. */
  readonly returnsReferences?: boolean;
}

/** Never throws: what a carrier delivers is always a receipt or a text, however odd. */
export function readDelivery(fields: MessageFields, carrier: DeliveringCarrier): Delivery {
  const message = messageOf(fields);
  const data: UserData =
    fields.esmClass & UDH_INDICATOR ? readUserData(message) : { octets: message, concatenation: null };
  if (isReceipt(fields, carrier.receiptsAsTexts ? data.octets : null)) {
    const facts = readReceipt(fields, data.octets);
    return {
      kind: 'receipt',
      receipt: {
        smscId: carrier.id,
        recipient: fields.sourceAddr,
        ...facts,
        ...(carrier.returnsReferences && fields.userMessageReference
          ? { messageReference: fields.userMessageReference }
          : {}),
        ...(carrier.country && { country: carrier.country }),
      },
    };
  }
  const text: Inbound = {
    smscId: carrier.id,
    mode: carrier.mode,
    from: numberOf(fields.sourceAddr, fields.sourceAddrTon),
    to: numberOf(fields.destinationAddr, fields.destAddrTon),
    ...(carrier.country && { country: carrier.country }),
    ...(fields.sourceAddrTon === TON_NATIONAL && { isNational: true }),
    ...contentOf(fields, data, message.length - data.octets.length, carrier),
    warnings: warningsOf(data),
  };
  return { kind: 'inbound', text };
}

const UDH_INDICATOR = 0x40;
const TON_INTERNATIONAL = 1;
const TON_NATIONAL = 2;

/** A message is in short_message or, when it is long, in message_payload (§5.3.2.32); never in both. */
function messageOf({ shortMessage, messagePayload }: MessageFields): Buffer {
  return shortMessage.length > 0 ? shortMessage : (messagePayload ?? shortMessage);
}

type Content = Pick<Inbound, 'body' | 'encoding' | 'concatenation' | 'octets'>;

function contentOf(fields: MessageFields, data: UserData, headerOctets: number, carrier: DeliveringCarrier): Content {
  const { defaultAlphabet = 'gsm7' } = carrier;
  const reading = { defaultAlphabet, headerOctets, ...(data.shift && { shift: data.shift }) };
  const text = decodeText(data.octets, fields.dataCoding, reading);
  const concatenation = data.concatenation ?? concatenationOfTlvs(fields);
  const octets = concatenation ? cuttableOctets(data.octets, fields.dataCoding, reading) : null;
  return { ...text, concatenation, octets: text.encoding === 'GSM-7' || isUcs2(fields) ? octets : null };
}

const isUcs2 = ({ dataCoding }: MessageFields) => alphabetOf(dataCoding) === 'ucs2';

/** Septets that a national table reads are not among them: an escape that is cut shows as a space there. */
function cuttableOctets(octets: Buffer, dataCoding: number, reading: Reading): Uint8Array | null {
  const alphabet = alphabetOf(dataCoding);
  if (alphabet === 'ucs2') return octets;
  if (alphabet !== 'gsm7' || reading.shift) return null;
  if (reading.defaultAlphabet === 'gsm7') return octets;
  return reading.defaultAlphabet === 'gsm7_packed' ? unpackSeptets(octets, reading.headerOctets) : null;
}

/** §5.3.2.22 to 24: the other way to number the parts of a text. */
function concatenationOfTlvs(fields: MessageFields): InboundPart | null {
  const { sarMsgRefNum: reference, sarTotalSegments: total, sarSegmentSeqnum: number } = fields;
  if (reference === undefined || total === undefined || number === undefined) return null;
  return number >= 1 && number <= total ? { reference, bits: 16, total, number } : null;
}

/** Codes are part of the API. */
function warningsOf({ isMalformed, ports, shift }: UserData): Warning[] {
  return [
    ...(isMalformed ? [MALFORMED] : []),
    ...(ports
      ? [
          {
            code: 'PORT_ADDRESSED',
            message: `For an application, not a person: to port ${ports.destination}, from port ${ports.source}.`,
          },
        ]
      : []),
    ...(shift
      ? [
          {
            code: 'NATIONAL_LANGUAGE',
            message: `Written with the national tables locking ${shift.locking}, single shift ${shift.single}.`,
          },
        ]
      : []),
  ];
}

const MALFORMED: Warning = {
  code: 'USER_DATA_HEADER_INVALID',
  message: 'It announced a user data header that is longer than itself, so all of it was read as text.',
};

/** An international number is E.164 without its `+` (§5.2.5); short codes and names stay as they are. */
function numberOf(address: string, ton: number): string {
  return ton === TON_INTERNATIONAL && /^\d+$/.test(address) ? `+${address}` : address;
}
