import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { layouts } from '../../server/smpp/pdu-fields.ts';
import { decodePdu, encodePdu } from '../../server/smpp/pdu.ts';
import type { Pdu, PduToSend } from '../../server/smpp/pdu.ts';
import { DELIVERIES_MAX } from '../../server/smpp/session-inbound.ts';
import { createSession } from '../../server/smpp/session.ts';
import type { Effect, Session, SessionEvent, SessionOptions } from '../../server/smpp/session.ts';
import { createWindow } from '../../server/smpp/window.ts';
import { isBind } from '../support/scripted-smsc.ts';

describe('the bind', () => {
  test('is sent once the connection stands, and its answer makes the link bound', () => {
    const { session, at, written } = fresh();
    expect(at(0, { type: 'start' })).toEqual([{ type: 'state', state: 'CONNECTING' }]);
    at(5, { type: 'connected' });
    expect(written()).toMatchObject([{ command: 'bind_transceiver', fields: { systemId: 'bridge', password: 'pw' } }]);
    at(9, answer('bind_transceiver_resp', 1));
    expect(session.state()).toBe('BOUND');
    expect(session.isReady()).toBe(true);
  });

  test('is given up after 10 s without a connection', () => {
    const { session, at } = fresh();
    at(0, { type: 'start' });
    expect(at(9_999, { type: 'tick' })).toEqual([]);
    expect(session.deadline()).toBe(10_000);
    expect(at(10_000, { type: 'tick' })).toContainEqual({ type: 'close', reason: 'connect_timeout', commandStatus: 0 });
  });

  test('is given up after 10 s without an answer', () => {
    const { at } = fresh();
    at(0, { type: 'start' });
    at(5_000, { type: 'connected' });
    expect(at(15_000, { type: 'tick' })).toContainEqual({ type: 'close', reason: 'bind_timeout', commandStatus: 0 });
  });

  test.each([
    ['an error', answer('bind_transceiver_resp', 1, 0x0e), 0x0e],
    ['a nack', answer('generic_nack', 1, 0x03), 0x03],
  ])('that gets %s closes the link with that status', (_name, event, commandStatus) => {
    const { at } = fresh();
    at(0, { type: 'start' });
    at(0, { type: 'connected' });
    expect(at(1, event)).toContainEqual({ type: 'close', reason: 'bind_refused', commandStatus });
  });

  test('is not answered by a response of another kind or number', () => {
    const { session, at } = fresh();
    at(0, { type: 'start' });
    at(0, { type: 'connected' });
    at(1, answer('bind_transmitter_resp', 1));
    at(1, answer('bind_transceiver_resp', 2));
    at(1, answer('submit_sm_resp', 1));
    expect(session.state()).toBe('BINDING');
    expect(session.faults.unmatched).toBe(3);
  });

  test('comes before everything: octets before it mean nothing', () => {
    const { at, written } = fresh();
    at(0, { type: 'start' });
    expect(at(1, answer('enquire_link', 9))).toEqual([]);
    expect(at(1, { type: 'violation' })).toEqual([]);
    expect(written()).toEqual([]);
  });
});

describe('the kinds of binds', () => {
  test.each(['transmitter', 'receiver', 'transceiver'] as const)(
    '%s sends its own bind and takes its own answer',
    (type) => {
      const { session, at, written } = fresh({ type });
      at(0, { type: 'start' });
      at(0, { type: 'connected' });
      const [bind] = written();
      expect(bind?.command).toBe(`bind_${type}`);
      const others = (['transmitter', 'receiver', 'transceiver'] as const).filter((other) => other !== type);
      for (const other of others) at(1, answer(`bind_${other}_resp`, bind?.sequenceNumber ?? 0));
      expect(session.state()).toBe('BINDING');
      at(2, answer(`bind_${type}_resp`, bind?.sequenceNumber ?? 0));
      expect([session.state(), session.isReady()]).toEqual(['BOUND', type !== 'receiver']);
    },
  );

  test('a receiver never submits', () => {
    const { at, written } = bound({ type: 'receiver' });
    expect(at(1, submit(1))).toMatchObject([{ type: 'settle', outcome: { kind: 'unsent' } }]);
    expect(written()).toEqual([]);
  });
});

