import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ALIASES } from '../../server/http/aliases.ts';
import { parseSendRequest } from '../../server/http/send-request.ts';

const valueOf = (input: unknown) => {
  const parsed = parseSendRequest(input, true);
  if (!parsed.ok) throw new Error(parsed.fault.detail);
  return parsed.value;
};
const canonical = { to: '+14155550123', from: 'CartBoss', body: 'Hello' };

describe('names of other APIs', () => {
  test.each(['message', 'text', 'content'])('R012: %s is the body', (name) => {
    const { body, ...rest } = canonical;
    expect(valueOf({ ...rest, [name]: body })).toEqual(valueOf(canonical));
  });

  test('R013: recipient is to, sender_id is from, and message_type is what it was', () => {
    const { to: recipient, from: sender_id, body: message } = canonical;
    expect(valueOf({ recipient, sender_id, message, message_type: 'otp' })).toEqual(
      valueOf({ ...canonical, message_type: 'otp' }),
    );
  });

  test('R012: the same value twice is one value, and null is none', () => {
    expect(valueOf({ ...canonical, message: 'Hello', text: 'Hello', content: null })).toEqual(valueOf(canonical));
  });

  test('R012: two values that differ are refused, whichever of their names are used', () => {
    const names = fc.constantFrom(...(['body', 'message', 'text', 'content'] as const));
    fc.assert(
      fc.property(names, names, (first, second) => {
        fc.pre(first !== second);
        const parsed = parseSendRequest({ to: canonical.to, [first]: 'one', [second]: 'another' }, false);
        expect(parsed).toMatchObject({ ok: false, fault: { code: 'CONFLICTING_FIELDS' } });
      }),
    );
    const twoTo = parseSendRequest({ ...canonical, recipient: '+14155550124' }, false);
    expect(twoTo).toMatchObject({ ok: false, fault: { code: 'CONFLICTING_FIELDS', param: 'recipient' } });
  });

  test('R012: none of them is also a field of ours', () => {
    for (const alias of ALIASES.keys()) expect(ALIASES.has(ALIASES.get(alias) ?? '')).toBe(false);
  });
});

describe('where the text comes from', () => {
  test('R008: a body is required unless there is a template, and there is one of them', () => {
    const { body: _body, ...rest } = canonical;
    const template_id = 'tpl_0123456789abcdef';
    expect(parseSendRequest(rest, false)).toMatchObject({ ok: false, fault: { param: 'body' } });
    expect(valueOf({ ...rest, template_id })).toMatchObject({ body: null, template_id });
    const both = parseSendRequest({ ...canonical, template_id }, false);
    expect(both).toMatchObject({ ok: false, fault: { code: 'CONFLICTING_FIELDS', param: 'template_id' } });
  });

  test('R103: a one-time code lives five minutes unless its request says so', () => {
    expect(valueOf({ ...canonical, message_type: 'otp' }).validity_period).toBe(300);
    expect(valueOf({ ...canonical, message_type: 'otp', validity_period: 60 }).validity_period).toBe(60);
    expect(valueOf(canonical).validity_period).toBe(86_400);
  });
});
