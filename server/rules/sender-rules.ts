/** What a country is known to want of a sender. */
export interface SenderRule {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** no: replaced or blocked. registration: only registered ones. recommended: registering them is advised. */
  readonly alphanumeric: 'yes' | 'no' | 'registration' | 'recommended' | 'unknown';
  /** Numbers in E.164; overwritten: the phone shows another one. */
  readonly numeric: 'yes' | 'no' | 'overwritten' | 'unknown';
  /** False: names have to be known there before they are used; null = not known. */
  readonly dynamic: boolean | null;
  /** False: answers do not come back; null = not known. */
  readonly two_way: boolean | null;
  /** Ids that the registration of a sender has to have, by name. */
  readonly required_fields: readonly string[];
  /** Beginnings of numbers (E.164) that businesses may not send from. */
  readonly refused_numbers: readonly string[];
  /** Every sender, of whatever type, must be registered there. */
  readonly registration: SenderScheme | null;
  /** One sentence; null where the fields have to speak for themselves. */
  readonly fact: string | null;
  readonly source_url: string | null;
  /** ISO 8601 date. */
  readonly verified_on: string | null;
}

/**
 * What an operator has from their carrier. It takes the place of what we know of that country; `refused_numbers` null:
 * those that we know of stay.
 */
export type OwnSenderRule = Omit<SenderRule, 'refused_numbers' | 'registration' | 'fact'> & {
  readonly refused_numbers: readonly string[] | null;
};

/** By country: ours, and over them the operator's own. */
export function rulesInForce(own: readonly OwnSenderRule[]): ReadonlyMap<string, SenderRule> {
  if (own.length === 0) return SENDER_RULES;
  const over = own.map((rule) => {
    const { country, refused_numbers } = rule;
    const refused = refused_numbers ?? SENDER_RULES.get(country)?.refused_numbers ?? [];
    return [country, { ...rule, refused_numbers: refused, registration: null, fact: null }] as const;
  });
  return new Map([...SENDER_RULES, ...over]);
}

export type SenderScheme = '10dlc' | 'dlt' | 'sender_id';

const TELNYX = 'https://developers.telnyx.com/docs/messaging/messages/international-sms-compliance';
const AWS_SENDER_IDS = 'https://docs.aws.amazon.com/sms-voice/latest/userguide/sender-id.html';
const AWS_COUNTRIES = 'https://docs.aws.amazon.com/sms-voice/latest/userguide/phone-numbers-sms-by-country.html';
const ARCEP = 'https://en.arcep.fr/news/press-releases/view/n/numbering-plan-050922.html';

const plain = {
  alphanumeric: 'unknown',
  numeric: 'unknown',
  dynamic: null,
  two_way: null,
  required_fields: [],
  refused_numbers: [],
  registration: null,
  verified_on: '2026-11-20',
} as const;

/**
 * Only facts with a source; a country that is not here is unknown, which allows everything and warns about names.
 * Carriers know more: ask yours, and import what it says.
 */
export const SENDER_RULES: ReadonlyMap<string, SenderRule> = new Map(
  (
    [
      {
        ...plain,
        country: 'US',
        alphanumeric: 'no',
        fact: 'Names are not supported in the United States: a number that is registered for 10DLC, toll-free or short code is needed.',
        source_url: TELNYX,
      },
      {
        ...plain,
        country: 'CA',
        alphanumeric: 'no',
        fact: 'Names are not supported in Canada.',
        source_url: AWS_SENDER_IDS,
      },
      {
        ...plain,
        country: 'PR',
        alphanumeric: 'no',
        fact: 'Names are not supported in Puerto Rico.',
        source_url: AWS_COUNTRIES,
      },
      {
        ...plain,
        country: 'CN',
        alphanumeric: 'no',
        fact: 'Names are not supported in China.',
        source_url: AWS_SENDER_IDS,
      },
      {
        ...plain,
        country: 'FR',
        refused_numbers: ['+336', '+337'],
        fact: 'Numbers that begin with +336 or +337 are for texts between people since 2023.',
        source_url: ARCEP,
      },
      {
        ...plain,
        country: 'IN',
        registration: 'dlt',
        fact: 'Senders and templates have to be registered by DLT in India.',
        source_url: TELNYX,
      },
      {
        ...plain,
        country: 'AU',
        alphanumeric: 'registration',
        fact: 'Names have to be in the register of sender ids in Australia; others are shown as "Unverified".',
        source_url: TELNYX,
      },
      {
        ...plain,
        country: 'GB',
        alphanumeric: 'recommended',
        fact: 'Registering names is recommended in the United Kingdom.',
        source_url: TELNYX,
      },
    ] as const satisfies readonly SenderRule[]
  ).map((rule) => [rule.country, rule]),
);
