import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { isSignedByHubSpot, signV2, signV3, type SignedRequest } from '../../connectors/hubspot/http/signature.ts';

const secret = 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy';
const NOW = 1_693_657_560_000;
const call = {
  method: 'POST',
  url: 'https://www.example.com/webhook_uri',
  body: Buffer.from("{'example_field':'example_value'}"),
};
const signed = (changes: Partial<SignedRequest> = {}, timestamp = String(NOW)): SignedRequest => ({
  ...call,
  signatureV3: signV3(secret, { ...call, ...changes, timestamp }),
  timestamp,
  signature: undefined,
  version: undefined,
  ...changes,
});
const accepts = (request: SignedRequest, changes: { allowsV2?: boolean; nowMs?: number; secrets?: string[] } = {}) =>
  isSignedByHubSpot(request, { secrets: [secret], nowMs: NOW, allowsV2: false, ...changes });

describe('a request of HubSpot', () => {
  test('is known by the vectors of its own libraries', () => {
    expect(signV3(secret, { ...call, timestamp: '1693657560000' })).toBe(
      'K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y=',
    );
    expect(signV3(secret, { ...call, timestamp: '1700000300000' })).toBe(
      'RnbPH7+UMKVkbV32P8bz450N4M56aPmcru1+D3kSDtw=',
    );
    expect(accepts(signed())).toBe(true);
    expect(accepts(signed(), { secrets: ['the-next-secret', secret] })).toBe(true);
  });

  test('is signed with the characters that HubSpot decodes, and with no others', () => {
    const url = 'https://www.example.com/a%3Ab%2Cc?mail=a%40b%2Bc%20d';
    const decoded = 'https://www.example.com/a:b,c?mail=a@b%2Bc%20d';
    const signatureV3 = signV3(secret, { ...call, url: decoded, timestamp: String(NOW) });
    expect(accepts(signed({ url, signatureV3 }))).toBe(true);
  });

  test.each<[string, Partial<SignedRequest>]>([
    ['another body', { body: Buffer.from("{'example_field': 'example_value'}"), signatureV3: signed().signatureV3 }],
    ['another address', { url: 'https://www.example.com/webhook_uri?', signatureV3: signed().signatureV3 }],
    ['another method', { method: 'PUT', signatureV3: signed().signatureV3 }],
    ['no signature', { signatureV3: undefined }],
    ['an empty signature', { signatureV3: '' }],
    ['no timestamp', { timestamp: undefined }],
    ['a timestamp that is none', { timestamp: 'NaN', signatureV3: signV3(secret, { ...call, timestamp: 'NaN' }) }],
    [
      'a timestamp in seconds',
      { timestamp: '1693657560', signatureV3: signV3(secret, { ...call, timestamp: '1693657560' }) },
    ],
    [
      'v1 alone',
      {
        signatureV3: undefined,
        signature: createHash('sha256').update(secret).update(call.body).digest('hex'),
        version: 'v1',
      },
    ],
    ['v2 alone', { signatureV3: undefined, signature: signV2(secret, call), version: 'v2' }],
  ])('is refused with %s', (_what, changes) => {
    expect(accepts(signed(changes))).toBe(false);
  });

  test('is refused when it is older than five minutes, or as far in the future, or signed with another secret', () => {
    for (const offset of [-300_001, 300_001]) expect(accepts(signed({}, String(NOW + offset)))).toBe(false);
    for (const offset of [-300_000, 300_000]) expect(accepts(signed({}, String(NOW + offset)))).toBe(true);
    expect(accepts(signed(), { secrets: ['another'] })).toBe(false);
  });

  test('may be signed by v2 where workflow actions come in, but never beside a v3 signature that is wrong', () => {
    const v2 = { signatureV3: undefined, signature: signV2(secret, call), version: 'v2' };
    expect(accepts(signed(v2), { allowsV2: true })).toBe(true);
    expect(accepts(signed({ ...v2, signatureV3: 'wrong' }), { allowsV2: true })).toBe(false);
    expect(accepts(signed({ ...v2, version: 'v1' }), { allowsV2: true })).toBe(false);
    expect(accepts(signed({ ...v2, signature: 'wrong' }), { allowsV2: true })).toBe(false);
  });
});
