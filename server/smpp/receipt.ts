import type { Receipt, ReceiptTlvs } from '../messages/carrier.ts';
import type { MessageFields } from './pdu.ts';

/**
 * Delivery receipts as carriers really write them. SMPP 3.4 leaves the text to the vendor (Appendix B is an example),
 * so TLVs are believed first, then the text, and whatever is missing stays missing. Nothing in here throws.
 */
export interface ReceiptFacts {
  readonly carrierId: string | null;
  readonly state: Receipt['state'];
  readonly error: string | null;
  readonly sender: string;
  readonly raw: string;
  readonly tlvs?: ReceiptTlvs;
}

/**
 * SMPP 3.4 §5.2.12: receipt, user acknowledgements, intermediate notification; or the TLVs that only receipts have.
 * Some carriers mark nothing: given the `octets` of their texts, one that begins and goes on like a receipt is one.
 */
export function isReceipt(fields: MessageFields, octets: Buffer | null = null): boolean {
  if (RECEIPT_TYPES.has(fields.esmClass & MESSAGE_TYPE_BITS)) return true;
  if (fields.receiptedMessageId !== undefined || fields.messageState !== undefined) return true;
  return octets !== null && looksLikeReceipt(octets);
}

/** `id:` first and a known `stat:` after it: a person who writes `id: 5` is not taken for a carrier. */
function looksLikeReceipt(octets: Buffer): boolean {
  const text = octets.toString('latin1', 0, TEXT_MAX);
  return /^\s*id:/i.test(text) && parseReceiptText(text).id !== null && isStat(parseReceiptText(text).stat);
}

/** `octets` is the message text without a user data header. */
export function readReceipt(fields: MessageFields, octets: Buffer): ReceiptFacts {
  // Latin-1 whatever data_coding says: carriers mark plain ASCII receipts as UCS-2, and texts hold binary headers.
  const raw = storable(octets.toString('latin1', 0, TEXT_MAX));
  const text = parseReceiptText(raw);
  const state = STATE_OF_TLV.get(fields.messageState ?? -1) ?? stateOfStat(text.stat);
  return {
    carrierId: fields.receiptedMessageId?.trim() || text.id,
    state: isIntermediate(fields.esmClass) && FINAL.has(state) ? 'enroute' : state,
    error: text.err ?? networkError(fields.networkErrorCode),
    sender: fields.destinationAddr,
    raw,
    ...tlvsOf(fields),
  };
}

/** NUL cannot be stored in PostgreSQL. */
const storable = (text: string) => text.replaceAll('\0', '\uFFFD');

export interface ReceiptText {
  readonly id: string | null;
  readonly stat: string | null;
  readonly err: string | null;
}

/** `id:… sub:… dlvrd:… submit date:… done date:… stat:… err:… text:…`, in any order, any case, any of them missing. */
export function parseReceiptText(raw: string): ReceiptText {
  const bounded = raw.slice(0, TEXT_MAX);
  // What follows `text:` is the sender's own text, which may say `stat:` too.
  const end = bounded.search(/(?:^|[\s,;])text:/i);
  const head = end < 0 ? bounded : bounded.slice(0, end);
  const found = { id: valueOf('id', head), stat: valueOf('stat', head), err: valueOf('err', head) };
  if (found.id !== null || found.stat !== null || end < 0) return found;
  return {
    id: valueOf('id', bounded),
    stat: valueOf('stat', bounded),
    err: valueOf('err', bounded),
  };
}

const MESSAGE_TYPE_BITS = 0x3c;
const RECEIPT_TYPES: ReadonlySet<number> = new Set([0x04, 0x08, 0x10, 0x20, 0x24]);
const isIntermediate = (esmClass: number) => (esmClass & 0x20) !== 0;
const TEXT_MAX = 1_000;
/** Receipt ids are strings: `0`, nineteen digits, UUIDs, leading zeros. 65 octets is the field's limit (§5.2.23). */
const ID_MAX = 65;

const KEYS: Readonly<Record<keyof ReceiptText, RegExp>> = {
  id: /(?:^|[\s,;])id:[ ]*([^\s,;]+)/i,
  stat: /(?:^|[\s,;])stat:[ ]*([^\s,;]+)/i,
  err: /(?:^|[\s,;])err:[ ]*([^\s,;]+)/i,
};
const NEXT_KEY = /^(?:id|sub|dlvrd|submit|done|stat|err|text)(?::|$)/i;

function valueOf(key: keyof ReceiptText, text: string): string | null {
  const value = KEYS[key].exec(text)?.[1];
  // `id: sub:001` has an empty id.
  return value === undefined || value.length > ID_MAX || NEXT_KEY.test(value) ? null : value;
}

/** SMPP 3.4 §5.2.28 and SMPP 5.0 §4.7.15. */
const STATE_OF_TLV: ReadonlyMap<number, Receipt['state']> = new Map([
  [0, 'enroute'],
  [1, 'enroute'],
  [2, 'delivered'],
  [3, 'expired'],
  [4, 'undelivered'],
  [5, 'undelivered'],
  [6, 'enroute'],
  [7, 'unknown'],
  [8, 'rejected'],
  [9, 'undelivered'],
]);

/** Beginnings, because carriers shorten the words differently: DELIVRD, DELIVERED, UNDELIV, UNDELIVERABLE. */
const STATE_OF_STAT: readonly (readonly [start: string, state: Receipt['state']])[] = [
  ['DELIV', 'delivered'],
  ['UNDEL', 'undelivered'],
  ['DELET', 'undelivered'],
  ['FAIL', 'undelivered'],
  ['SKIP', 'undelivered'],
  ['EXPIR', 'expired'],
  ['REJEC', 'rejected'],
  ['ACCEP', 'enroute'],
  ['ENROU', 'enroute'],
  ['BUFFE', 'enroute'],
  ['SCHED', 'enroute'],
];

/** Any of the words of the table, or UNKNOWN. */
const isStat = (stat: string | null) => stateOfStat(stat) !== 'unknown' || /^UNKNOWN/i.test(stat ?? '');

const FINAL: ReadonlySet<Receipt['state']> = new Set(['delivered', 'undelivered', 'expired', 'rejected']);

function stateOfStat(stat: string | null): Receipt['state'] {
  const word = stat?.toUpperCase() ?? '';
  return STATE_OF_STAT.find(([start]) => word.startsWith(start))?.[1] ?? 'unknown';
}

/** network_error_code (§5.3.2.31): one octet of network type, two of error code. */
function networkError(octets: Buffer | undefined): string | null {
  return octets?.length === 3 ? String(octets.readUInt16BE(1)) : null;
}

function tlvsOf(fields: MessageFields): { readonly tlvs?: ReceiptTlvs } {
  const { receiptedMessageId: id, messageState: state, networkErrorCode: error } = fields;
  if (id === undefined && state === undefined && error === undefined) return {};
  return {
    tlvs: {
      ...(id !== undefined && { receipted_message_id: storable(id) }),
      ...(state !== undefined && { message_state: state }),
      ...(error !== undefined && { network_error_code: error.toString('hex', 0, 16) }),
    },
  };
}
