import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../server/messages/carrier.ts';
import { messageReader } from '../../server/messages/read.ts';
import { partView } from '../../server/rules/part-view.ts';
import { until } from '../support/until.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { type World, world } from '../support/world.ts';

const refused = (over: Partial<Extract<Outcome, { kind: 'refused' }>>): Outcome => ({
  kind: 'refused',
  class: 'retry',
  commandStatus: 0x08,
  name: 'ESME_RSYSERR',
  ...over,
});
const accepted = (carrierId: string): Outcome => ({ kind: 'accepted', carrierId });

const partsOf = async (w: World, id: string) =>
  (await messageReader(w.database).parts(id)).map((part) => partView(part, true));

describe('R026: what a carrier says is kept for every part and every attempt', () => {
  test('acceptance with its id, and the receipt with its TLVs', async () => {
    const w = await world();
    w.startWorking();
    const id = await w.send({ body: 'x'.repeat(300) });
    await w.reaches(id, 'sent');
    const tlvs = { receipted_message_id: '2', message_state: 5, network_error_code: '03001b' };
    await w.receipt({ carrierId: '2', state: 'undelivered', raw: 'id:2 stat:UNDELIV', tlvs });
    expect(await partsOf(w, id)).toMatchObject([
      { part: 1, attempt: 1, status: 'sent', carrier_message_id: '1', command_status: '0x00000000', receipt: null },
      {
        part: 2,
        attempt: 1,
        smsc_id: 'fake',
        status: 'undelivered',
        carrier_message_id: '2',
        receipt: { state: 'undelivered', raw: 'id:2 stat:UNDELIV', tlvs },
      },
    ]);
    expect((await w.message(id)).error).toMatchObject({ reason: 'ABSENT_SUBSCRIBER', class: 'retry' });
  });

  test('refusals with their status, and attempts without an answer', async () => {
    const w = await world();
    const answers = [refused({ class: 'permanent', commandStatus: 0x0b, name: 'ESME_RINVDSTADR' })];
    w.carrier.answer = (_part, count) =>
      count === 1 ? { kind: 'unknown', reason: 'timeout' } : (answers[0] as Outcome);
    w.startWorking();
    const id = await w.send();
    await w.reaches(id, 'failed');
    expect(await partsOf(w, id)).toMatchObject([
      { attempt: 1, status: 'unknown', carrier_message_id: null, command_status: null, command_status_name: null },
      { attempt: 2, status: 'refused', command_status: '0x0000000B', command_status_name: 'ESME_RINVDSTADR' },
    ]);
  });

  test('of a text that is throttled again and again, the last refusal only', async () => {
    const clock = virtualClock();
    const w = await world({ clock });
    w.carrier.answer = (_part, count) =>
      count > 3 ? accepted('4') : refused({ class: 'throttle', commandStatus: 0x58, name: 'ESME_RTHROTTLED' });
    w.startWorking();
    const id = await w.send();
    for (let attempt = 1; attempt <= 3; attempt++) {
      await until(async () => (await w.message(id)).attempts === attempt && (await w.message(id)).status === 'queued');
      await clock.advance(31_000);
      await w.sweep();
    }
    await w.reaches(id, 'sent');
    expect(await partsOf(w, id)).toMatchObject([
      { attempt: 3, status: 'refused', command_status: '0x00000058' },
      { attempt: 4, status: 'sent' },
    ]);
  });

  test('the receipt that decided, not a later one that says less', async () => {
    const w = await world();
    w.startWorking();
    const id = await w.send();
    await w.reaches(id, 'sent');
    for (const [state, raw] of [
      ['enroute', 'id:1 stat:ENROUTE'],
      ['enroute', 'id:1 stat:ACCEPTD'],
      ['delivered', 'id:1 stat:DELIVRD'],
      ['undelivered', 'id:1 stat:UNDELIV'],
      ['enroute', 'id:1 stat:ENROUTE'],
    ] as const) {
      await w.receipt({ state, raw });
    }
    expect(await partsOf(w, id)).toMatchObject([{ status: 'delivered', receipt: { raw: 'id:1 stat:DELIVRD' } }]);
  });
});

describe('R089: the plans of retries', () => {
  test('are followed as they are configured, and a status that carriers made up is given up sooner', async () => {
    const clock = virtualClock();
    const w = await world({ clock, retryPolicy: { unlisted: { intervals_seconds: [1], max_attempts: 2 } } });
    w.carrier.answer = () => refused({ commandStatus: 0x432, name: 'vendor 0x00000432', plan: 'unlisted' });
    w.startWorking();
    const id = await w.send();
    await until(async () => (await w.message(id)).attempts === 1 && (await w.message(id)).status === 'queued');
    await clock.advance(1_500);
    await w.sweep();
    expect(await w.reaches(id, 'failed')).toMatchObject({
      attempts: 2,
      error: { code: 'UNKNOWN_ERROR', class: 'review', upstream: { command_status: '0x00000432' } },
    });
  });
});

test('the error of a long text comes from the part that did not arrive, when all receipts come at once', async () => {
  const w = await world();
  w.startWorking();
  const id = await w.send({ body: 'x'.repeat(400) });
  await w.reaches(id, 'sent');
  await Promise.all([
    w.receipt({ carrierId: '1' }),
    w.receipt({ carrierId: '2', state: 'rejected', error: '88', raw: 'id:2 stat:REJECTD err:88' }),
    w.receipt({ carrierId: '3' }),
  ]);
  expect(await w.message(id)).toMatchObject({
    status: 'undelivered',
    error: { code: 'FILTERED', upstream: { receipt_error: '88', receipt_state: 'rejected' } },
  });
});
