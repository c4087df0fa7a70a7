import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SENDER_RULES } from '../../server/rules/sender-rules.ts';
import {
  type Book,
  carriersOfSender,
  chooseSender,
  type Sender,
  type SenderPool,
  type SenderQuestion,
  registrationIds,
  senderRate,
} from '../../server/rules/sender.ts';

const LONG_CODE = '+14155550100';
const TOLL_FREE = '+18005550199';

const sender = (id: string, value: string, changes: Partial<Sender> = {}): Sender => ({
  id,
  mode: 'live',
  value,
  type: value.startsWith('+') ? 'long_code' : 'alphanumeric',
  countries: [],
  purpose: [],
  mps: null,
  registration: null,
  smsc_ids: [],
  opt_out_managed_by: 'us',
  shared: false,
  ...changes,
});

const pool = (id: string, sender_ids: readonly string[], is_default = false): SenderPool => ({
  id,
  mode: 'live',
  name: id,
  sender_ids,
  is_default,
});

const approved = { scheme: '10dlc', ids: { campaign_id: 'C1' }, status: 'approved' } as const;
const empty: Book = { senders: [], pools: [] };

const ask = (wanted: string, country: string | null, changes: Partial<SenderQuestion> = {}): SenderQuestion => ({
  wanted,
  contact: '+14155550123',
  country,
  message_type: 'transactional',
  ...changes,
});

describe('R074: what is known of a country', () => {
  test('has a source and a date for every fact', () => {
    for (const [country, rule] of SENDER_RULES) {
      expect(country).toMatch(/^[A-Z]{2}$/);
      expect(rule.country).toBe(country);
      expect(rule.source_url).toMatch(/^https:\/\/\S+$/);
      expect(rule.verified_on).toMatch(/^\d{4}-\d{2}-\d{2}$/);
      expect(rule.fact).toMatch(/^[A-Z].*\.$/);
    }
  });

  test.each(['US', 'CA', 'PR', 'CN'])('refuses names in %s, and no numbers', (country) => {
    const refused = chooseSender(ask('Acme', country), empty, false);
    expect(refused).toEqual({ kind: 'refused', reason: SENDER_RULES.get(country)?.fact });
    expect(chooseSender(ask(LONG_CODE, country), empty, false)).toMatchObject({ kind: 'sender', value: LONG_CODE });
  });

  test.each(['+33612345678', '+33712345678'])('refuses %s in France, and other numbers not', (value) => {
    expect(chooseSender(ask(value, 'FR'), empty, false).kind).toBe('refused');
    expect(chooseSender(ask('+33939980001', 'FR'), empty, false).kind).toBe('sender');
    expect(chooseSender(ask('38600', 'FR'), empty, false).kind).toBe('sender');
  });

  test('wants every sender registered by DLT in India', () => {
    const dlt = { scheme: 'dlt', ids: { entity_id: 'E1', template_id: 'T1' }, status: 'approved' } as const;
    expect(chooseSender(ask('ACMEIN', 'IN'), empty, false).kind).toBe('refused');
    for (const registration of [approved, { ...dlt, status: 'pending' } as const]) {
      const book = { senders: [sender('s', 'ACMEIN', { registration })], pools: [] };
      expect(chooseSender(ask('ACMEIN', 'IN'), book, false).kind).toBe('refused');
    }
    const book = { senders: [sender('s', 'ACMEIN', { registration: dlt })], pools: [] };
    expect(chooseSender(ask('ACMEIN', 'IN'), book, false)).toMatchObject({ kind: 'sender', warnings: [] });
  });

  test('wants names registered in Australia, and only advises it in the United Kingdom', () => {
    expect(chooseSender(ask('Acme', 'AU'), empty, false).kind).toBe('refused');
    const registration = { scheme: 'sender_id', ids: {}, status: 'approved' } as const;
    const book = { senders: [sender('s', 'Acme', { registration })], pools: [] };
    expect(chooseSender(ask('Acme', 'AU'), book, false)).toMatchObject({ kind: 'sender', warnings: [] });
    expect(chooseSender(ask('Acme', 'GB'), book, false)).toMatchObject({ kind: 'sender', warnings: [] });
    const advised = chooseSender(ask('Acme', 'GB'), empty, false);
    expect(advised).toMatchObject({ kind: 'sender', warnings: [{ code: 'SENDER_UNVERIFIED' }] });
  });

  test.each(['DE', 'KE', null])('is nothing for %s: everything is allowed, and names with a warning', (country) => {
    const named = chooseSender(ask('Acme', country), empty, false);
    expect(named).toMatchObject({ kind: 'sender', value: 'Acme', warnings: [{ code: 'SENDER_UNVERIFIED' }] });
    expect(chooseSender(ask(LONG_CODE, country), empty, false)).toMatchObject({ kind: 'sender', warnings: [] });
  });

  test('R076: makes a long code without 10DLC a matter of a warning in the United States', () => {
    const senders = [sender('s', LONG_CODE), sender('t', TOLL_FREE, { type: 'toll_free' })];
    const of = (value: string, book: Book) => {
      const chosen = chooseSender(ask(value, 'US'), book, false);
      return chosen.kind === 'sender' ? chosen.warnings.map(({ code }) => code) : null;
    };
    expect(of(LONG_CODE, { senders, pools: [] })).toEqual(['SENDER_UNVERIFIED']);
    expect(of(TOLL_FREE, { senders, pools: [] })).toEqual([]);
    expect(of(LONG_CODE, { senders: [sender('s', LONG_CODE, { registration: approved })], pools: [] })).toEqual([]);
    expect(of(LONG_CODE, empty)).toEqual([]);
  });
});

