/** Who an opt-out in force comes from, by what the server recorded of it. */
export type OptOutSource = 'phone' | 'user' | 'other';

export interface ConsentQuestion {
  /** What the property of the contact says now. */
  readonly isTicked: boolean;
  /** The opt-out that is in force for the number; null = there is none. */
  readonly optedOutBy: OptOutSource | null;
  /** Whether the account lets its users take back what users have said. */
  readonly allowsOptIn: boolean;
}

/**
 * What a change of the opt-out property in HubSpot means for one number. An opt-out counts whoever says it. An opt-in
 * counts only from the phone itself, or from a user where a user had opted the contact out; anything else is put back.
 */
export type ConsentStep = 'opt_out' | 'opt_in' | 'put_back' | 'nothing';

export function consentStep({ isTicked, optedOutBy, allowsOptIn }: ConsentQuestion): ConsentStep {
  if (isTicked) return optedOutBy === null ? 'opt_out' : 'nothing';
  if (optedOutBy === null) return 'nothing';
  return optedOutBy === 'user' && allowsOptIn ? 'opt_in' : 'put_back';
}

/** `crm` is what this connector records for a user of HubSpot. */
export function optOutSourceOf(source: string): OptOutSource {
  if (source === 'keyword') return 'phone';
  return source === 'crm' ? 'user' : 'other';
}
