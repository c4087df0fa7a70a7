import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { commandStatus, refusal } from '../../server/smpp/command-status.ts';
import { reconnectDelayMs } from '../../server/smpp/reconnect.ts';
import { parseSmppUrl } from '../../server/smpp/smpp-url.ts';

describe('command_status', () => {
  test.each([
    [0x01, 'ESME_RINVMSGLEN', 'permanent'],
    [0x04, 'ESME_RINVBNDSTS', 'link'],
    [0x08, 'ESME_RSYSERR', 'retry'],
    [0x0b, 'ESME_RINVDSTADR', 'permanent'],
    [0x0e, 'ESME_RINVPASWD', 'link'],
    [0x14, 'ESME_RMSGQFUL', 'retry'],
    [0x45, 'ESME_RSUBMITFAIL', 'failover'],
    [0x58, 'ESME_RTHROTTLED', 'throttle'],
    [0x61, 'ESME_RINVSCHED', 'permanent'],
    [0x64, 'ESME_RX_T_APPN', 'retry'],
    [0xfe, 'ESME_RDELIVERYFAILURE', 'failover'],
    [0xff, 'ESME_RUNKNOWNERR', 'retry'],
    [0x102, 'ESME_RSERTYPUNAVAIL', 'retry'],
    [0x112, 'ESME_RINVBCASTCHANIND', 'permanent'],
    [0x401, 'vendor 0x00000401', 'retry'],
    [0x4ff, 'vendor 0x000004FF', 'retry'],
    [0x500, 'reserved 0x00000500', 'retry'],
    [0xffff_ffff, 'reserved 0xFFFFFFFF', 'retry'],
  ])('%i is %s, %s', (code, name, class_) => {
    expect(commandStatus(code)).toMatchObject({ code, name, class: class_ });
    expect(refusal(code)).toMatchObject({ kind: 'refused', class: class_, commandStatus: code, name });
  });

  test.each([
    [0x08, undefined],
    [0x14, 'queue_full'],
    [0xff, 'unlisted'],
    [0x401, 'unlisted'],
    [0x500, 'unlisted'],
  ] as const)('%i is tried again by the plan %s', (code, plan) => {
    expect(refusal(code).plan).toBe(plan);
  });

  test('a carrier may mean something else by any code, in capitals, in short or padded', () => {
    const overrides = { '0x45': 'permanent', '0X0000000b': 'retry', '0x401': 'throttle' } as const;
    expect(refusal(0x45, overrides)).toMatchObject({ class: 'permanent', name: 'ESME_RSUBMITFAIL' });
    expect(refusal(0x0b, overrides)).toMatchObject({ class: 'retry' });
    expect(refusal(0x401, overrides)).toEqual({
      kind: 'refused',
      class: 'throttle',
      commandStatus: 0x401,
      name: 'vendor 0x00000401',
    });
    expect(refusal(0x08, overrides)).toEqual(refusal(0x08));
  });

  test('who names a class for a code knows it: the plan for unknown codes applies no longer', () => {
    expect(refusal(0x402, { '0x402': 'failover' }).plan).toBeUndefined();
    expect(refusal(0x402, { '0x402': 'retry' }).plan).toBe('unlisted');
  });

  propertyTest.prop([fc.nat(0xffff_ffff)])('every code has a class, and reading it never throws', (code) => {
    expect(['throttle', 'retry', 'permanent', 'failover', 'link']).toContain(commandStatus(code).class);
  });
});

const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);
const failed = { parked: false, unreachable: false };

describe('the wait before the next connection', () => {
  test('doubles from 1 s to 60 s, spread over the whole span', () => {
    const longest = [0, 1, 2, 3, 4, 5, 6, 7, 1_000].map((attempt) =>
      reconnectDelayMs({ ...failed, attempt }, 0.999_999),
    );
    expect(longest).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    expect(reconnectDelayMs({ ...failed, attempt: 6 }, 0)).toBe(0);
    expect(reconnectDelayMs({ ...failed, attempt: 6 }, 0.5)).toBe(30_000);
  });

  test('is 60 s to 15 min when the carrier refuses the credentials, and never for ever', () => {
    const delays = (random: number) =>
      [0, 1, 2, 3, 4, 1_000].map((attempt) => reconnectDelayMs({ ...failed, attempt, parked: true }, random));
    expect(delays(0)).toEqual([60_000, 120_000, 240_000, 480_000, 900_000, 900_000]);
    expect(delays(0.5)).toEqual([63_000, 126_000, 252_000, 504_000, 900_000, 900_000]);
  });

  propertyTest.prop([fc.nat(1_000), fc.boolean(), fc.double({ min: 0, max: 0.999_999, noNaN: true })])(
    'is 1 s to 1.7 s for ever where nobody listens: never two tries a second, and back within 2 s',
    (attempt, parked, random) => {
      const delayMs = reconnectDelayMs({ attempt, parked, unreachable: true }, random);
      expect(delayMs).toBeGreaterThanOrEqual(1_000);
      expect(delayMs).toBeLessThanOrEqual(1_700);
    },
  );
});