describe('the times of a carrier', () => {
  const times = { connectMs: 1_000, tlsMs: 2_000, bindMs: 4_000, responseMs: 5_000, quietMs: 60_000 };

  test('count for connect, TLS and bind separately', () => {
    const { session, at } = fresh({ times, isSecure: true });
    at(0, { type: 'start' });
    expect(session.deadline()).toBe(1_000);
    expect(at(900, { type: 'connected' }).filter((effect) => effect.type === 'write')).toEqual([]);
    expect([session.state(), session.deadline()]).toEqual(['SECURING', 2_900]);
    at(2_000, { type: 'secured' });
    expect([session.state(), session.deadline()]).toEqual(['BINDING', 6_000]);
  });

  test.each([
    ['connect_timeout', 1_000, []],
    ['tls_timeout', 2_000, [{ type: 'connected' }]],
    ['bind_timeout', 4_000, [{ type: 'connected' }, { type: 'secured' }]],
  ] as const)('end in %s', (reason, ms, events) => {
    const { session, at } = fresh({ times, isSecure: true });
    at(0, { type: 'start' });
    for (const event of events) at(0, event);
    at(ms - 1, { type: 'tick' });
    expect(session.state()).not.toBe('CLOSED');
    expect(at(ms, { type: 'tick' }).at(-1)).toMatchObject({ type: 'close', reason });
  });

  test('count for answers and for silence', () => {
    const { session, at, written } = bound({ times });
    submitted(at(0, submit(1)));
    expect(at(5_000, { type: 'tick' })).toEqual([settled(1, { kind: 'unknown', reason: 'timeout' })]);
    expect(session.deadline()).toBe(60_000);
    at(60_000, { type: 'tick' });
    expect(written().at(-1)?.command).toBe('enquire_link');
  });

  test('no octet means anything during the TLS handshake', () => {
    const { at } = fresh({ times, isSecure: true });
    at(0, { type: 'start' });
    at(0, { type: 'connected' });
    expect(at(1, answer('enquire_link', 1))).toEqual([]);
    expect(at(1, { type: 'violation' })).toEqual([]);
  });
});

test('what a carrier means by a status wins over the table', () => {
  const { at } = bound({ meanings: { '0x0000000b': 'throttle' } });
  const sequence = submitted(at(0, submit(1)));
  expect(at(1, answer('submit_sm_resp', sequence, 0x0b))).toMatchObject([{ outcome: { class: 'throttle' } }]);
});

