/** Who an opt-out in force comes from, by what the server recorded of it. */
export type OptOutSource = 'phone' | 'user' | 'other';

/**
 * Which numbers of a contact a tick is about: every one; the same unless one of them is opted out, because that alone
 * ticks a contact; or none of those that it has, when one came to it after the tick.
 */
export type TickIsAbout = 'all' | 'all_unless_explained' | 'none';

export interface ConsentQuestion {
  /** What the property of the contact says now. */
  readonly isTicked: boolean;
  readonly tickIsAbout: TickIsAbout;
  /** The opt-outs in force, for each number of the contact; null = there is none. */
  readonly optedOutBy: readonly (OptOutSource | null)[];
  /** Somebody has changed the tick, and the account lets its users take back what users have said. */
  readonly allowsOptIn: boolean;
}

/**
 * What a change of the opt-out property in HubSpot means for each number. An opt-out counts whoever says it. An opt-in
 * counts only from the phone itself, or from a user where a user had opted the contact out; anything else is put back, and
 * then no other number of the contact is opted in either.
 */
export type ConsentStep = 'opt_out' | 'opt_in' | 'put_back' | 'nothing';

export function consentSteps({ isTicked, tickIsAbout, optedOutBy, allowsOptIn }: ConsentQuestion): ConsentStep[] {
  const isExplained = optedOutBy.some((source) => source !== null);
  const counts = tickIsAbout === 'all' || (tickIsAbout === 'all_unless_explained' && !isExplained);
  const staysOut = optedOutBy.some((source) => source !== null && !(allowsOptIn && source === 'user'));
  return optedOutBy.map((source) => {
    if (isTicked) return counts && source === null ? 'opt_out' : 'nothing';
    if (source === null) return 'nothing';
    return staysOut ? 'put_back' : 'opt_in';
  });
}

/** `crm` is what this connector records for a user of HubSpot. */
export function optOutSourceOf(source: string): OptOutSource {
  if (source === 'keyword') return 'phone';
  return source === 'crm' ? 'user' : 'other';
}