describe('SMPP_URL', () => {
  test('with everything in it', () => {
    const url = 'smpps://acme:p%40ss%3A@smsc.example.com:3551?bind=transceiver&window=50&rate=12.5&system_type=cp';
    expect(parseSmppUrl(url)).toEqual({
      ok: true,
      endpoint: {
        host: 'smsc.example.com',
        port: 3551,
        tls: true,
        systemId: 'acme',
        password: 'p@ss:',
        systemType: 'cp',
        binds: [{ type: 'transceiver', count: 1 }],
        window: 50,
        ratePerSecond: 12.5,
      },
    });
  });

  test('with as little as possible', () => {
    expect(parseSmppUrl('smpp://acme@127.0.0.1')).toEqual({
      ok: true,
      endpoint: {
        host: '127.0.0.1',
        port: 2775,
        tls: false,
        systemId: 'acme',
        password: '',
        systemType: '',
        binds: [{ type: 'transceiver', count: 1 }],
        window: 10,
        ratePerSecond: null,
      },
    });
  });

  test('takes an IPv6 host, TLS on its own port, and empty options', () => {
    expect(parseSmppUrl('smpps://a:b@[::1]?system_type=&rate=')).toMatchObject({
      ok: true,
      endpoint: { host: '::1', port: 3550, ratePerSecond: null },
    });
  });

  test.each([
    ['', ['transceiver-1']],
    ['?bind=&binds=', ['transceiver-1']],
    ['?bind=transceiver&binds=3', ['transceiver-3']],
    ['?bind=pair&binds=2', ['transmitter-2', 'receiver-2']],
    ['?bind=transmitter', ['transmitter-1']],
    ['?binds=20&bind=receiver', ['receiver-20']],
  ])('%s says how to bind, and how often', (query, expected) => {
    const parsed = parseSmppUrl(`smpp://a:b@host${query}`);
    expect(parsed.ok && parsed.endpoint.binds.map(({ type, count }) => `${type}-${count}`)).toEqual(expected);
  });

  test.each([
    ['nonsense', 'It is not a URL'],
    ['http://a:b@host', 'smpp:// or smpps://'],
    ['smpp://host', 'no system_id'],
    ['smpp://a:b@host:0', 'port'],
    ['smpp://a:b@host/path', 'no path'],
    ['smpp://a:b@host#c', 'fragment'],
    ['smpp://a:%zz@host', '%25'],
    ['smpp://a:b%00@host', 'The password has at most'],
    [`smpp://${'a'.repeat(65)}:b@host`, 'The system_id has at most 64'],
    ['smpp://a:b@host?bind=trx', 'bind is transceiver, pair, transmitter, receiver'],
    ['smpp://a:b@host?bind=constructor', 'bind is transceiver'],
    ['smpp://a:b@host?binds=0', 'binds is a whole number from 1 to 20'],
    ['smpp://a:b@host?binds=21', 'binds is a whole number'],
    ['smpp://a:b@host?binds=1.5', 'binds is a whole number'],
    ['smpp://a:b@host?window=0', 'window is a whole number'],
    ['smpp://a:b@host?window=1001', 'window is a whole number'],
    ['smpp://a:b@host?window=2.5', 'window is a whole number'],
    ['smpp://a:b@host?window=ten', 'window is a whole number'],
    ['smpp://a:b@host?rate=0', 'rate is a number'],
    ['smpp://a:b@host?rate=-1', 'rate is a number'],
    ['smpp://a:b@host?system_type=abcdefghijklm', 'system_type'],
    ['smpp://a:b@host?windows=5', 'windows is no option'],
  ])('%s is refused with a sentence', (url, sentence) => {
    expect(parseSmppUrl(url)).toMatchObject({ ok: false, faults: [expect.stringContaining(sentence)] });
  });

  test('never repeats the rest of a password with a ? in it', () => {
    const parsed = parseSmppUrl('smpp://a:12?hunter22@host');
    expect(parsed).toMatchObject({ ok: false, faults: [/system_id/, /write \? in a password as %3F/].map(matching) });
    expect(JSON.stringify(parsed)).not.toContain('hunter22');
  });

  test('reports all its faults at once', () => {
    const parsed = parseSmppUrl('http://host?window=0&rate=x');
    expect(parsed.ok ? [] : parsed.faults).toHaveLength(4);
  });

  propertyTest.prop([fc.string({ minLength: 8, maxLength: 30 })])('never repeats the password in a fault', (secret) => {
    const parsed = parseSmppUrl(`http://a:${encodeURIComponent(`pw${secret}`)}@host?window=0`);
    if (!parsed.ok) expect(parsed.faults.join(' ')).not.toContain(`pw${secret}`);
  });
});