describe('a submitted text', () => {
  test('is accepted under the id that the carrier gave', () => {
    const { at } = bound();
    const sequence = submitted(at(0, submit(1)));
    expect(at(1, frame({ command: 'submit_sm_resp', sequenceNumber: sequence, fields: { messageId: '0' } }))).toEqual([
      { type: 'settle', item: 1, outcome: { kind: 'accepted', carrierId: '0' } },
    ]);
  });

  test('is refused with the class of the status, also when the status is unheard of', () => {
    const { at } = bound();
    expect(at(1, answer('submit_sm_resp', submitted(at(0, submit(1))), 0x58))).toEqual([
      settled(1, { kind: 'refused', class: 'throttle', commandStatus: 0x58, name: 'ESME_RTHROTTLED' }),
    ]);
    expect(at(1, answer('submit_sm_resp', submitted(at(0, submit(2))), 0xdead))).toEqual([
      settled(2, {
        kind: 'refused',
        class: 'retry',
        plan: 'unlisted',
        commandStatus: 0xdead,
        name: 'reserved 0x0000DEAD',
      }),
    ]);
  });

  test('is refused by a generic_nack under its number, even one that claims success', () => {
    const { at } = bound();
    expect(at(1, answer('generic_nack', submitted(at(0, submit(1))), 0x01))).toMatchObject([
      { item: 1, outcome: { kind: 'refused', name: 'ESME_RINVMSGLEN' } },
    ]);
    expect(at(1, answer('generic_nack', submitted(at(0, submit(2))), 0))).toMatchObject([
      { item: 2, outcome: { kind: 'refused', class: 'permanent' } },
    ]);
  });

  test('is unknown after 30 s without an answer, and a late answer is told apart, once, for 10 minutes', () => {
    const { session, at } = bound({ times: { quietMs: 3_600_000 } });
    const sequence = submitted(at(0, submit(1)));
    expect(at(29_999, { type: 'tick' }).filter(isSettle)).toEqual([]);
    expect(at(30_000, { type: 'tick' }).filter(isSettle)).toEqual([settled(1, { kind: 'unknown', reason: 'timeout' })]);
    const late = at(31_000, answer('submit_sm_resp', sequence, 0x0b));
    expect(late).toMatchObject([{ type: 'late', item: 1, outcome: { kind: 'refused', class: 'permanent' } }]);
    expect(at(31_001, answer('submit_sm_resp', sequence))).toEqual([]);
    expect(session.faults.unmatched).toBe(1);

    const second = submitted(at(40_000, submit(2)));
    at(70_000, { type: 'tick' });
    expect(at(70_000 + 600_000, answer('submit_sm_resp', second))).toEqual([]);
    expect(session.faults.unmatched).toBe(2);
  });

  test.each<[string, PduToSend['command']]>([
    ['an enquire_link_resp', 'enquire_link_resp'],
    ['a deliver_sm_resp', 'deliver_sm_resp'],
    ['an unbind_resp', 'unbind_resp'],
    ['a bind_transceiver_resp', 'bind_transceiver_resp'],
  ])('is not settled by %s under its number', (_name, command) => {
    const { session, at } = bound();
    const sequence = submitted(at(0, submit(1)));
    expect(at(1, answer(command, sequence))).toEqual([]);
    expect(session.faults.unmatched).toBe(1);
    expect(session.outstanding()).toBe(1);
  });

  test('is settled once when its answer comes twice', () => {
    const { session, at } = bound();
    const sequence = submitted(at(0, submit(1)));
    expect(at(1, answer('submit_sm_resp', sequence))).toHaveLength(1);
    expect(at(1, answer('submit_sm_resp', sequence))).toEqual([]);
    expect(session.faults.unmatched).toBe(1);
  });

  test('that cannot be put on the wire is refused and nothing is written', () => {
    const { session, at } = bound();
    const effects = at(0, { type: 'submit', item: 1, fields: { destinationAddr: '1\0' } });
    expect(effects).toEqual([
      settled(1, { kind: 'refused', class: 'permanent', commandStatus: 0x0b, name: 'ESME_RINVDSTADR' }),
    ]);
    expect(session.outstanding()).toBe(0);
  });

  test('never leaves while the link is not bound or the window is full', () => {
    const { at } = fresh();
    expect(at(0, submit(1))).toEqual([settled(1, { kind: 'unsent', reason: 'The link is not bound.' })]);
    const full = bound({ window: 1 });
    full.at(0, submit(1));
    expect(full.session.isReady()).toBe(false);
    expect(full.at(0, submit(2))).toEqual([settled(2, { kind: 'unsent', reason: 'The window is full.' })]);
  });

  test('that is told "not bound" makes the link drain and bind anew, and the others keep their answers', () => {
    const { session, at } = bound();
    const first = submitted(at(0, submit(1)));
    const second = submitted(at(0, submit(2)));
    at(1, answer('submit_sm_resp', first, 0x04));
    expect(session.state()).toBe('DRAINING');
    expect(at(2, answer('submit_sm_resp', second)).filter(isSettle)).toMatchObject([{ outcome: { kind: 'accepted' } }]);
    expect(session.state()).toBe('UNBINDING');
  });
});

describe('sequence numbers', () => {
  test('go from 0x7FFFFFFF to 1', () => {
    const { at } = bound({ firstSequence: 0x7fff_fffe });
    expect(submitted(at(0, submit(1)))).toBe(0x7fff_ffff);
    expect(submitted(at(0, submit(2)))).toBe(1);
  });

  test('pass over those that still wait for their answer', () => {
    const window = createWindow(10, 0x7fff_ffff, 30_000);
    window.add(1, 100, 0);
    window.add(2, 200, 0);
    expect([window.nextSequence(), window.nextSequence()]).toEqual([0x7fff_ffff, 3]);
    expect([window.take(1), window.take(2), window.take(3)]).toEqual([100, 200, null]);
  });
});

test('a text that waits under 1 is not mixed up with those after the wrap, and each gets its own answer', () => {
  const { session, at } = bound({ firstSequence: 0x7fff_fffe, times: { quietMs: 3_600_000, responseMs: 600_000 } });
  expect(submitted(at(0, submit(1)))).toBe(0x7fff_ffff);
  expect(submitted(at(0, submit(2)))).toBe(1);
  expect(submitted(at(0, submit(3)))).toBe(2);
  const accepted = (item: number) => settled(item, { kind: 'accepted', carrierId: '' });
  expect(at(1, answer('submit_sm_resp', 2))).toEqual([accepted(3)]);
  expect(at(1, answer('submit_sm_resp', 0x7fff_ffff))).toEqual([accepted(1)]);
  expect(at(1, answer('submit_sm_resp', 0))).toEqual([]);
  expect(at(1, answer('submit_sm_resp', 1))).toEqual([accepted(2)]);
  expect(session.outstanding()).toBe(0);
});

