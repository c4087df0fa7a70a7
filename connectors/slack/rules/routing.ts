import type { ChannelMode, RoutingRule, SlackSettings } from '../settings.ts';

/** What is known of a conversation when its first text comes. */
export interface Routed {
  readonly ourNumber: string;
  /** ISO 3166-1; null where the number does not tell. */
  readonly country: string | null;
  readonly owner: string | null;
  readonly tags: readonly string[];
  readonly body: string;
}

/** The channel of the first rule that fits in everything it names; the catch-all where none does. */
export function channelFor({ rules, catchAll }: Pick<SlackSettings, 'rules' | 'catchAll'>, about: Routed): string {
  return rules.find((rule) => fits(rule, about))?.channel ?? catchAll;
}

export const modeOf = ({ modes }: Pick<SlackSettings, 'modes'>, channel: string): ChannelMode =>
  modes.get(channel) ?? 'reply';

function fits(rule: RoutingRule, { ourNumber, country, owner, tags, body }: Routed): boolean {
  if (rule.our_number !== undefined && rule.our_number !== ourNumber) return false;
  if (rule.country !== undefined && rule.country.toUpperCase() !== country) return false;
  if (rule.owner !== undefined && rule.owner !== owner) return false;
  if (rule.tag !== undefined && !tags.includes(rule.tag)) return false;
  return rule.keyword === undefined || wordsOf(body).has(rule.keyword.toLowerCase());
}

const wordsOf = (body: string) => new Set(body.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
