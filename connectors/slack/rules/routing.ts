import type { ChannelMode, RoutingRule, SlackSettings } from '../settings.ts';

/** What is known of a conversation when its first text comes. */
export interface Routed {
  readonly ourNumber: string;
  /** ISO 3166-1; null where the number does not tell. */
  readonly country: string | null;
  readonly owner: string | null;
  /** BCP 47; null = it is not known. */
  readonly language: string | null;
  readonly tags: readonly string[];
  readonly body: string;
}

/** The channel of the first rule that fits in everything it names; the catch-all where none does. */
export function channelFor({ rules, catchAll }: Pick<SlackSettings, 'rules' | 'catchAll'>, about: Routed): string {
  return rules.find((rule) => fits(rule, about))?.channel ?? catchAll;
}

export const modeOf = ({ modes }: Pick<SlackSettings, 'modes'>, channel: string): ChannelMode =>
  modes.get(channel) ?? 'reply';

const fits = (rule: RoutingRule, about: Routed) => reasonsAgainst(rule, about).length === 0;

export interface Explained {
  readonly channel: string;
  /** From 1; null = no rule fits, and the channel for everything gets it. */
  readonly rule: number | null;
  /** Why the rules before it do not fit, in their order. */
  readonly passedOver: readonly { readonly rule: number; readonly why: string }[];
}

/** Which rule would take a text, and why none before it does. */
export function explainRoute(settings: Pick<SlackSettings, 'rules' | 'catchAll'>, about: Routed): Explained {
  const index = settings.rules.findIndex((rule) => fits(rule, about));
  const before = index === -1 ? settings.rules : settings.rules.slice(0, index);
  return {
    channel: channelFor(settings, about),
    rule: index === -1 ? null : index + 1,
    passedOver: before.map((rule, place) => ({ rule: place + 1, why: reasonsAgainst(rule, about).join(', ') })),
  };
}

/** What a rule names and the text has not; empty = it fits. */
function reasonsAgainst(rule: RoutingRule, { ourNumber, country, owner, language, tags, body }: Routed): string[] {
  const reasons: string[] = [];
  if (rule.our_number !== undefined && rule.our_number !== ourNumber)
    reasons.push(`it is for texts to ${rule.our_number}`);
  if (rule.country !== undefined && rule.country.toUpperCase() !== country)
    reasons.push(`the country is ${country ?? 'not known'}, not ${rule.country.toUpperCase()}`);
  if (rule.owner !== undefined && rule.owner !== owner) reasons.push(`the owner is not ${rule.owner}`);
  if (rule.language !== undefined && !isWithin(language, rule.language))
    reasons.push(`the language is ${language ?? 'not known'}, not ${rule.language}`);
  if (rule.tag !== undefined && !tags.includes(rule.tag)) reasons.push(`there is no tag ${rule.tag}`);
  if (rule.keyword !== undefined && !wordsOf(body).has(rule.keyword.toLowerCase()))
    reasons.push(`the text has no word ${rule.keyword}`);
  return reasons;
}

/** RFC 4647, 3.3.1: `fr` takes `fr-CA` as well, `fr-CA` takes no other French. */
const isWithin = (language: string | null, range: string) =>
  `${language ?? ''}-`.toLowerCase().startsWith(`${range}-`.toLowerCase());

const wordsOf = (body: string) => new Set(body.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