describe('a link without texts', () => {
  const times = { inactivityMs: 5_000 };

  test('is unbound after its time, and closed when the peer answers', () => {
    const { session, at, written } = bound({ times });
    expect(session.deadline()).toBe(5_000);
    at(4_999, { type: 'tick' });
    expect([session.state(), session.isResting()]).toEqual(['BOUND', false]);
    at(5_000, { type: 'tick' });
    expect(written().at(-1)?.command).toBe('unbind');
    expect([session.state(), session.isResting(), session.isReady()]).toEqual(['UNBINDING', true, false]);
    const effects = at(5_001, answer('unbind_resp', written().at(-1)?.sequenceNumber ?? 0));
    expect(effects.at(-1)).toEqual({ type: 'close', reason: 'inactive', commandStatus: 0 });
    expect(session.isResting()).toBe(false);
  });

  test.each<[string, SessionEvent | number]>([
    ['hangs up', { type: 'disconnected' }],
    ['is silent', 10_000],
  ])('is closed as well when the peer %s', (_name, end) => {
    const { at } = bound({ times });
    at(5_000, { type: 'tick' });
    const effects = typeof end === 'number' ? at(end, { type: 'tick' }) : at(5_001, end);
    expect(effects.at(-1)).toMatchObject({ type: 'close', reason: 'inactive' });
  });

  test('counts from the last text in either direction, and from no enquire_link', () => {
    const { session, at } = bound({ times });
    at(1_000, answer('submit_sm_resp', submitted(at(1_000, submit(1)))));
    expect(session.deadline()).toBe(6_000);
    const [delivery] = at(3_000, answer('deliver_sm', 7));
    at(3_001, { type: 'answer', delivery: deliveryOf(delivery), commandStatus: 0 });
    at(4_000, answer('enquire_link', 8));
    expect(session.deadline()).toBe(8_000);
  });

  test('waits for what is under way, and asks again only after its time', () => {
    const { session, at } = bound({ times: { inactivityMs: 5_000, quietMs: 3_600_000 } });
    submitted(at(0, submit(1)));
    at(5_000, { type: 'tick' });
    expect([session.state(), session.deadline()]).toEqual(['BOUND', 10_000]);
  });

  test('stays when it only receives, or when the profile says nothing', () => {
    for (const changes of [{ times, type: 'receiver' as const }, {}]) {
      const { session, at } = bound(changes);
      expect(session.deadline()).toBe(20_000);
      at(19_999, { type: 'tick' });
      expect(session.state()).toBe('BOUND');
    }
  });
});

describe('a peer that is quiet', () => {
  test('is asked after 20 s, is asked again after 10 s, and is gone after 40 s', () => {
    const { session, at, written } = bound();
    at(20_000, { type: 'tick' });
    expect(written().at(-1)).toMatchObject({ command: 'enquire_link' });
    expect(session.isReady()).toBe(false);
    at(30_000, { type: 'tick' });
    expect(written().filter((pdu) => pdu.command === 'enquire_link')).toHaveLength(2);
    expect(session.state()).toBe('BOUND');
    expect(at(40_000, { type: 'tick' })).toContainEqual({ type: 'close', reason: 'peer_silent', commandStatus: 0 });
  });

  test('that answers is trusted again', () => {
    const { session, at, written } = bound();
    at(20_000, { type: 'tick' });
    at(21_000, answer('enquire_link_resp', written().at(-1)?.sequenceNumber ?? 0));
    expect(session.isReady()).toBe(true);
    expect(session.deadline()).toBe(41_000);
    expect(session.faults.unmatched).toBe(0);
  });

  test('is not asked while anything comes from it', () => {
    const { at, written } = bound();
    for (let now = 0; now <= 100_000; now += 10_000) {
      at(now, answer('deliver_sm', now + 1));
      at(now, { type: 'tick' });
    }
    expect(written().filter((pdu) => pdu.command === 'enquire_link')).toEqual([]);
  });
});

