import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classifyAddress } from '../../server/events/addresses.ts';
import { type TargetPolicy, targetRules } from '../../server/events/target.ts';

describe('addresses', () => {
  test.each([
    ['93.184.216.34', 'public'],
    ['8.8.8.8', 'public'],
    ['172.15.255.255', 'public'],
    ['172.32.0.0', 'public'],
    ['100.63.255.255', 'public'],
    ['100.128.0.0', 'public'],
    ['223.255.255.255', 'public'],
    ['2606:2800:220:1:248:1893:25c8:1946', 'public'],
    ['2a00:1450:4001:830::200e', 'public'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['::1', 'loopback'],
    ['10.0.0.1', 'internal'],
    ['172.16.0.1', 'internal'],
    ['172.31.255.255', 'internal'],
    ['192.168.1.1', 'internal'],
    ['100.64.0.1', 'internal'],
    ['fc00::1', 'internal'],
    ['fdff:ffff::1', 'internal'],
    ['0.0.0.0', 'forbidden'],
    ['0.1.2.3', 'forbidden'],
    ['169.254.169.254', 'forbidden'],
    ['169.254.0.1', 'forbidden'],
    ['100.100.100.200', 'forbidden'],
    ['168.63.129.16', 'forbidden'],
    ['192.0.0.192', 'forbidden'],
    ['192.0.2.1', 'forbidden'],
    ['192.88.99.1', 'forbidden'],
    ['198.18.0.1', 'forbidden'],
    ['198.51.100.1', 'forbidden'],
    ['203.0.113.1', 'forbidden'],
    ['224.0.0.1', 'forbidden'],
    ['239.255.255.255', 'forbidden'],
    ['240.0.0.1', 'forbidden'],
    ['255.255.255.255', 'forbidden'],
    ['::', 'forbidden'],
    ['::7f00:1', 'forbidden'],
    ['::ffff:127.0.0.1', 'forbidden'],
    ['::ffff:7f00:1', 'forbidden'],
    ['::ffff:8.8.8.8', 'forbidden'],
    ['::ffff:0:127.0.0.1', 'forbidden'],
    ['64:ff9b::7f00:1', 'forbidden'],
    ['64:ff9b:1::a00:1', 'forbidden'],
    ['2001::1', 'forbidden'],
    ['2001:0:4136:e378:8000:63bf:3fff:fdd2', 'forbidden'],
    ['2001:db8::1', 'forbidden'],
    ['2002:7f00:1::', 'forbidden'],
    ['3fff::1', 'forbidden'],
    ['fd00:ec2::254', 'forbidden'],
    ['fd20:ce::254', 'forbidden'],
    ['fe80::1', 'forbidden'],
    ['fec0::1', 'forbidden'],
    ['ff02::1', 'forbidden'],
    ['100::1', 'forbidden'],
    ['4000::1', 'forbidden'],
    ['not an address', 'forbidden'],
    ['', 'forbidden'],
  ])('%s is %s', (address, expected) => {
    expect(classifyAddress(address)).toBe(expected);
  });

  test('no IPv4 address in the clothes of an IPv6 address is ever public', () => {
    const disguises = ['::ffff:', '::', '64:ff9b::', '64:ff9b:1::', '::ffff:0:'];
    fc.assert(
      fc.property(fc.ipV4(), fc.constantFrom(...disguises), (address, disguise) => {
        expect(classifyAddress(disguise + address)).not.toBe('public');
      }),
    );
  });
});

const judge = (policy: Partial<TargetPolicy> = {}) =>
  targetRules({ allowlist: [], allowLoopback: () => true, ...policy });
const verdict = (url: string, mode: 'test' | 'live', policy?: Partial<TargetPolicy>) => {
  const target = judge(policy)(url, mode);
  return target.ok ? 'ok' : target.reason;
};

describe('R055: what a live key may register', () => {
  test.each([
    ['https://app.example/hooks/sms?token=1', 'ok'],
    ['https://app.example:443/', 'ok'],
    ['https://app.example:8443/', 'ok'],
    ['https://93.184.216.34/', 'ok'],
    ['https://[2606:2800:220:1:248:1893:25c8:1946]/', 'ok'],
    ['http://app.example/', 'https_required'],
    ['https://app.example:5678/', 'port_not_allowed'],
    ['https://app.example:22/', 'port_not_allowed'],
    ['https://user@app.example/', 'userinfo_not_allowed'],
    ['https://user:secret@app.example/', 'userinfo_not_allowed'],
    ['https://127.0.0.1/', 'address_not_allowed'],
    ['http://2130706433/', 'address_not_allowed'],
    ['https://2130706433/', 'address_not_allowed'],
    ['http://0x7f.1', 'address_not_allowed'],
    ['https://0x7f.1', 'address_not_allowed'],
    ['https://017700000001/', 'address_not_allowed'],
    ['https://127.1/', 'address_not_allowed'],
    ['https://127.0.0.1./', 'address_not_allowed'],
    ['https://[::1]/', 'address_not_allowed'],
    ['https://[::ffff:127.0.0.1]/', 'address_not_allowed'],
    ['https://[::ffff:7f00:1]/', 'address_not_allowed'],
    ['https://[64:ff9b::127.0.0.1]/', 'address_not_allowed'],
    ['https://①②⑦.0.0.1/', 'address_not_allowed'],
    ['https://%31%32%37.0.0.1/', 'address_not_allowed'],
    ['https://localhost/', 'address_not_allowed'],
    ['https://LOCALHOST./', 'address_not_allowed'],
    ['https://app.localhost/', 'address_not_allowed'],
    ['https://10.0.0.1/', 'address_not_allowed'],
    ['https://169.254.169.254/latest/meta-data/', 'address_not_allowed'],
    ['https://0/', 'address_not_allowed'],
    ['ftp://app.example/', 'invalid_url'],
    ['file:///etc/passwd', 'invalid_url'],
    ['javascript:alert(1)', 'invalid_url'],
    ['//app.example/', 'invalid_url'],
    ['app.example', 'invalid_url'],
    ['https://', 'invalid_url'],
    ['', 'invalid_url'],
    [`https://app.example/${'x'.repeat(2_048)}`, 'invalid_url'],
  ])('%s: %s', (url, expected) => {
    expect(verdict(url, 'live')).toBe(expected);
  });
});

describe('this machine', () => {
  test.each([
    'http://127.0.0.1:5678/hook',
    'http://localhost:5678/',
    'https://localhost/',
    'http://[::1]:9/',
    'http://2130706433/',
  ])('%s is open to test keys when loopback is allowed, and never to live keys', (url) => {
    expect(verdict(url, 'test')).toBe('ok');
    expect(verdict(url, 'test', { allowLoopback: () => false })).toBe('address_not_allowed');
    expect(verdict(url, 'live')).toBe('address_not_allowed');
  });

  test.each(['http://10.0.0.1/', 'http://[::ffff:127.0.0.1]/', 'http://0.0.0.0/', 'http://169.254.169.254/'])(
    '%s stays closed to test keys: it is not this machine alone',
    (url) => {
      expect(verdict(url, 'test')).toBe('address_not_allowed');
    },
  );

  test('localhost is accepted for loopback addresses only, other names for public ones only', () => {
    const local = judge()('http://localhost:1/', 'test');
    const other = judge()('https://app.example/', 'test');
    expect(local.ok && [local.accepts('127.0.0.1'), local.accepts('10.0.0.1')]).toEqual([true, false]);
    expect(other.ok && [other.accepts('127.0.0.1'), other.accepts('93.184.216.34')]).toEqual([false, true]);
  });
});

describe('the allowlist', () => {
  const allowlist = ['n8n:5678', 'hooks.internal', '10.0.0.5:8080', '[fd12::1]:80', 'Plain.Example:80'];

  test.each([
    ['http://n8n:5678/webhook/1', 'ok'],
    ['http://N8N:5678/', 'ok'],
    ['http://n8n.:5678/', 'ok'],
    ['http://n8n:5679/', 'https_required'],
    ['http://n8n/', 'https_required'],
    ['http://hooks.internal:1234/', 'ok'],
    ['https://hooks.internal/', 'ok'],
    ['http://not-hooks.internal/', 'https_required'],
    ['http://hooks.internal.evil.example/', 'https_required'],
    ['http://10.0.0.5:8080/', 'ok'],
    ['http://10.0.0.6:8080/', 'address_not_allowed'],
    ['http://[fd12:0::1]/', 'ok'],
    ['http://plain.example/', 'ok'],
    ['http://user@n8n:5678/', 'userinfo_not_allowed'],
  ])('%s: %s', (url, expected) => {
    expect(verdict(url, 'live', { allowlist })).toBe(expected);
  });

  test('a listed name may lie in a private network but never at a metadata service', () => {
    const target = judge({ allowlist })('http://n8n:5678/', 'live');
    expect(target.ok && ['172.18.0.4', '127.0.0.1', '169.254.169.254'].map(target.accepts)).toEqual([
      true,
      true,
      false,
    ]);
    expect(verdict('http://169.254.169.254/', 'live', { allowlist: ['169.254.169.254'] })).toBe('address_not_allowed');
  });

  test.each(['http://n8n:5678', 'n8n:port', 'n8n:0', 'n8n:70000', 'a b', '', 'user@host', 'host/path'])(
    'the entry %j is refused at the start',
    (entry) => {
      expect(() => judge({ allowlist: [entry] })).toThrow(RangeError);
    },
  );
});
