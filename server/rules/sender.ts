import type { Message, MessageType, Mode, Warning } from './message.ts';
import { fraction } from './routing.ts';
import { SENDER_RULES, type SenderRule, type SenderScheme } from './sender-rules.ts';

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
  /** Several programmes are texted from it, each under its topic: STOP ends those that the recipient was texted about. */
  readonly shared: boolean;
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
  /** The sender that the contact was texted from last; it stays where it may. */
  readonly last?: string | null;
}

export interface Book {
  readonly senders: readonly Sender[];
  readonly pools: readonly SenderPool[];
  /** By country; those that we know of when left out. */
  readonly rules?: ReadonlyMap<string, SenderRule>;
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
      /** The senders that may be used here, best first for this contact. */
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
  const fitting = standIns(question, book);
  const standIn = pick(fitting, question);
  if (!standIn) return { kind: 'refused', reason: judged.objection };
  const reason = `${judged.objection} ${describe(standIn.value)} of the pool takes its place${stays(standIn, fitting)}.`;
  const chosen = sender(standIn, reason);
  return {
    ...chosen,
    warnings: [warn('SENDER_REPLACED', reason), ...chosen.warnings],
    alternatives: fitting.map(({ value }) => value),
  };
}

/** Whether one sender may be used for a text: by what is known of the country, and by its own row if it has one. */
export function judge(value: string, question: SenderQuestion, { senders, rules = SENDER_RULES }: Book): Judgement {
  const known = senders.find((one) => one.value === value) ?? null;
  const rule = question.country === null ? undefined : rules.get(question.country);
  const objection = ownLimits(known, question) ?? (rule ? countryObjection(value, known, rule) : null);
  return { value, objection, warning: objection === null ? countryWarning(value, known, question, rule) : null };
}

/** Why a sender needs to know what a text is about; null = it does not, or the text says it. */
export function missingTopic(
  value: string,
  { message_type, topic }: Pick<Message, 'message_type'> & { readonly topic: string | null },
  { senders }: Book,
): string | null {
  const isShared = senders.find((one) => one.value === value)?.shared === true;
  if (!isShared || message_type !== 'promotional' || topic !== null) return null;
  return `${describe(value)} is shared by several programmes: promotional texts from it need a topic, which STOP can end.`;
}

/** Segments per second of a sender; null = no limit of its own. */
export function senderRate(value: string, { senders }: Book): number | null {
  return senders.find((one) => one.value === value)?.mps ?? null;
}

/** The ids of a sender's registration, for carriers that want them with each text; null = it has none. */
export function registrationIds(value: string, { senders }: Book): Registration['ids'] | null {
  return senders.find((one) => one.value === value)?.registration?.ids ?? null;
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
  const best = pick(fitting, question);
  if (best) {
    const reason = `${describe(best.value)} is the choice of the pool ${pool.name} for this recipient${stays(best, fitting)}.`;
    return { ...sender(best, reason), alternatives: fitting.map(({ value }) => value) };
  }
  const [first] = judged;
  if (!first) return { kind: 'refused', reason: `The pool ${pool.name} is empty.` };
  const reason = `No sender of the pool ${pool.name} may be used here. ${first.objection ?? ''}`.trim();
  if (!isLenient) return { kind: 'refused', reason };
  return { ...sender(first, reason), warnings: [warn('SENDER_NOT_ALLOWED', reason)] };
}

/** Numbers, because a name that is refused is hardly ever helped by another name. */
function standIns(question: SenderQuestion, book: Book): Judgement[] {
  const own = book.senders.find((one) => one.value === question.wanted);
  const pools = book.pools.filter((pool) => pool.is_default || (own !== undefined && pool.sender_ids.includes(own.id)));
  const ordered = pools.toSorted((a, b) => Number(a.is_default) - Number(b.is_default));
  for (const pool of ordered) {
    const numbers = membersOf(pool, book).filter(({ type }) => type !== 'alphanumeric');
    const fitting = numbers.map(({ value }) => judge(value, question, book)).filter((one) => one.objection === null);
    if (fitting.length > 0) return ranked(fitting, question);
  }
  return [];
}