describe('what the peer asks', () => {
  test.each([
    ['while binding', (test_: Driven) => test_.at(0, { type: 'connected' })],
    ['when bound', (test_: Driven) => drive(test_.session)],
    ['while draining', (test_: Driven) => (drive(test_.session), test_.at(0, submit(1)), test_.at(0, stop))],
    ['while unbinding', (test_: Driven) => (drive(test_.session), test_.at(0, stop))],
  ])('enquire_link is answered at once %s', (_name, prepare) => {
    const test_ = fresh();
    test_.at(0, { type: 'start' });
    prepare(test_);
    test_.at(1, answer('enquire_link', 4711));
    expect(test_.written().at(-1)).toMatchObject({
      command: 'enquire_link_resp',
      sequenceNumber: 4711,
      commandStatus: 0,
    });
  });

  test('unbind is answered, and the link is lost with all that waits', () => {
    const { at, written } = bound();
    at(0, submit(1));
    const effects = at(1, answer('unbind', 8));
    expect(written().at(-1)).toMatchObject({ command: 'unbind_resp', sequenceNumber: 8 });
    expect(effects).toContainEqual(settled(1, { kind: 'unknown', reason: 'link_lost' }));
    expect(effects.at(-1)).toEqual({ type: 'close', reason: 'peer_unbound', commandStatus: 0 });
  });

  test.each([
    ['a command nobody knows', rawFrame(0x0000_7777, 12)],
    ['query_sm', rawFrame(0x0000_0003, 12)],
    ['submit_sm to us', encodePdu({ command: 'submit_sm', sequenceNumber: 12 })],
    ['a bind to us', encodePdu({ command: 'bind_receiver', sequenceNumber: 12 })],
    ['an outbind', encodePdu({ command: 'outbind', sequenceNumber: 12 })],
  ])('%s gets a generic_nack "invalid command id"', (_name, octets) => {
    const { session, at, written } = bound();
    at(1, { type: 'frame', frame: octets });
    expect(written().at(-1)).toMatchObject({ command: 'generic_nack', commandStatus: 3, sequenceNumber: 12 });
    expect(session.state()).toBe('BOUND');
  });

  test('an unknown answer and an alert_notification get nothing', () => {
    const { at } = bound();
    expect(at(1, { type: 'frame', frame: rawFrame(0x8000_7777, 12) })).toEqual([]);
    expect(at(1, { type: 'frame', frame: rawFrame(0x0000_0102, 12) })).toEqual([]);
  });

  test('a request that cannot be read gets a generic_nack, and the link goes on', () => {
    const { session, at, written } = bound();
    at(1, { type: 'frame', frame: rawFrame(0x0000_0005, 12) });
    expect(written().at(-1)).toMatchObject({ command: 'generic_nack', commandStatus: 2, sequenceNumber: 12 });
    expect(session.state()).toBe('BOUND');
    expect(session.faults.unreadable).toBe(1);
  });

  test('a stream without PDUs gets a generic_nack and the end', () => {
    const { at, written } = bound();
    const effects = at(1, { type: 'violation' });
    expect(written().at(-1)).toMatchObject({ command: 'generic_nack', commandStatus: 2, sequenceNumber: 0 });
    expect(effects.at(-1)).toMatchObject({ type: 'close', reason: 'invalid_pdu_length' });
  });
});

describe('a delivery', () => {
  test('is answered when its handler is done, with what the handler says', () => {
    const { at, written } = bound();
    const [first] = at(0, answer('deliver_sm', 21));
    const [second] = at(0, answer('deliver_sm', 22));
    expect(written().filter((pdu) => pdu.command === 'deliver_sm_resp')).toEqual([]);
    at(1, { type: 'answer', delivery: deliveryOf(second), commandStatus: 0x64 });
    at(1, { type: 'answer', delivery: deliveryOf(first), commandStatus: 0 });
    at(1, { type: 'answer', delivery: deliveryOf(first), commandStatus: 0 });
    expect(written().filter((pdu) => pdu.command === 'deliver_sm_resp')).toMatchObject([
      { sequenceNumber: 22, commandStatus: 0x64 },
      { sequenceNumber: 21, commandStatus: 0 },
    ]);
  });

  test('by data_sm is one like any other, and answered by data_sm_resp', () => {
    const { at, written } = bound();
    const fields = { sourceAddr: '14155550123', messagePayload: Buffer.from('Hi') };
    const octets = encodePdu({ command: 'data_sm', sequenceNumber: 21, fields });
    const [effect] = at(0, { type: 'frame', frame: octets });
    expect(effect).toMatchObject({
      type: 'deliver',
      sequence: 21,
      fields: { ...fields, shortMessage: Buffer.alloc(0) },
    });
    at(1, { type: 'answer', delivery: deliveryOf(effect), commandStatus: 0x64 });
    expect(written().at(-1)).toMatchObject({ command: 'data_sm_resp', sequenceNumber: 21, commandStatus: 0x64 });
  });

  test('under a number that is still in work is a delivery of its own', () => {
    const { at } = bound();
    const ids = [...at(0, answer('deliver_sm', 5)), ...at(0, answer('deliver_sm', 5))].map(deliveryOf);
    expect(new Set(ids).size).toBe(2);
  });

  test('beyond the limit is put off, not lost and not kept', () => {
    const { at, written } = bound();
    for (let sequence = 1; sequence <= DELIVERIES_MAX; sequence += 1) at(0, answer('deliver_sm', sequence));
    expect(at(0, answer('deliver_sm', 9_999)).map(({ type }) => type)).toEqual(['write']);
    expect(written().at(-1)).toMatchObject({ command: 'deliver_sm_resp', sequenceNumber: 9_999, commandStatus: 0x14 });
  });
});

