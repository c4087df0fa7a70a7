import { endsAlike, type Home, isWrittenAs } from './written-number.ts';

/**
 * How the id in a receipt is written, compared with the id in the answer to submit_sm. Carriers use one form for the
 * one and another for the other. Ids are strings; their values go through BigInt only, because 19 digits do not fit
 * into a number.
 */
export type IdForm =
  /** Octet by octet the same. */
  | 'exact'
  | 'case'
  /** Decimal in the receipt, hexadecimal in the response. */
  | 'hex_response'
  /** Hexadecimal in the receipt, decimal in the response. */
  | 'hex_receipt'
  /** More or fewer zeros in front. */
  | 'zeros';

/** The setting of a carrier; `auto` tries every form and learns. */
export type IdFormat = 'auto' | 'exact' | 'hex_response' | 'hex_receipt';

/** In this order, unless a carrier has shown what it does. */
const FORMS: readonly IdForm[] = ['exact', 'case', 'hex_response', 'hex_receipt', 'zeros'];

/** The ids that the response may have had when the receipt has `id`, best first: all forms, or those given. */
export function idForms(id: string, forms: readonly IdForm[] = FORMS): string[] {
  if (id === '' || id.length > LONGEST_ID) return [];
  return [...new Set(forms.flatMap((form) => WRITTEN_AS[form](id)))].filter((one) => one.length <= LONGEST_ID);
}

/** The forms under which the two ids are the same one; empty = under none. */
export function formsBetween(responseId: string, receiptId: string): IdForm[] {
  return FORMS.filter((form) => idForms(receiptId, [form]).includes(responseId));
}

/** In which forms a receipt's id is looked for, best first. */
export interface Search {
  readonly forms: readonly IdForm[];
  /** The form that is enough by itself; a match in any other is a guess and needs the same recipient. */
  readonly sure: IdForm | null;
}

/**
 * A learned form comes first, and alone while the receipt is `fresh`: its text may not be stored yet, and meanwhile
 * another one could own the same id read differently.
 */
export function searchFor(format: IdFormat, learned: IdForm | null, fresh: boolean): Search {
  if (format !== 'auto') return { forms: [format], sure: format };
  if (learned === null) return ANY_FORM;
  const forms = fresh ? [learned] : [learned, ...FORMS.filter((form) => form !== learned)];
  return { forms, sure: null };
}

export const ANY_FORM: Search = { forms: FORMS, sure: 'exact' };

export interface Candidate {
  /** The id in the answer to submit_sm. */
  readonly carrierId: string;
  /** E.164. */
  readonly to: string;
  /** The sender, whose country tells how the recipient may be written; E.164 where it is a number. */
  readonly from?: string;
  /** No final receipt yet. */
  readonly awaiting: boolean;
  /** The user_message_reference that it was sent with. */
  readonly messageReference?: number;
  readonly createdAt: Date;
}

/**
 * The segment that a receipt is for, of those whose id is one of `idForms(receipt.carrierId, search.forms)`. Carriers
 * reuse ids, and an id may be valid in two forms: the same recipient counts first, then the same reference, then the
 * better form, then one that still waits, then the newest. A recipient in the national form of nobody knows which
 * country is the same where only one number among the candidates ends like it. The id 0 is never enough by itself, because carriers give it to every text alike: its
 * receipt may come before the text it is for is known, and would settle the text of somebody else; a reference in it
 * has to be the same, too.
 */
export function bestMatch<Found extends Candidate>(
  receipt: ReceiptAddress & { readonly carrierId: string | null; readonly messageReference?: number },
  candidates: readonly Found[],
  { forms, sure }: Search = ANY_FORM,
): Found | null {
  const id = receipt.carrierId ?? '';
  const ids = idForms(id, forms);
  const isZero = /^0*$/.test(id);
  const sureIds = sure === null || isZero ? [] : idForms(id, [sure]);
  const { messageReference } = receipt;
  const alike = onlyEndingAlike(receipt, candidates);
  const ranked = candidates
    .map((candidate) => ({
      candidate,
      form: ids.indexOf(candidate.carrierId),
      isSure: sureIds.includes(candidate.carrierId),
      sameRecipient: candidate.to === alike || isSameRecipient(receipt, candidate),
      sameReference: messageReference !== undefined && candidate.messageReference === messageReference,
    }))
    .filter(({ form, isSure, sameRecipient }) => isSure || (form >= 0 && sameRecipient))
    .filter(({ sameReference }) => sameReference || !isZero || messageReference === undefined)
    .sort(
      (a, b) =>
        Number(b.sameRecipient) - Number(a.sameRecipient) ||
        Number(b.sameReference) - Number(a.sameReference) ||
        a.form - b.form ||
        Number(b.candidate.awaiting) - Number(a.candidate.awaiting) ||
        b.candidate.createdAt.getTime() - a.candidate.createdAt.getTime(),
    );
  return ranked[0]?.candidate ?? null;
}

