import type { MessageType, Mode } from './message.ts';

/** One line of the routing table: texts that match may go by this carrier. An empty list matches everything. */
export interface RouteRule {
  readonly id: string;
  readonly mode: Mode;
  /** Lower goes first. */
  readonly priority: number;
  readonly smsc_id: string;
  /** Beginnings of recipients in E.164, with `+`. */
  readonly prefixes: readonly string[];
  /** ISO 3166-1 alpha-2. */
  readonly countries: readonly string[];
  /** Mobile country code and network code (ITU-T E.212) in one, for instance 20801. */
  readonly networks: readonly string[];
  readonly senders: readonly string[];
  readonly message_types: readonly MessageType[];
  /** Share among carriers that are equal in everything else. */
  readonly weight: number;
  /** Per segment, decimal; null = unknown, which goes after every known price. */
  readonly cost: string | null;
}

/** A carrier as routing sees it; the numbers are those of its account and count where no rule says otherwise. */
export interface RoutableCarrier {
  readonly id: string;
  readonly mode: Mode;
  readonly priority: number;
  readonly weight: number;
  readonly cost: string | null;
  readonly health: CarrierHealth;
}

/** down: the circuit is open; half_open: it is being tried again; paused: an operator lets nothing leave by it. */
export type CarrierHealth = 'up' | 'half_open' | 'down' | 'paused';

export interface RouteQuestion {
  readonly mode: Mode;
  /** E.164 with `+`. */
  readonly to: string;
  readonly from: string;
  readonly message_type: MessageType;
  readonly country: string | null;
  /** What number portability says; null = not known. */
  readonly network: string | null;
  /** The carriers that know this sender; null = all of them. */
  readonly sender_carriers: readonly string[] | null;
  /** Carriers that have refused this text. */
  readonly tried: readonly string[];
}

export interface RouteStep {
  readonly smsc_id: string;
  /** Null: no rule matches the text, so every carrier may take it. */
  readonly rule_id: string | null;
  readonly health: CarrierHealth;
  /** Why it stands where it stands, one sentence. */
  readonly reason: string;
}

export interface SkippedRoute {
  readonly smsc_id: string;
  readonly rule_id: string | null;
  readonly reason: string;
}

/** The carriers for a text, best first, and those that were passed by. */
export interface RoutePlan {
  readonly routes: readonly RouteStep[];
  readonly skipped: readonly SkippedRoute[];
}

/**
 * The carriers for one text, best first: those that work before those that do not, then priority, the longest
 * matching prefix, cost, and among equals a choice by weight that is always the same for one recipient.
 *
 * Where any rule matches, only carriers of matching rules are used: who routes a country by one carrier means it.
 */
export function planRoute(
  question: RouteQuestion,
  rules: readonly RouteRule[],
  carriers: readonly RoutableCarrier[],
): RoutePlan {
  const own = carriers.filter(({ mode }) => mode === question.mode);
  const skipped: SkippedRoute[] = [];
  const candidates = bestOfEach(candidatesOf(question, rules, own, skipped)).filter((candidate) => {
    const reason = obstacle(question, candidate.carrier.id);
    if (reason !== null) skipped.push({ smsc_id: candidate.carrier.id, rule_id: candidate.rule_id, reason });
    return reason === null;
  });
  const routes = candidates.toSorted((a, b) => compare(a, b, question.to)).map(stepOf);
  return { routes, skipped };
}

/** The carrier that a text moves to when `current` cannot take it: the best one that works; null = there is none. */
export function detour(plan: RoutePlan, current: string): string | null {
  return plan.routes.find(({ smsc_id, health }) => smsc_id !== current && works(health))?.smsc_id ?? null;
}

/** Texts may be handed over to it. */
export const works = (health: CarrierHealth): boolean => health === 'up' || health === 'half_open';

interface Candidate {
  readonly carrier: RoutableCarrier;
  readonly rule_id: string | null;
  readonly priority: number;
  readonly prefix: string;
  readonly cost: number;
  readonly weight: number;
}

function candidatesOf(
  question: RouteQuestion,
  rules: readonly RouteRule[],
  carriers: readonly RoutableCarrier[],
  skipped: SkippedRoute[],
): Candidate[] {
  const matching = rules.filter((rule) => rule.mode === question.mode && matches(rule, question));
  if (matching.length === 0) return carriers.map((carrier) => candidateOf(carrier, null, question));
  const byId = new Map(carriers.map((carrier) => [carrier.id, carrier]));
  return matching.flatMap((rule) => {
    const carrier = byId.get(rule.smsc_id);
    if (carrier) return [candidateOf(carrier, rule, question)];
    skipped.push({ smsc_id: rule.smsc_id, rule_id: rule.id, reason: 'There is no such carrier.' });
    return [];
  });
}