describe('stopping', () => {
  test('waits for what is under way, unbinds and closes', () => {
    const { session, at, written } = bound();
    const sequence = submitted(at(0, submit(1)));
    const [delivery] = at(0, answer('deliver_sm', 30));
    at(1, stop);
    expect(session.state()).toBe('DRAINING');
    expect(at(1, submit(2))).toMatchObject([{ outcome: { kind: 'unsent' } }]);
    at(2, answer('submit_sm_resp', sequence));
    expect(session.state()).toBe('DRAINING');
    at(3, { type: 'answer', delivery: deliveryOf(delivery), commandStatus: 0 });
    expect(written().slice(-2)).toMatchObject([{ command: 'deliver_sm_resp' }, { command: 'unbind' }]);
    expect(at(4, answer('unbind_resp', written().at(-1)?.sequenceNumber ?? 0))).toContainEqual({
      type: 'close',
      reason: 'stopped',
      commandStatus: 0,
    });
  });

  test('waits no longer than it was told, and 5 s for the answer to unbind', () => {
    const { session, at } = bound();
    at(0, submit(1));
    at(0, stop);
    at(10_000, { type: 'tick' });
    expect(session.state()).toBe('UNBINDING');
    const effects = at(15_000, { type: 'tick' });
    expect(effects).toContainEqual(settled(1, { kind: 'unknown', reason: 'link_lost' }));
    expect(effects.at(-1)).toMatchObject({ type: 'close', reason: 'stopped' });
  });

  test('before the bind just closes', () => {
    const { at } = fresh();
    at(0, { type: 'start' });
    expect(at(1, stop).at(-1)).toEqual({ type: 'close', reason: 'stopped', commandStatus: 0 });
  });
});