describe('a sender of one’s own', () => {
  test.each<[string, Partial<Sender>]>([
    ['another country', { countries: ['GB'] }],
    ['another purpose', { purpose: ['otp'] }],
    ['nothing, because its registration was rejected', { registration: { ...approved, status: 'rejected' } }],
  ])('is refused when it is for %s', (_what, limits) => {
    const book = { senders: [sender('s', LONG_CODE, limits)], pools: [] };
    expect(chooseSender(ask(LONG_CODE, 'US'), book, false).kind).toBe('refused');
  });

  test('says how fast it may send and which carriers know it', () => {
    const book = {
      senders: [sender('s', LONG_CODE, { mps: 0.5, smsc_ids: ['a'] }), sender('t', TOLL_FREE)],
      pools: [],
    };
    expect([senderRate(LONG_CODE, book), senderRate(TOLL_FREE, book), senderRate('Acme', book)]).toEqual([
      0.5,
      null,
      null,
    ]);
    expect([carriersOfSender(LONG_CODE, book), carriersOfSender(TOLL_FREE, book)]).toEqual([['a'], null]);
  });
});

test('R076: the ids of a registration are those of the sender that has it', () => {
  const ids = { entity_id: 'E1', template_id: 'T1' };
  const registration = { scheme: 'dlt', ids, status: 'approved' } as const;
  const book = { senders: [sender('s', LONG_CODE, { registration }), sender('t', TOLL_FREE)], pools: [] };
  expect(registrationIds(LONG_CODE, book)).toEqual(ids);
  expect([registrationIds(TOLL_FREE, book), registrationIds('Acme', book)]).toEqual([null, null]);
});

describe('a name that the country refuses', () => {
  const senders = [sender('name', 'Acme'), sender('one', LONG_CODE), sender('two', TOLL_FREE, { type: 'toll_free' })];

  test('is replaced by a number of its own pool', () => {
    const book = { senders, pools: [pool('default', ['two'], true), pool('brand', ['name', 'one'])] };
    const chosen = chooseSender(ask('Acme', 'US'), book, false);
    expect(chosen).toMatchObject({ kind: 'sender', value: LONG_CODE });
    expect(chosen.kind === 'sender' && chosen.warnings[0]?.code).toBe('SENDER_REPLACED');
  });

  test('is replaced by a number of the default pool, when it has none of its own', () => {
    const book = { senders, pools: [pool('default', ['two'], true)] };
    expect(chooseSender(ask('Other', 'US'), book, false)).toMatchObject({ kind: 'sender', value: TOLL_FREE });
  });

  test('is not replaced by another name, by a number for something else, or by a pool that is not meant for it', () => {
    const others = [sender('name', 'Acme'), sender('x', 'Shop'), sender('one', LONG_CODE, { purpose: ['otp'] })];
    expect(
      chooseSender(ask('Acme', 'US'), { senders: others, pools: [pool('p', ['x', 'one'], true)] }, false).kind,
    ).toBe('refused');
    expect(chooseSender(ask('Acme', 'US'), { senders, pools: [pool('p', ['one'])] }, false).kind).toBe('refused');
  });

  test('is kept with a warning where that is asked for', () => {
    const book = { senders, pools: [pool('default', ['two'], true)] };
    const kept = chooseSender(ask('Acme', 'US'), book, true);
    expect(kept).toMatchObject({ kind: 'sender', value: 'Acme', warnings: [{ code: 'SENDER_NOT_ALLOWED' }] });
  });
});

