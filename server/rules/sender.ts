import type { MessageType, Mode, Warning } from './message.ts';
import { fraction } from './routing.ts';
import { SENDER_RULES, type SenderScheme } from './sender-rules.ts';

export type SenderType = 'long_code' | 'short_code' | 'toll_free' | 'alphanumeric';

export interface Registration {
  readonly scheme: SenderScheme;
  /** The ids that the scheme has given, by name: brand_id, campaign_id, entity_id, template_id. */
  readonly ids: Readonly<Record<string, string>>;
  readonly status: 'pending' | 'approved' | 'rejected';
}

/** A number or name that the organisation sends from. An empty list means all. */
export interface Sender {
  readonly id: string;
  readonly mode: Mode;
  readonly value: string;
  readonly type: SenderType;
  readonly countries: readonly string[];
  readonly purpose: readonly MessageType[];
  /** Segments per second that it may send; null = whatever the carrier allows. */
  readonly mps: number | null;
  readonly registration: Registration | null;
  /** The carriers that know it. */
  readonly smsc_ids: readonly string[];
  readonly opt_out_managed_by: 'us' | 'carrier';
}

/** Senders that stand in for each other. A text names it by its id, or by nothing when it is the default. */
export interface SenderPool {
  readonly id: string;
  readonly mode: Mode;
  readonly name: string;
  readonly sender_ids: readonly string[];
  readonly is_default: boolean;
}

export interface SenderQuestion {
  /** A sender's value or a pool's id. */
  readonly wanted: string;
  readonly contact: string;
  readonly country: string | null;
  readonly message_type: MessageType;
}

export interface Book {
  readonly senders: readonly Sender[];
  readonly pools: readonly SenderPool[];
}

/** `objection`: why a sender cannot be used for this text; `warning`: what should be known about it. */
export interface Judgement {
  readonly value: string;
  readonly objection: string | null;
  readonly warning: string | null;
}

export type SenderChoice =
  | {
      readonly kind: 'sender';
      readonly value: string;
      readonly reason: string;
      readonly warnings: readonly Warning[];
      /** The senders that could take its place, best first; the first is `value` unless `stay` says otherwise. */
      readonly alternatives: readonly string[];
    }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Which sender a text gets. A sender that the country refuses is replaced by a number of its pool (or of the default
 * pool); without one the text is refused, or with `leniency` sent as it is with a warning.
 */
export function chooseSender(question: SenderQuestion, book: Book, isLenient: boolean): SenderChoice {
  const pool = book.pools.find(({ id }) => id === question.wanted);
  if (pool) return fromPool(question, book, pool, isLenient);
  const judged = judge(question.wanted, question, book);
  if (judged.objection === null) return sender(judged, `${describe(judged.value)} may be used here.`);
  if (isLenient)
    return { ...sender(judged, judged.objection), warnings: [warn('SENDER_NOT_ALLOWED', judged.objection)] };
  const alternatives = standIns(question, book);
  const [value] = alternatives;
  if (value === undefined) return { kind: 'refused', reason: judged.objection };
  const reason = `${judged.objection} ${describe(value)} of the pool takes its place.`;
  const warnings = [warn('SENDER_REPLACED', reason)];
  return { kind: 'sender', value, reason, warnings, alternatives };
}

/** Whether one sender may be used for a text: by what is known of the country, and by its own row if it has one. */
export function judge(value: string, question: SenderQuestion, { senders }: Book): Judgement {
  const known = senders.find((one) => one.value === value) ?? null;
  const objection = ownLimits(known, question) ?? countryObjection(value, known, question.country);
  return { value, objection, warning: objection === null ? countryWarning(value, known, question.country) : null };
}

/** Segments per second of a sender; null = no limit of its own. */
export function senderRate(value: string, { senders }: Book): number | null {
  return senders.find((one) => one.value === value)?.mps ?? null;
}

/** The carriers that know a sender; null = all. */
export function carriersOfSender(value: string, { senders }: Book): readonly string[] | null {
  const ids = senders.find((one) => one.value === value)?.smsc_ids ?? [];
  return ids.length > 0 ? ids : null;
}

export const isName = (value: string): boolean => !/^\+?\d+$/.test(value);

