import type { MessageFields } from '../smpp/pdu.ts';
import type { Faults } from '../rules/simulator-faults.ts';
import type { ReceiptOutcome } from './behaviours.ts';

/**
 * A delivery receipt as the fields of a deliver_sm: the text form of SMPP 3.4 Appendix B, and the same as TLVs
 * (receipted_message_id, message_state, network_error_code). It goes back the way the text came.
 */
export function receiptFields(receipt: {
  readonly messageId: string;
  readonly submitted: MessageFields;
  readonly outcome: ReceiptOutcome;
  readonly submittedAt: Date;
  readonly doneAt: Date;
  /** The beginning of the text, as it was read. */
  readonly text: string;
  readonly form: Faults['receipt_form'];
}): Partial<MessageFields> {
  const { submitted, outcome, messageId, form } = receipt;
  const delivered = outcome.stat === 'DELIVRD' ? '001' : '000';
  const text = [
    `id:${messageId} sub:001 dlvrd:${delivered}`,
    `submit date:${appendixBDate(receipt.submittedAt)} done date:${appendixBDate(receipt.doneAt)}`,
    `stat:${outcome.stat} err:${outcome.err} text:${plain(receipt.text)}`,
  ].join(' ');
  const tlvs = {
    receiptedMessageId: messageId,
    messageState: outcome.messageState,
    networkErrorCode: Buffer.of(GSM_NETWORK, 0, Number(outcome.err)),
  };
  return {
    sourceAddrTon: submitted.destAddrTon,
    sourceAddrNpi: submitted.destAddrNpi,
    sourceAddr: submitted.destinationAddr,
    destAddrTon: submitted.sourceAddrTon,
    destAddrNpi: submitted.sourceAddrNpi,
    destinationAddr: submitted.sourceAddr,
    esmClass: isIntermediate(outcome) && wantsIntermediate(submitted.registeredDelivery) ? INTERMEDIATE : RECEIPT,
    shortMessage: Buffer.from(form === 'tlv' ? '' : text, 'latin1'),
    ...(form === 'text' ? {} : tlvs),
  };
}

/**
 * SMPP 3.4 §5.2.17: bits 1 and 0 of registered_delivery say for which outcomes a receipt is wanted. Carriers are known
 * to tell about ENROUTE those who want all receipts, asked or not.
 */
export function wantsReceipt(registeredDelivery: number, outcome: ReceiptOutcome): boolean {
  const wish = registeredDelivery & 0x03;
  if (isIntermediate(outcome)) return wish === 1 || wantsIntermediate(registeredDelivery);
  return wish === 1 || (wish === 2 && outcome.stat !== 'DELIVRD');
}

/** §5.2.12: bits 5 to 2 of esm_class. */
const RECEIPT = 0x04;
const INTERMEDIATE = 0x20;
/** §5.3.2.31 */
const GSM_NETWORK = 3;

const isIntermediate = ({ stat }: ReceiptOutcome) => stat === 'ENROUTE';
const wantsIntermediate = (registeredDelivery: number) => (registeredDelivery & 0x10) !== 0;

/** YYMMDDhhmm in UTC. */
const appendixBDate = (date: Date) => date.toISOString().replace(/[-T:]/g, '').slice(2, 12);
/** Twenty characters, as Appendix B has it, in what every receiver can read. */
const plain = (text: string) => text.slice(0, 20).replace(/[^\x20-\x7e]/g, '.');