describe('R075: a pool', () => {
  const numbers = ['+14155550101', '+14155550102', '+14155550103'];
  const senders = numbers.map((value, index) => sender(`s${index}`, value, { type: 'toll_free' }));
  const book: Book = { senders, pools: [pool('p', ['s0', 's1', 's2'])] };
  const choice = (contact: string, from: Book = book) => {
    const chosen = chooseSender(ask('p', 'US', { contact }), from, false);
    return chosen.kind === 'sender' ? chosen.value : null;
  };

  test('gives one contact the same sender every time, and different contacts different ones', () => {
    const contacts = Array.from({ length: 300 }, (_, index) => `+1415555${String(index).padStart(4, '0')}`);
    const first = contacts.map((contact) => choice(contact));
    expect(contacts.map((contact) => choice(contact))).toEqual(first);
    for (const value of numbers) expect(first.filter((one) => one === value).length).toBeGreaterThan(50);
  });

  test('prefers its name where that is allowed, and a number where not', () => {
    const withName = { senders: [...senders, sender('n', 'Acme')], pools: [pool('p', ['s0', 's1', 's2', 'n'])] };
    expect(chooseSender(ask('p', 'DE'), withName, false)).toMatchObject({ value: 'Acme' });
    expect(numbers).toContain(choice('+14155550123', withName));
  });

  test('that holds nothing fitting refuses the text, or is lenient with its first sender', () => {
    const names = { senders: [sender('n', 'Acme')], pools: [pool('p', ['n'])] };
    expect(chooseSender(ask('p', 'US'), names, false).kind).toBe('refused');
    expect(chooseSender(ask('p', 'US'), names, true)).toMatchObject({ kind: 'sender', value: 'Acme' });
    expect(chooseSender(ask('p', 'US'), { senders: [], pools: [pool('p', ['gone'])] }, true).kind).toBe('refused');
  });
});

describe('the sender that a contact was texted from last', () => {
  const numbers = ['+14155550101', '+14155550102', '+14155550103'];
  const senders = numbers.map((value, index) => sender(`s${index}`, value));
  const book: Book = { senders, pools: [pool('p', ['s0', 's1', 's2'], true)] };

  test('stays where it may be used, in a pool and as a stand-in for a name, and the answer is about it', () => {
    for (const wanted of ['p', 'Acme']) {
      for (const last of numbers) {
        const chosen = chooseSender(ask(wanted, 'US', { last }), book, false);
        expect(chosen).toMatchObject({ kind: 'sender', value: last });
        if (chosen.kind === 'sender') {
          const told = [chosen.reason, ...chosen.warnings.map(({ message }) => message)].join(' ');
          expect(numbers.filter((value) => told.includes(value))).toEqual([last]);
        }
      }
    }
  });

  test('does not stay where it may not', () => {
    const limited = { ...book, senders: senders.map((one) => (one.id === 's1' ? { ...one, countries: ['GB'] } : one)) };
    const chosen = chooseSender(ask('p', 'US', { last: '+14155550102' }), limited, false);
    expect(chosen).toMatchObject({ kind: 'sender', value: expect.not.stringContaining('0102') });
  });

  test('that stands in for a name is warned about like any other', () => {
    expect(chooseSender(ask('Acme', 'US'), book, false)).toMatchObject({
      warnings: [{ code: 'SENDER_REPLACED' }, { code: 'SENDER_UNVERIFIED' }],
    });
  });
});

test('whatever is asked for, an enforced choice is never a sender that the country refuses', () => {
  const values = ['Acme', '+33612345678', LONG_CODE, '12345'];
  const senders = values.map((value, index) => sender(`s${index}`, value));
  const pools = fc.subarray(['s0', 's1', 's2', 's3'], { minLength: 1 }).map((ids) => [pool('p', ids, true)]);
  fc.assert(
    fc.property(
      fc.constantFrom(...values, 'p'),
      fc.constantFrom('US', 'FR', 'IN', 'AU', 'GB', 'DE', null),
      pools,
      (wanted, country, some) => {
        const chosen = chooseSender(ask(wanted, country), { senders, pools: some }, false);
        if (chosen.kind === 'refused') return;
        for (const value of chosen.alternatives) {
          const again = chooseSender(ask(value, country), { senders, pools: [] }, false);
          expect(again).toMatchObject({ kind: 'sender', value });
        }
      },
    ),
  );
});