/** What a receipt says about where the text went. */
export interface ReceiptAddress {
  /** As the carrier writes it. */
  readonly recipient: string;
  /** Whose national form that may be, as far as the carrier's profile says. */
  readonly country?: string | null;
}

/** Without a profile that says it, the national form is that of the sender's country. */
export function isSameRecipient(receipt: ReceiptAddress, { to, from }: Pick<Candidate, 'to' | 'from'>): boolean {
  return isWrittenAs(receipt.recipient, to, homeOf(receipt, from));
}

export const homeOf = ({ country }: Pick<ReceiptAddress, 'country'>, sender: string | undefined): Home =>
  country ?? (sender?.startsWith('+') ? sender : null);

/** The only number of all candidates that ends like the recipient; null when one is the same without guessing. */
function onlyEndingAlike(receipt: ReceiptAddress, candidates: readonly Candidate[]): string | null {
  if (candidates.some((one) => isSameRecipient(receipt, one))) return null;
  const numbers = new Set(candidates.map(({ to }) => to).filter((to) => endsAlike(receipt.recipient, to)));
  const [only] = numbers;
  return numbers.size === 1 ? (only ?? null) : null;
}

/** What a carrier has shown so far about its ids. */
export interface IdHabit {
  readonly learned: IdForm | null;
  /** The form that the last `hits` telling receipts had in common. */
  readonly candidate: IdForm | null;
  readonly hits: number;
}

export const NO_HABIT: IdHabit = { learned: null, candidate: null, hits: 0 };

/** So many receipts in a row of one form, and none of another, make it the carrier's habit. */
export const HITS_TO_LEARN = 20;

/**
 * The habit after one more receipt whose text is known by its recipient too. `shown` are the forms that explain it. An
 * id that both the exact form and another one explain tells nothing; one that the learned form cannot explain ends it.
 */
export function learn(habit: IdHabit, shown: readonly IdForm[]): IdHabit {
  if (shown.length === 0) return habit;
  if (habit.learned !== null) return shown.includes(habit.learned) ? habit : startWith(shown);
  if (habit.candidate === null || !shown.includes(habit.candidate)) return startWith(shown);
  if (shown.includes('exact')) return habit;
  const hits = habit.hits + 1;
  return { ...habit, hits, learned: hits >= HITS_TO_LEARN ? habit.candidate : null };
}

function startWith(shown: readonly IdForm[]): IdHabit {
  const [first] = shown;
  return first === undefined || first === 'exact' ? NO_HABIT : { learned: null, candidate: first, hits: 1 };
}

/** message_id is a C-octet string of at most 65 octets (SMPP 3.4 §5.2.23). */
const LONGEST_ID = 65;
/** Widths to which carriers pad hexadecimal ids. */
const HEX_WIDTHS = [8, 16];
/** Widths up to which carriers pad ids with zeros. */
const PADDED_MAX = 20;

const WRITTEN_AS: Readonly<Record<IdForm, (id: string) => readonly string[]>> = {
  exact: (id) => [id],
  case: (id) => [id.toLowerCase(), id.toUpperCase()].filter((one) => one !== id),
  hex_response: decimalAsHex,
  hex_receipt: hexAsDecimal,
  zeros: otherZeros,
};

function hexAsDecimal(id: string): string[] {
  return /^[0-9a-f]+$/i.test(id) ? [BigInt(`0x${id}`).toString()] : [];
}

function decimalAsHex(id: string): string[] {
  if (!/^[0-9]+$/.test(id)) return [];
  const hex = BigInt(id).toString(16);
  const padded = HEX_WIDTHS.map((width) => hex.padStart(width, '0'));
  return [hex, ...padded].flatMap((form) => [form, form.toUpperCase()]);
}

/** The same id with every other number of zeros that carriers write. */
function otherZeros(id: string): string[] {
  const bare = id.replace(/^0+(?=.)/, '');
  const padded = Array.from({ length: Math.max(0, PADDED_MAX - bare.length) }, (_, zeros) =>
    bare.padStart(bare.length + zeros + 1, '0'),
  );
  return [bare, ...padded].filter((one) => one !== id);
}
