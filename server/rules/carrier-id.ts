/**
 * The ids under which a carrier may know a message, best first. Carriers answer a submit_sm with one form of the id
 * and write another into the receipt: other case, hexadecimal against decimal, zeros in front. Ids are strings; their
 * values go through BigInt only, because 19 digits do not fit into a number.
 */
export function idForms(id: string): string[] {
  if (id === '' || id.length > LONGEST_ID) return [];
  const forms = [id, id.toLowerCase(), id.toUpperCase(), ...hexAsDecimal(id), ...decimalAsHex(id), withoutZeros(id)];
  return [...new Set(forms)].filter((form) => form.length <= LONGEST_ID);
}

export interface Candidate {
  /** The id in the answer to submit_sm. */
  readonly carrierId: string;
  /** E.164. */
  readonly to: string;
  /** No final receipt yet. */
  readonly awaiting: boolean;
  readonly createdAt: Date;
}

/**
 * The segment that a receipt is for, of those whose id is one of `idForms(receipt.carrierId)`. Carriers reuse ids:
 * between equals the same recipient counts first, then one that still waits, then the newest. Any form but the exact
 * one is a guess and needs the same recipient; so does the id 0, which carriers give to every text alike: its receipt
 * may come before the text it is for is known, and would settle the text of somebody else.
 */
export function bestMatch<Found extends Candidate>(
  receipt: { readonly carrierId: string | null; readonly recipient: string },
  candidates: readonly Found[],
): Found | null {
  const forms = idForms(receipt.carrierId ?? '');
  const recipient = digits(receipt.recipient);
  const tellsApart = !/^0*$/.test(receipt.carrierId ?? '');
  const ranked = candidates
    .map((candidate) => ({
      candidate,
      form: forms.indexOf(candidate.carrierId),
      sameRecipient: recipient !== '' && digits(candidate.to) === recipient,
    }))
    .filter(({ form, sameRecipient }) => (form === 0 && tellsApart) || (form >= 0 && sameRecipient))
    .sort(
      (a, b) =>
        a.form - b.form ||
        Number(b.sameRecipient) - Number(a.sameRecipient) ||
        Number(b.candidate.awaiting) - Number(a.candidate.awaiting) ||
        b.candidate.createdAt.getTime() - a.candidate.createdAt.getTime(),
    );
  return ranked[0]?.candidate ?? null;
}

/** message_id is a C-octet string of at most 65 octets (SMPP 3.4 §5.2.23). */
const LONGEST_ID = 65;
/** Widths to which carriers pad hexadecimal ids. */
const HEX_WIDTHS = [8, 16];

function hexAsDecimal(id: string): string[] {
  return /^[0-9a-f]+$/i.test(id) ? [BigInt(`0x${id}`).toString()] : [];
}

function decimalAsHex(id: string): string[] {
  if (!/^[0-9]+$/.test(id)) return [];
  const hex = BigInt(id).toString(16);
  const padded = HEX_WIDTHS.map((width) => hex.padStart(width, '0'));
  return [hex, ...padded].flatMap((form) => [form, form.toUpperCase()]);
}

const withoutZeros = (id: string) => id.replace(/^0+(?=.)/, '');
const digits = (number: string) => number.replace(/\D/g, '');