describe('whatever happens in whatever order', () => {
  propertyTest.prop(
    [
      fc.boolean(),
      fc.integer({ min: 1, max: 4 }),
      fc.constantFrom(1, 0x7fff_fffb),
      fc.record({
        type: fc.constantFrom(
          'transceiver' as const,
          'transceiver' as const,
          'transmitter' as const,
          'receiver' as const,
        ),
        isSecure: fc.boolean(),
        times: fc.constantFrom({}, {}, { inactivityMs: 3 }, { inactivityMs: 10_000 }),
      }),
      fc.array(anyStep(), { maxLength: 80 }),
    ],
    { numRuns: 3_000 },
  )(
    'each text is settled exactly once and nothing waits after the end',
    (isBound, window, firstSequence, kind, steps) => {
      const session = createSession({ ...options, ...kind, window, firstSequence });
      if (isBound) drive(session);
      const submittedItems: number[] = [];
      const settledItems: number[] = [];
      const unanswered = new Set<number>();
      let now = 0;

      const perform = (event: SessionEvent) => {
        const before = session.state();
        const effects = session.handle(event, now);
        for (const effect of effects) {
          if (effect.type === 'settle') settledItems.push(effect.item);
          if (effect.type === 'write') watch(effect.octets, before);
        }
        expect(session.outstanding()).toBeLessThanOrEqual(window);
        if (session.state() === 'CLOSED') {
          expect(session.deadline()).toBeNull();
          expect(session.outstanding()).toBe(0);
        }
        if (before === 'CLOSED') expect(effects.filter((effect) => effect.type !== 'settle')).toEqual([]);
      };
      const watch = (octets: Buffer, state: string) => {
        const pdu = read(octets);
        if (pdu.command !== 'submit_sm') return;
        expect([state, kind.type]).not.toContain('receiver');
        expect(state).toBe('BOUND');
        expect(pdu.sequenceNumber).toBeGreaterThanOrEqual(1);
        expect(pdu.sequenceNumber).toBeLessThanOrEqual(0x7fff_ffff);
        unanswered.add(pdu.sequenceNumber);
      };

      for (const step of steps) {
        now += step.afterMs;
        if (step.kind === 'submit') {
          submittedItems.push(submittedItems.length);
          perform({ type: 'submit', item: submittedItems.length - 1, fields: {} });
        } else if (step.kind === 'answer') {
          const sequence = [...unanswered].at(step.index % Math.max(1, unanswered.size)) ?? step.index;
          perform(answer(step.command, sequence, step.status));
        } else {
          perform(step.event);
        }
      }
      perform({ type: 'disconnected' });
      expect(settledItems.toSorted((a, b) => a - b)).toEqual(submittedItems);
      expect(session.state()).toBe('CLOSED');
    },
  );

  const times = fc.constantFrom({}, { inactivityMs: 15_000 });
  propertyTest.prop([times, fc.array(anyStep(), { maxLength: 40 })], { numRuns: 500 })(
    'a session that is given its ticks ends by itself once the peer is silent',
    (its, steps) => {
      const session = bound({ times: its }).session;
      let now = 0;
      for (const step of steps) {
        now += step.afterMs;
        if (step.kind === 'event') session.handle(step.event, now);
      }
      for (let ticks = 0; ticks < 20 && session.state() !== 'CLOSED'; ticks += 1) {
        const deadline: number = session.deadline() ?? Number.POSITIVE_INFINITY;
        expect(deadline - now).toBeLessThanOrEqual(30_000);
        now = Math.max(now, deadline);
        session.handle({ type: 'tick' }, now);
      }
      expect(session.state()).toBe('CLOSED');
    },
  );
});

describe('octets of chance', () => {
  const commands = Object.keys(layouts) as PduToSend['command'][];
  const mutated = fc
    .record({
      command: fc.constantFrom(...commands),
      sequenceNumber: fc.oneof(fc.nat(20), fc.nat(0xffff_ffff)),
      flips: fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }),
      tail: fc.uint8Array({ maxLength: 40 }),
    })
    .map(({ command, sequenceNumber, flips, tail }) => {
      const octets = Buffer.concat([encodePdu({ command, sequenceNumber }), tail]);
      octets.writeUInt32BE(octets.length, 0);
      for (const [at, octet] of flips) octets[4 + (at % (octets.length - 4))] = octet;
      return octets;
    });

  propertyTest.prop([fc.array(mutated, { minLength: 10, maxLength: 40 })], { numRuns: 1_000 })(
    'leave the session able to answer the next enquire_link, or close it',
    (frames) => {
      const { session, at, written } = bound();
      at(0, submit(1));
      for (const octets of frames) at(1, { type: 'frame', frame: octets });
      if (session.state() === 'CLOSED') return;
      at(2, answer('enquire_link', 4711));
      expect(written().at(-1)).toMatchObject({ command: 'enquire_link_resp', sequenceNumber: 4711 });
    },
  );
});

const options: SessionOptions = { bind: { systemId: 'bridge', password: 'pw' }, window: 10 };
const stop: SessionEvent = { type: 'stop', drainMs: 10_000 };

interface Driven {
  readonly session: Session;
  readonly at: (now: number, event: SessionEvent) => Effect[];
  readonly written: () => Pdu[];
}

function fresh(changes: Partial<SessionOptions> = {}): Driven {
  const session = createSession({ ...options, ...changes });
  const all: Effect[] = [];
  return {
    session,
    at(now, event) {
      const effects = session.handle(event, now);
      all.push(...effects);
      return effects;
    },
    written: () => all.filter((effect) => effect.type === 'write').map((effect) => read(effect.octets)),
  };
}

function bound(changes: Partial<SessionOptions> = {}): Driven {
  const test_ = fresh(changes);
  drive(test_.session);
  return test_;
}

