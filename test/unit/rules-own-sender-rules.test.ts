import { describe, expect, test } from 'vitest';
import { type OwnSenderRule, rulesInForce, SENDER_RULES } from '../../server/rules/sender-rules.ts';
import { type Book, chooseSender, type Sender, type SenderQuestion } from '../../server/rules/sender.ts';

const NUMBER = '+14155550100';
const SOURCE = 'https://carrier.example/senders';

const rule = (changes: Partial<OwnSenderRule>): OwnSenderRule => ({
  country: 'DE',
  alphanumeric: 'unknown',
  numeric: 'unknown',
  dynamic: null,
  two_way: null,
  required_fields: [],
  refused_numbers: null,
  source_url: SOURCE,
  verified_on: '2026-11-20',
  ...changes,
});

const sender = (value: string, registration: Sender['registration'] = null): Sender => ({
  id: value,
  mode: 'live',
  value,
  type: value.startsWith('+') ? 'long_code' : 'alphanumeric',
  countries: [],
  purpose: [],
  mps: null,
  registration,
  smsc_ids: [],
  opt_out_managed_by: 'us',
  shared: false,
});

const approved = (ids: Record<string, string> = {}): Sender['registration'] => ({
  scheme: 'sender_id',
  ids,
  status: 'approved',
});

function choose(
  wanted: string,
  own: Partial<OwnSenderRule>,
  senders: readonly Sender[] = [],
  type: SenderQuestion['message_type'] = 'transactional',
) {
  const book: Book = { senders, pools: [], rules: rulesInForce([rule(own)]) };
  const question = { wanted, contact: '+4915112345678', country: own.country ?? 'DE', message_type: type };
  return chooseSender(question, book, false);
}

const refusal = (sentence: string) => ({ kind: 'refused', reason: expect.stringContaining(sentence) });

describe('a rule of the operator', () => {
  test('refuses names, and says where that is written', () => {
    expect(choose('Acme', { alphanumeric: 'no' })).toEqual(
      refusal(`Names are not supported in DE, by your own rules (${SOURCE})`),
    );
    expect(choose(NUMBER, { alphanumeric: 'no' })).toMatchObject({ kind: 'sender', value: NUMBER });
  });

  test('takes the place of what is shipped, which is in force again without it', () => {
    expect(choose('Acme', { country: 'US', alphanumeric: 'yes' })).toMatchObject({ kind: 'sender', warnings: [] });
    expect(rulesInForce([]).get('US')).toBe(SENDER_RULES.get('US'));
    expect(choose('Acme', { country: 'IN', alphanumeric: 'yes' })).toMatchObject({ kind: 'sender' });
  });

  test('leaves alone what is shipped for other countries, and the numbers that are refused unless it lists its own', () => {
    expect(rulesInForce([rule({})]).get('CA')).toBe(SENDER_RULES.get('CA'));
    expect(choose('+33612345678', { country: 'FR', alphanumeric: 'yes' }).kind).toBe('refused');
    expect(choose('+33612345678', { country: 'FR', refused_numbers: [] }).kind).toBe('sender');
    expect(choose('+4915112345678', { refused_numbers: ['+4915'] })).toEqual(refusal('from numbers like this one'));
  });

  test('lets only registered names through where they have to be known before', () => {
    for (const own of [{ alphanumeric: 'registration' }, { alphanumeric: 'yes', dynamic: false }] as const) {
      expect(choose('Acme', own)).toEqual(refusal('Names have to be registered in DE'));
      expect(choose('Acme', own, [sender('Acme', approved())])).toMatchObject({ kind: 'sender', value: 'Acme' });
    }
  });

  test('refuses numbers or warns that they are overwritten; short codes are no matter of it', () => {
    expect(choose(NUMBER, { numeric: 'no' })).toEqual(refusal('Numbers are not supported'));
    expect(choose('12345', { numeric: 'no' })).toMatchObject({ kind: 'sender', warnings: [] });
    expect(choose(NUMBER, { numeric: 'overwritten' })).toMatchObject({ warnings: [{ code: 'SENDER_UNVERIFIED' }] });
  });

  test('wants the ids that it names in the registration, whatever the sender is', () => {
    const own = { required_fields: ['entity_id', 'template_id'] };
    expect(choose(NUMBER, own)).toEqual(refusal('entity_id and template_id'));
    const half = choose(NUMBER, own, [sender(NUMBER, approved({ entity_id: 'E1' }))]);
    expect(half).toEqual(refusal('has to have template_id in DE'));
    const whole = [sender('Acme', approved({ entity_id: 'E1', template_id: 'T1' }))];
    expect(choose('Acme', own, whole)).toMatchObject({ kind: 'sender' });
  });

  test('warns who expects an answer where none comes back', () => {
    expect(choose(NUMBER, { two_way: false }, [], 'conversational')).toMatchObject({
      warnings: [{ message: expect.stringContaining('Answers do not come back from DE') }],
    });
    expect(choose(NUMBER, { two_way: false })).toMatchObject({ warnings: [] });
  });
});

describe('a long code for the United States', () => {
  const judged = (registration: Sender['registration']) =>
    chooseSender(
      { wanted: NUMBER, contact: '+14155550123', country: 'US', message_type: 'transactional' },
      { senders: [sender(NUMBER, registration)], pools: [] },
      false,
    );

  test.each([
    [null, 'no approved 10DLC registration'],
    [{ scheme: '10dlc', ids: { campaign_id: 'C1' }, status: 'pending' }, 'no approved 10DLC registration'],
    [{ scheme: 'sender_id', ids: { campaign_id: 'C1' }, status: 'approved' }, 'no approved 10DLC registration'],
    [{ scheme: '10dlc', ids: { brand_id: 'B1' }, status: 'approved' }, 'no campaign_id'],
  ] as const)('is warned about with the registration %j', (registration, sentence) => {
    expect(judged(registration)).toMatchObject({ warnings: [{ message: expect.stringContaining(sentence) }] });
  });

  test('is not once its campaign is approved', () => {
    expect(judged({ scheme: '10dlc', ids: { campaign_id: 'C1' }, status: 'approved' })).toMatchObject({ warnings: [] });
  });
});