function candidateOf(carrier: RoutableCarrier, rule: RouteRule | null, { to }: RouteQuestion): Candidate {
  const { priority, weight, cost } = rule ?? carrier;
  const prefix = longestPrefix(rule?.prefixes ?? [], to);
  const price = cost ?? carrier.cost;
  return {
    carrier,
    rule_id: rule?.id ?? null,
    priority,
    prefix,
    cost: price === null ? Infinity : Number(price),
    weight,
  };
}

function matches(rule: RouteRule, question: RouteQuestion): boolean {
  const fits = <Item>(wanted: readonly Item[], item: Item | null) =>
    wanted.length === 0 || (item !== null && wanted.includes(item));
  return (
    (rule.prefixes.length === 0 || rule.prefixes.some((prefix) => question.to.startsWith(prefix))) &&
    fits(rule.countries, question.country) &&
    fits(rule.networks, question.network) &&
    fits(rule.senders, question.from) &&
    fits(rule.message_types, question.message_type)
  );
}

function longestPrefix(prefixes: readonly string[], to: string): string {
  const fitting = prefixes.filter((prefix) => to.startsWith(prefix));
  return fitting.reduce((longest, prefix) => (prefix.length > longest.length ? prefix : longest), '');
}

/** Two rules may lead to one carrier: the better one counts. */
function bestOfEach(candidates: readonly Candidate[]): Candidate[] {
  const best = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const before = best.get(candidate.carrier.id);
    if (!before || compareRules(candidate, before) < 0) best.set(candidate.carrier.id, candidate);
  }
  return [...best.values()];
}

function obstacle({ tried, sender_carriers }: RouteQuestion, id: string): string | null {
  if (tried.includes(id)) return 'It has refused this text.';
  if (sender_carriers !== null && !sender_carriers.includes(id)) return 'The sender is not known to this carrier.';
  return null;
}

/** One that is down comes back by itself, one that is paused does not. */
const HEALTH_ORDER = { up: 0, half_open: 0, down: 1, paused: 2 } as const;

function compare(a: Candidate, b: Candidate, to: string): number {
  return (
    HEALTH_ORDER[a.carrier.health] - HEALTH_ORDER[b.carrier.health] ||
    compareRules(a, b) ||
    lot(a, to) - lot(b, to) ||
    (a.carrier.id < b.carrier.id ? -1 : 1)
  );
}

function compareRules(a: Candidate, b: Candidate): number {
  const byPrice = a.cost === b.cost ? 0 : a.cost - b.cost;
  return a.priority - b.priority || b.prefix.length - a.prefix.length || byPrice;
}

/**
 * Weighted rendezvous hashing: every recipient has a lot for each carrier, and carriers win in proportion to their
 * weights. One that is added or goes moves nobody between the others.
 */
const lot = ({ carrier, weight }: Candidate, to: string) => -Math.log(fraction(`${to} ${carrier.id}`)) / weight;

/** A number in (0, 1) that is always the same for the same text: FNV-1a with the finalizer of MurmurHash3. */
export function fraction(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (((hash ^ (hash >>> 16)) >>> 0) + 0.5) / 2 ** 32;
}

function stepOf({ carrier, rule_id, priority, prefix, cost, weight }: Candidate): RouteStep {
  const source = rule_id === null ? 'No rule matches; every carrier may take it' : `Rule ${rule_id} matches`;
  const facts = [
    `priority ${priority}`,
    ...(prefix === '' ? [] : [`prefix ${prefix}`]),
    cost === Infinity ? 'cost unknown' : `cost ${cost}`,
    `weight ${weight}`,
  ];
  const reason = `${source}: ${facts.join(', ')}.${HEALTH_REASONS[carrier.health]}`;
  return { smsc_id: carrier.id, rule_id, health: carrier.health, reason };
}

const HEALTH_REASONS = {
  up: '',
  half_open: ' It failed before and is being tried again.',
  down: ' It is down, so every other carrier goes first.',
  paused: ' It is paused, so every other carrier goes first; without one, texts wait until it is resumed.',
} as const;