/** Takes a session that is not connected yet to BOUND, at time 0. */
function drive(session: Session): void {
  session.handle({ type: 'start' }, 0);
  const effects = [...session.handle({ type: 'connected' }, 0), ...session.handle({ type: 'secured' }, 0)];
  const [bind] = effects.filter((effect) => effect.type === 'write');
  const { command, sequenceNumber } = bind ? read(bind.octets) : { command: null, sequenceNumber: 0 };
  if (command && isBind(command)) session.handle(answer(`${command}_resp`, sequenceNumber), 0);
}

function submit(item: number): SessionEvent {
  return { type: 'submit', item, fields: { destinationAddr: '14155550123', shortMessage: Buffer.from('hello') } };
}

/** The sequence_number of the one submit_sm among the effects. */
function submitted(effects: Effect[]): number {
  const writes = effects.filter((effect) => effect.type === 'write').map((effect) => read(effect.octets));
  expect(writes).toMatchObject([{ command: 'submit_sm' }]);
  return writes[0]?.sequenceNumber ?? 0;
}

function answer(command: PduToSend['command'], sequenceNumber: number, commandStatus = 0): SessionEvent {
  return frame({ command, sequenceNumber, commandStatus });
}

function frame(pdu: PduToSend): SessionEvent {
  return { type: 'frame', frame: encodePdu(pdu) };
}

function rawFrame(commandId: number, sequence: number): Buffer {
  const octets = Buffer.alloc(16);
  [16, commandId, 0, sequence].forEach((word, index) => octets.writeUInt32BE(word, index * 4));
  return octets;
}

function read(octets: Buffer): Pdu {
  const decoded = decodePdu(octets);
  if (!decoded.ok) throw new Error(decoded.reason);
  return decoded.pdu;
}

function settled(item: number, outcome: Extract<Effect, { type: 'settle' }>['outcome']): Effect {
  return { type: 'settle', item, outcome };
}

const isSettle = (effect: Effect) => effect.type === 'settle';

function deliveryOf(effect: Effect | undefined): number {
  if (effect?.type !== 'deliver') throw new Error('not a deliver effect');
  return effect.delivery;
}

type Step = { readonly afterMs: number } & (
  | { readonly kind: 'submit' }
  | { readonly kind: 'answer'; readonly command: PduToSend['command']; readonly index: number; readonly status: number }
  | { readonly kind: 'event'; readonly event: SessionEvent }
);

function anyStep(): fc.Arbitrary<Step> {
  const afterMs = fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.nat(25_000) });
  const status = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.constantFrom(0x58, 0x0b, 0x04, 0x999));
  const answers = fc.constantFrom<PduToSend['command']>(
    'submit_sm_resp',
    'submit_sm_resp',
    'submit_sm_resp',
    'generic_nack',
  );
  const others = fc.constantFrom<PduToSend['command']>(
    'enquire_link_resp',
    'deliver_sm_resp',
    'unbind_resp',
    'enquire_link',
  );
  const events = fc.oneof(
    { weight: 3, arbitrary: fc.constant<SessionEvent>({ type: 'start' }) },
    { weight: 3, arbitrary: fc.constant<SessionEvent>({ type: 'connected' }) },
    { weight: 2, arbitrary: fc.constant<SessionEvent>({ type: 'secured' }) },
    { weight: 3, arbitrary: fc.constantFrom(1, 0x7fff_fffb).map((n) => answer('bind_transceiver_resp', n)) },
    { weight: 5, arbitrary: fc.constant<SessionEvent>({ type: 'tick' }) },
    { weight: 2, arbitrary: fc.nat(20).map((n) => answer('deliver_sm', n)) },
    {
      weight: 2,
      arbitrary: fc.nat(6).map((n): SessionEvent => ({ type: 'answer', delivery: n, commandStatus: 0 })),
    },
    { weight: 1, arbitrary: fc.nat(12).map((n) => answer('unbind_resp', n)) },
    {
      weight: 1,
      arbitrary: fc
        .uint8Array({ maxLength: 60 })
        .map((bytes): SessionEvent => ({ type: 'frame', frame: Buffer.from(bytes) })),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom<SessionEvent>(
        stop,
        { type: 'violation' },
        { type: 'disconnected' },
        answer('unbind', 3),
      ),
    },
  );
  return fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('submit' as const), afterMs }) },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('answer' as const),
        command: answers,
        index: fc.nat(50),
        status,
        afterMs,
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('answer' as const),
        command: others,
        index: fc.nat(50),
        status,
        afterMs,
      }),
    },
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('event' as const), event: events, afterMs }) },
  );
}