function fromPool(question: SenderQuestion, book: Book, pool: SenderPool, isLenient: boolean): SenderChoice {
  const members = membersOf(pool, book);
  const judged = members.map(({ value }) => judge(value, question, book));
  const fitting = ranked(
    judged.filter(({ objection }) => objection === null),
    question,
  );
  const [best] = fitting;
  if (best) {
    const reason = `${describe(best.value)} is the choice of the pool ${pool.name} for this recipient.`;
    return { ...sender(best, reason), alternatives: fitting.map(({ value }) => value) };
  }
  const [first] = judged;
  if (!first) return { kind: 'refused', reason: `The pool ${pool.name} is empty.` };
  const reason = `No sender of the pool ${pool.name} may be used here. ${first.objection ?? ''}`.trim();
  if (!isLenient) return { kind: 'refused', reason };
  return { ...sender(first, reason), warnings: [warn('SENDER_NOT_ALLOWED', reason)] };
}

/** Numbers, because a name that is refused is hardly ever helped by another name. */
function standIns(question: SenderQuestion, book: Book): string[] {
  const own = book.senders.find((one) => one.value === question.wanted);
  const pools = book.pools.filter((pool) => pool.is_default || (own !== undefined && pool.sender_ids.includes(own.id)));
  const ordered = pools.toSorted((a, b) => Number(a.is_default) - Number(b.is_default));
  for (const pool of ordered) {
    const numbers = membersOf(pool, book).filter(({ type }) => type !== 'alphanumeric');
    const fitting = numbers.map(({ value }) => judge(value, question, book)).filter((one) => one.objection === null);
    if (fitting.length > 0) return ranked(fitting, question).map(({ value }) => value);
  }
  return [];
}

function membersOf(pool: SenderPool, { senders }: Book): Sender[] {
  return pool.sender_ids.flatMap((id) => senders.find((one) => one.id === id) ?? []);
}

/** Always the same order for one contact; names before numbers, because a name is the brand. */
function ranked(judged: readonly Judgement[], { contact }: SenderQuestion): Judgement[] {
  const place = ({ value }: Judgement) => (isName(value) ? 0 : 1) + fraction(`${contact} ${value}`);
  return judged.toSorted((a, b) => place(a) - place(b));
}

function ownLimits(known: Sender | null, { country, message_type }: SenderQuestion): string | null {
  if (!known) return null;
  if (known.countries.length > 0 && country !== null && !known.countries.includes(country)) {
    return `${describe(known.value)} is for ${known.countries.join(', ')} only.`;
  }
  if (known.purpose.length > 0 && !known.purpose.includes(message_type)) {
    return `${describe(known.value)} is for ${known.purpose.join(', ')} texts only.`;
  }
  if (known.registration?.status === 'rejected') return `The registration of ${describe(known.value)} was rejected.`;
  return null;
}

function countryObjection(value: string, known: Sender | null, country: string | null): string | null {
  const rule = country === null ? undefined : SENDER_RULES.get(country);
  if (!rule) return null;
  const isRegistered = known?.registration?.status === 'approved';
  if (rule.registration !== null && !(isRegistered && known.registration.scheme === rule.registration))
    return rule.fact;
  if (!isName(value)) return rule.refused_numbers.some((prefix) => value.startsWith(prefix)) ? rule.fact : null;
  if (rule.alphanumeric === 'no') return rule.fact;
  return rule.alphanumeric === 'registration' && !isRegistered ? rule.fact : null;
}

function countryWarning(value: string, known: Sender | null, country: string | null): string | null {
  const isRegistered = known?.registration?.status === 'approved';
  if (country === 'US' && known?.type === 'long_code' && !isRegistered) {
    return `${describe(value)} has no approved 10DLC registration: carriers in the United States may block it.`;
  }
  if (!isName(value) || isRegistered) return null;
  const rule = country === null ? undefined : SENDER_RULES.get(country);
  if (rule?.alphanumeric === 'recommended') return rule.fact;
  if (rule && rule.alphanumeric !== 'unknown') return null;
  return `It is not known whether ${country ?? 'the country'} supports names as senders.`;
}

function sender(judged: Judgement, reason: string): Extract<SenderChoice, { kind: 'sender' }> {
  const { value, warning } = judged;
  const warnings = warning === null ? [] : [warn('SENDER_UNVERIFIED', warning)];
  return { kind: 'sender', value, reason, warnings, alternatives: [value] };
}

const warn = (code: string, message: string): Warning => ({ code, message });

const describe = (value: string) => (isName(value) ? `The name ${value}` : `The number ${value}`);
