import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { afterUnknown, type InDoubt, provenBy } from '../../server/rules/ambiguity.ts';
import { messageReference } from '../../server/rules/message-reference.ts';
import type { MessageType } from '../../server/rules/message.ts';

const text = (message_type: MessageType, on_ambiguous: 'default' | 'resend' | 'hold' = 'default') => ({
  message_type,
  on_ambiguous,
});
const plan = { intervalsMs: [10_000, 20_000], maxAttempts: 4 };
const hold = { action: 'hold' };

describe('a text without an answer', () => {
  test.each(['otp', 'transactional', 'conversational'] as const)('%s waits, and is sent again', (type) => {
    expect(afterUnknown(text(type), 1, plan)).toEqual({ action: 'resend', delayMs: 10_000 });
    expect(afterUnknown(text(type), 3, plan)).toEqual({ action: 'resend', delayMs: 20_000 });
  });

  test('a promotion is held', () => {
    expect(afterUnknown(text('promotional'), 1, plan)).toEqual(hold);
  });

  test('who asks for it by name gets it again at once, whatever it is', () => {
    expect(afterUnknown(text('promotional', 'resend'), 1, plan)).toEqual({ action: 'resend', delayMs: 0 });
    expect(afterUnknown(text('otp', 'resend'), 1, plan)).toEqual({ action: 'resend', delayMs: 0 });
  });

  test('who asks for it gets it held', () => {
    expect(afterUnknown(text('otp', 'hold'), 1, plan)).toEqual(hold);
  });

  test('nothing is sent again after the last attempt of the plan', () => {
    expect(afterUnknown(text('otp'), 4, plan)).toEqual(hold);
    expect(afterUnknown(text('otp', 'resend'), 4, plan)).toEqual(hold);
  });
});

describe('a receipt with an id that nobody knows', () => {
  const at = (second: number) => new Date(Date.UTC(2026, 10, 20, 12, 0, second));
  const doubt = (changes: Partial<InDoubt> = {}): InDoubt => ({
    message_id: 'a',
    part: 1,
    attempt: 1,
    smsc_id: 'one',
    to: '+14155550123',
    from: '+15005550100',
    created_at: at(0),
    ...changes,
  });
  const receipt = { smscId: 'one', recipient: '14155550123', sender: '15005550100', receivedAt: at(5) };

  test('proves the one submit_sm without an answer to the same number from the same sender', () => {
    const mine = doubt();
    const others = [doubt({ message_id: 'b', to: '+14155550999' }), doubt({ message_id: 'c', from: 'Acme' })];
    expect(provenBy(receipt, [...others, mine])).toBe(mine);
  });

  test.each<[string, Partial<InDoubt>]>([
    ['another account', { smsc_id: 'two' }],
    ['another recipient', { to: '+14155550999' }],
    ['another sender', { from: '+15005550101' }],
    ['an attempt that began after it', { created_at: at(6) }],
    ['an attempt of three days ago', { created_at: new Date(at(4).getTime() - 72 * 3_600_000) }],
  ])('proves nothing about %s', (_, changes) => {
    expect(provenBy(receipt, [doubt(changes)])).toBeNull();
  });

  test('proves nothing when it does not name the sender, or when two texts could be meant', () => {
    expect(provenBy({ ...receipt, sender: '' }, [doubt()])).toBeNull();
    expect(provenBy(receipt, [doubt(), doubt({ message_id: 'b' })])).toBeNull();
    expect(provenBy(receipt, [])).toBeNull();
  });

  test('takes a name in any case and a number with or without its plus', () => {
    expect(provenBy({ ...receipt, sender: 'ACME' }, [doubt({ from: 'Acme' })])).not.toBeNull();
    expect(provenBy({ ...receipt, recipient: '+14155550123' }, [doubt()])).not.toBeNull();
  });

  test.each([
    ['by the country of the sender', '07700900123', '447700900999', null],
    ['by the country of the carrier, the sender in that form too', '07700900123', '07700900999', 'GB'],
    ['with the prefix for calls abroad', '00447700900123', '447700900999', 'GB'],
  ])('reads a recipient in its national form %s', (_name, written, sender, country) => {
    const mine = doubt({ to: '+447700900123', from: '+447700900999' });
    const other = doubt({ message_id: 'b', to: '+447700900124', from: '+447700900999' });
    expect(provenBy({ ...receipt, recipient: written, sender, country }, [other, mine])).toBe(mine);
  });

  test('proves nothing by the end of a number alone', () => {
    const mine = doubt({ to: '+33639980001', from: 'Acme' });
    expect(provenBy({ ...receipt, recipient: '0639980001', sender: 'Acme' }, [mine])).toBeNull();
    expect(provenBy({ ...receipt, recipient: '0639980001', sender: 'Acme', country: 'FR' }, [mine])).toBe(mine);
  });

  test('with a reference proves the one submit_sm of it, whatever else is in doubt, without naming the sender', () => {
    const one = doubt({ message_id: 'a', part: 2 });
    const all = [doubt({ message_id: 'a' }), one, doubt({ message_id: 'b' }), doubt({ message_id: 'c', part: 2 })];
    const named = { ...receipt, sender: '', messageReference: messageReference('a', 1, 2) };
    expect(provenBy(named, all)).toBe(one);
    expect(provenBy({ ...named, recipient: '14155550999' }, all)).toBeNull();
    expect(provenBy({ ...named, smscId: 'two' }, all)).toBeNull();
    expect(provenBy(named, [doubt({ message_id: 'a', attempt: 2, part: 2 })])).toBeNull();
  });

  test('with the reference of something else proves nothing, although both numbers agree', () => {
    expect(provenBy({ ...receipt, messageReference: messageReference('z', 1, 1) }, [doubt()])).toBeNull();
  });

  const attempts = fc
    .record({ parts: fc.integer({ min: 1, max: 5 }), lengths: fc.array(fc.nat(5), { minLength: 1, maxLength: 4 }) })
    .map(({ parts, lengths }) => ({ parts, taken: lengths.map((length) => Math.min(length, parts)) }));
  property.prop([attempts, fc.nat(30)])(
    'never calls a part taken that no attempt got through, however many attempts there were and receipts are lost',
    ({ parts, taken }, lost) => {
      let open = taken.flatMap((_, index) =>
        Array.from({ length: parts }, (__, part) => doubt({ part: part + 1, attempt: index + 1 })),
      );
      const receipts = Math.max(0, taken.reduce((sum, count) => sum + count, 0) - lost);
      const called = new Set<number>();
      for (let count = 0; count < receipts; count++) {
        const proven = provenBy(receipt, open);
        if (proven) called.add(proven.part);
        open = open.filter((one) => one !== proven);
      }
      expect(Math.max(0, ...called)).toBeLessThanOrEqual(Math.max(...taken));
    },
  );
});
