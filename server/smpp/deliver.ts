import type { Inbound, Receipt } from '../messages/carrier.ts';
import type { Mode } from '../rules/message.ts';
import { decodeText } from './data-coding.ts';
import type { MessageFields } from './pdu.ts';
import { isReceipt, readReceipt } from './receipt.ts';
import { readUserData } from './user-data-header.ts';
import type { Concatenation, UserData } from './user-data-header.ts';

/** What a deliver_sm brings (SMPP 3.4 §4.6). `concatenation` names the part when the text is one of several. */
export type Delivery =
  | { readonly kind: 'receipt'; readonly receipt: Receipt }
  | {
      readonly kind: 'inbound';
      readonly text: Inbound;
      readonly concatenation: Concatenation | null;
    };

/** Never throws: what a carrier delivers is always a receipt or a text, however odd. */
export function readDelivery(fields: MessageFields, carrier: { readonly id: string; readonly mode: Mode }): Delivery {
  const { octets, concatenation } = userDataOf(fields);
  if (isReceipt(fields)) {
    const facts = readReceipt(fields, octets);
    return {
      kind: 'receipt',
      receipt: { smscId: carrier.id, recipient: fields.sourceAddr, ...facts },
    };
  }
  const text: Inbound = {
    smscId: carrier.id,
    mode: carrier.mode,
    from: numberOf(fields.sourceAddr, fields.sourceAddrTon),
    to: numberOf(fields.destinationAddr, fields.destAddrTon),
    ...decodeText(octets, fields.dataCoding),
  };
  return { kind: 'inbound', text, concatenation: concatenation ?? concatenationOfTlvs(fields) };
}

const UDH_INDICATOR = 0x40;
const TON_INTERNATIONAL = 1;

/** A message is in short_message or, when it is long, in message_payload (§5.3.2.32); never in both. */
function userDataOf(fields: MessageFields): UserData {
  const octets = fields.shortMessage.length > 0 ? fields.shortMessage : (fields.messagePayload ?? fields.shortMessage);
  return fields.esmClass & UDH_INDICATOR ? readUserData(octets) : { octets, concatenation: null };
}

/** §5.3.2.22 to 24: the other way to number the parts of a text. */
function concatenationOfTlvs(fields: MessageFields): Concatenation | null {
  const { sarMsgRefNum: reference, sarTotalSegments: total, sarSegmentSeqnum: number } = fields;
  if (reference === undefined || total === undefined || number === undefined) return null;
  return number >= 1 && number <= total ? { reference, total, number } : null;
}

/** An international number is E.164 without its `+` (§5.2.5); short codes and names stay as they are. */
function numberOf(address: string, ton: number): string {
  return ton === TON_INTERNATIONAL && /^\d+$/.test(address) ? `+${address}` : address;
}