function pick(fitting: readonly Judgement[], { last }: SenderQuestion): Judgement | undefined {
  return fitting.find(({ value }) => value === last) ?? fitting[0];
}

const stays = (chosen: Judgement, fitting: readonly Judgement[]) =>
  chosen === fitting[0] ? '' : ': the recipient was texted from it last';

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

function countryObjection(value: string, known: Sender | null, rule: SenderRule): string | null {
  const isRegistered = known?.registration?.status === 'approved';
  if (rule.registration !== null && !(isRegistered && known.registration.scheme === rule.registration)) {
    return says(rule, `Senders have to be registered in ${rule.country}`);
  }
  const missing = rule.required_fields.filter((field) => !known?.registration?.ids[field]);
  if (missing.length > 0) {
    return says(rule, `The registration of a sender has to have ${missing.join(' and ')} in ${rule.country}`);
  }
  if (!isName(value)) return numberObjection(value, rule);
  if (rule.alphanumeric === 'no') return says(rule, `Names are not supported in ${rule.country}`);
  const mustRegister = rule.alphanumeric === 'registration' || rule.dynamic === false;
  return mustRegister && !isRegistered ? says(rule, `Names have to be registered in ${rule.country}`) : null;
}

/** Short codes are a matter of each carrier. */
function numberObjection(value: string, rule: SenderRule): string | null {
  if (rule.refused_numbers.some((prefix) => value.startsWith(prefix))) {
    return says(rule, `Businesses may not send from numbers like this one in ${rule.country}`);
  }
  if (rule.numeric !== 'no' || !value.startsWith('+')) return null;
  return says(rule, `Numbers are not supported as senders in ${rule.country}`);
}

function countryWarning(
  value: string,
  known: Sender | null,
  { country, message_type }: SenderQuestion,
  rule: SenderRule | undefined,
): string | null {
  const isRegistered = known?.registration?.status === 'approved';
  if (country === 'US' && known?.type === 'long_code') {
    const missing = missingOf10dlc(known.registration);
    if (missing !== null) return `${describe(value)} has no ${missing}: carriers in the United States may block it.`;
  }
  if (rule?.two_way === false && message_type === 'conversational') {
    return says(rule, `Answers do not come back from ${rule.country}`);
  }
  if (rule?.numeric === 'overwritten' && value.startsWith('+')) {
    return says(rule, `The recipient sees another number in ${rule.country}`);
  }
  if (!isName(value) || isRegistered) return null;
  if (rule?.alphanumeric === 'recommended') return says(rule, `Registering names is recommended in ${rule.country}`);
  if (rule && rule.alphanumeric !== 'unknown') return null;
  return `It is not known whether ${country ?? 'the country'} supports names as senders.`;
}

/** Carriers in the United States look a long code up by its campaign. */
function missingOf10dlc(registration: Registration | null): string | null {
  if (registration?.scheme !== '10dlc' || registration.status !== 'approved') return 'approved 10DLC registration';
  return registration.ids['campaign_id'] ? null : 'campaign_id in its 10DLC registration';
}

function says({ fact, source_url }: SenderRule, sentence: string): string {
  return fact ?? `${sentence}, by your own rules${source_url === null ? '' : ` (${source_url})`}.`;
}

function sender(judged: Judgement, reason: string): Extract<SenderChoice, { kind: 'sender' }> {
  const { value, warning } = judged;
  const warnings = warning === null ? [] : [warn('SENDER_UNVERIFIED', warning)];
  return { kind: 'sender', value, reason, warnings, alternatives: [value] };
}

const warn = (code: string, message: string): Warning => ({ code, message });

const describe = (value: string) => (isName(value) ? `The name ${value}` : `The number ${value}`);
