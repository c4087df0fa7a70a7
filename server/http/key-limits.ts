import type { Key } from '../access/keys.ts';
import type { LimitName } from '../access/rate-limits.ts';
import type { SendRequest } from '../messages/accept-types.ts';
import { parseRecipient } from '../rules/phone-number.ts';
import type { Ports } from './ports.ts';
import type { Fault } from './problem.ts';

/** What the limits of a key say about texts. */

type LimitPorts = Pick<Ports, 'senders' | 'defaultCountry'>;

/** A text without a sender comes from the first one that the key may use. */
export function withOwnSender(request: SendRequest, key: Key, { senders }: Pick<Ports, 'senders'>): SendRequest {
  const [first] = request.from === null ? key.limits.senderIds : [];
  if (first === undefined) return request;
  return { ...request, from: senders.list(key.mode).find(({ id }) => id === first)?.value ?? first };
}

/** Null = the key may send this text. Whether the number is one at all is judged later. */
export function keyLimitFault(
  { senders, defaultCountry }: LimitPorts,
  { to, from }: SendRequest,
  key: Key,
): Fault | null {
  if (key.paused !== null) return pausedKey(key.paused);
  const { allowedCountries, senderIds } = key.limits;
  if (allowedCountries.length > 0) {
    const number = parseRecipient(to, { strictness: 'possible', defaultCountry });
    const country = number.ok ? number.country : null;
    if (number.ok && (country === null || !allowedCountries.includes(country))) return wrongCountry(country);
  }
  if (senderIds.length === 0 || from === null) return null;
  const own = senders.list(key.mode).filter(({ id }) => senderIds.includes(id));
  const isOwn = [...senderIds, ...own.map(({ value }) => value)].some((each) => bare(each) === bare(from));
  return isOwn ? null : wrongSender;
}

/** People write numbers with spaces and dots. */
const bare = (sender: string) => (/^[+\d\s().-]+$/.test(sender) ? sender.replaceAll(/[^+\d]/g, '') : sender);

const pausedKey = (reason: string): Fault => ({
  code: 'FORBIDDEN',
  detail: 'The key is paused: it may ask, but not send.',
  action: 'Find out why, then set paused to false for the key, or replace it.',
  extra: { pause_reason: reason },
});

const wrongCountry = (country: string | null): Fault => ({
  code: 'FORBIDDEN',
  detail: `The key may not send to ${country ?? 'this country'}: it is limited to allowed_countries.`,
  param: 'to',
  action: 'Use another key, or add the country to its allowed_countries.',
});

const wrongSender: Fault = {
  code: 'FORBIDDEN',
  detail: 'The key may not send from this sender: it is limited to sender_ids.',
  param: 'from',
  action: 'Use a sender of the key, or add this one to its sender_ids.',
};

/** Asks for room for so many texts; null = there is. What is then not accepted goes back by `rateLimits.giveBack`. */
export async function rateFault(
  { rateLimits }: Pick<Ports, 'rateLimits'>,
  key: Key,
  texts: number,
): Promise<Fault | null> {
  const admission = await rateLimits.admit(key, texts);
  if (admission.ok) return null;
  return {
    code: 'RATE_LIMITED',
    detail: WHAT_IS_FULL[admission.limit],
    headers: { 'Retry-After': String(admission.retryAfterSeconds) },
    extra: { limit: admission.limit, retry_after_seconds: admission.retryAfterSeconds },
  };
}

const WHAT_IS_FULL: Readonly<Record<LimitName, string>> = {
  key: 'The key has sent as many texts as its rate_limit allows per minute.',
  organisation: 'All keys together have sent as many texts as this server allows per second.',
  day: 'The key has sent as many texts as its daily_cap allows until midnight UTC.',
};
