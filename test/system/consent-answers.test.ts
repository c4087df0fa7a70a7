import { describe, expect, test } from 'vitest';
import { virtualClock } from '../support/virtual-clock.ts';
import { RECIPIENT, type World, world } from '../support/world.ts';

const OURS = '+14155550100';
const HOUR_MS = 3_600_000;

const answers = async (w: World, purpose = 'help_answer') =>
  (await w.messages()).filter((text) => text.purpose === purpose);
const said = (w: World, ...texts: string[]) =>
  texts.reduce((before, text) => before.then(() => w.inbound(text)), Promise.resolve());
const conversing = async (w: World) =>
  (await w.messages()).filter(({ direction }) => direction === 'inbound').map(({ intent }) => intent?.type ?? null);

async function carrierManaged(w: World): Promise<void> {
  await w.sending.senders.add({
    mode: 'live',
    value: OURS,
    type: 'toll_free',
    countries: [],
    purpose: [],
    mps: null,
    registration: null,
    smsc_ids: [],
    opt_out_managed_by: 'carrier',
    shared: false,
  });
}

describe('HELP', () => {
  test('is answered with who is texting, where help is, and how to stop, from the number that was asked', async () => {
    const w = await world({ supportContact: 'help@acme.example' });
    await w.inbound('HELP');
    const [answer] = await answers(w);
    expect(answer).toMatchObject({ from: OURS, to: RECIPIENT, status: 'queued' });
    for (const part of ['Acme', 'help@acme.example', 'STOP', 'rates']) expect(answer?.body).toContain(part);
    const [asked] = await w.messages();
    expect(answer?.in_reply_to).toBe((await w.messages()).find(({ body }) => body === 'HELP')?.id);
    expect(asked).toBeDefined();
  });

  test('is answered to somebody who has opted out, and reaches them', async () => {
    const w = await world();
    await said(w, 'STOP', 'HELP');
    const [answer] = await answers(w);
    w.startWorking();
    await w.reaches(answer?.id ?? '', 'sent');
    expect(await w.contacts.consents.status('live', RECIPIENT)).toMatchObject({ status: 'opted_out' });
  });

  test('is answered once an hour', async () => {
    const clock = virtualClock();
    const w = await world({ clock });
    await said(w, 'HELP', 'help', 'INFO');
    expect(await answers(w)).toHaveLength(1);
    clock.jump(HOUR_MS + 1_000);
    await w.inbound('HELP');
    expect(await answers(w)).toHaveLength(2);
  });

  test('is answered in its language', async () => {
    const w = await world();
    await w.inbound('AIDE', '+33639980001');
    expect((await answers(w))[0]?.body).toContain('SMS de Acme');
  });

  test('in an answer of a machine is not answered, nor are our own words that come back', async () => {
    const w = await world({ clock: virtualClock() });
    await w.inbound('Automatic reply: HELP');
    expect(await answers(w)).toEqual([]);
  });

  test('is not answered to somebody who has got five answers in ten minutes', async () => {
    const w = await world({ clock: virtualClock() });
    await said(w, 'STOP', 'START', 'STOP', 'START', 'STOP', 'HELP');
    expect(await answers(w)).toEqual([]);
    expect(await answers(w, 'opt_out_confirmation')).toHaveLength(3);
  });
});

describe('START', () => {
  test('of somebody who has opted out opts in, with proof, and is answered once', async () => {
    const w = await world();
    await said(w, 'STOP', 'START', 'START');
    expect(await w.contacts.consents.status('live', RECIPIENT)).toMatchObject({ status: 'opted_in' });
    const answered = await answers(w, 'opt_in_answer');
    expect(answered.map(({ body }) => body)).toEqual([expect.stringMatching(/subscribed again.*Acme.*STOP/s)]);
    const events = await w.contacts.consents.events('live', RECIPIENT, '0', 10);
    expect(events.map(({ action, evidence }) => [action, evidence])).toEqual([
      ['opt_out', expect.objectContaining({ text: 'STOP' })],
      ['opt_in', expect.objectContaining({ text: 'START' })],
    ]);
    w.startWorking();
    await w.reaches(answered[0]?.id ?? '', 'sent');
  });

  test('of somebody who has not is an ordinary text that opts nobody in', async () => {
    const w = await world();
    await w.inbound('START');
    expect(await w.contacts.consents.status('live', RECIPIENT)).toMatchObject({ status: 'unknown' });
    expect(await answers(w, 'opt_in_answer')).toEqual([]);
  });

  test('ends the doubt about an earlier reply, so that it does not become an opt-out', async () => {
    const clock = virtualClock();
    const w = await world({ clock });
    await said(w, 'who is this', 'START');
    clock.jump(25 * HOUR_MS);
    await w.sweep();
    expect(await w.contacts.consents.status('live', RECIPIENT)).toMatchObject({ status: 'opted_in' });
  });

  test.each(['YES', 'Y', 'OK', 'please text me again'])('is not read into %j after STOP', async (text) => {
    const w = await world();
    await said(w, 'STOP', text);
    expect(await w.contacts.consents.status('live', RECIPIENT)).toMatchObject({ status: 'opted_out' });
  });
});

test('a sender whose carrier answers STOP gets the opt-out recorded, and no second answer from us', async () => {
  const w = await world();
  await carrierManaged(w);
  await w.inbound('STOP');
  expect(await w.contacts.consents.status('live', RECIPIENT)).toMatchObject({ status: 'opted_out' });
  await w.inbound('START');
  expect(await w.contacts.consents.status('live', RECIPIENT)).toMatchObject({ status: 'opted_in' });
  expect((await w.messages()).filter(({ purpose }) => purpose !== 'text')).toEqual([]);
  await w.inbound('HELP');
  expect(await answers(w)).toHaveLength(1);
  expect(await conversing(w)).toEqual(['opt_out', 'opt_in', 'help']);
});
