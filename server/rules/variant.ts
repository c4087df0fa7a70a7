import { createHash } from 'node:crypto';

/** One of several ways to say or time the same thing, to find out which does better. */
export interface Variant {
  readonly name: string;
  /** Its share, of the sum of all weights; above 0. */
  readonly weight: number;
}

/**
 * The variant for a recipient (E.164) of a campaign. It depends on nothing else, so somebody who is texted again gets
 * the same one, in whichever order and from whichever server; and on the campaign, so that the same people are not
 * always together.
 */
export function variantFor<One extends Variant>(variants: readonly One[], campaignId: string, recipient: string): One {
  const sorted = variants.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const sum = sorted.reduce((total, { weight }) => total + weight, 0);
  let place = fractionOf(`${campaignId}\0${recipient}`) * sum;
  const found = sorted.find(({ weight }) => (place -= weight) < 0) ?? sorted.at(-1);
  if (!found) throw new RangeError('There is no variant to choose from.');
  return found;
}

/** 0 to 1, 1 excluded: 48 bits of SHA-256, which a double holds exactly. */
function fractionOf(text: string): number {
  return createHash('sha256').update(text).digest().readUIntBE(0, 6) / 2 ** 48;
}

/** How figures call a variant among those of all campaigns: no name of one has a slash. */
export const variantKey = (campaignId: string, name: string) => `${campaignId}/${name}`;
