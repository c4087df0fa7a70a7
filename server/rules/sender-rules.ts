/**
 * What a country is known to want of a sender. Only facts with a source; a country that is not here is unknown, which
 * allows everything and warns about names. Carriers know more: ask yours.
 */
export interface SenderRule {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** no: replaced or blocked. registration: only registered ones. recommended: registering them is advised. */
  readonly alphanumeric: 'no' | 'registration' | 'recommended' | 'unknown';
  /** Beginnings of numbers (E.164) that businesses may not send from. */
  readonly refused_numbers: readonly string[];
  /** Every sender, of whatever type, must be registered there. */
  readonly registration: SenderScheme | null;
  readonly fact: string;
  readonly source_url: string;
  /** ISO 8601 date. */
  readonly verified_on: string;
}

export type SenderScheme = '10dlc' | 'dlt' | 'sender_id';

const TELNYX = 'https://developers.telnyx.com/docs/messaging/messages/international-sms-compliance';
const AWS_SENDER_IDS = 'https://docs.aws.amazon.com/sms-voice/latest/userguide/sender-id.html';
const AWS_COUNTRIES = 'https://docs.aws.amazon.com/sms-voice/latest/userguide/phone-numbers-sms-by-country.html';
const ARCEP = 'https://en.arcep.fr/news/press-releases/view/n/numbering-plan-050922.html';

const plain = { alphanumeric: 'unknown', refused_numbers: [], registration: null, verified_on: '2026-11-20' } as const;

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
