import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../server/messages/carrier.ts';
import { until } from '../support/until.ts';
import { RECIPIENT, world } from '../support/world.ts';

describe('a text from a phone', () => {
  test('is stored as received, with the text it answers', async () => {
    const { send, inbound, messages, eventTypes } = await world();
    const question = await send({ body: 'Is Tuesday fine?' });
    await inbound('YES');
    const answer = (await messages()).find(({ direction }) => direction === 'inbound');
    expect(answer).toMatchObject({
      status: 'received',
      from: RECIPIENT,
      body: 'YES',
      in_reply_to: question,
      intent: null,
    });
    expect(await eventTypes(answer?.id ?? '')).toEqual(['message.received']);
  });

  test('answers no text that was kept back, nor the answer that it gets itself', async () => {
    const { send, inbound, messages } = await world();
    const question = await send({ body: 'Is Tuesday fine?' });
    await inbound('STOP');
    await expect(send({ body: 'Or Wednesday?' })).rejects.toThrow('OPTED_OUT');
    await inbound('HELP');
    const answers = (await messages()).filter(({ direction }) => direction === 'inbound');
    const confirmation = (await messages()).find(({ purpose }) => purpose === 'opt_out_confirmation');
    expect(answers.map(({ body, in_reply_to }) => [body, in_reply_to])).toEqual([
      ['STOP', question],
      ['HELP', confirmation?.id],
    ]);
  });

  test('is the same contact whether the carrier writes the number with + or without', async () => {
    const { send, inbound, messages } = await world();
    const question = await send();
    await inbound('Hello', RECIPIENT.slice(1));
    const answer = (await messages()).find(({ direction }) => direction === 'inbound');
    expect(answer).toMatchObject({ from: RECIPIENT, in_reply_to: question });
  });

  test('with what PostgreSQL cannot store is stored without it, not refused for ever', async () => {
    const { inbound, messages } = await world();
    await inbound('a\0b\uD800c');
    expect((await messages())[0]?.body).toBe('ab\uFFFDc');
  });

  test('is not acknowledged when it cannot be stored, so that a STOP is delivered again', async () => {
    const { inbound, database } = await world();
    await database.close();
    await expect(inbound('STOP')).rejects.toThrow();
  });
});

describe('STOP', () => {
  test.each(['STOP', 'stop', 'Quit', 'END', 'revoke', 'opt out', 'cancel', 'UNSUBSCRIBE', 'S.T.O.P.', 'Stop!!'])(
    'as %j opts out, and a later send is a recorded rejection',
    async (word) => {
      const { inbound, accept, messages, eventTypes } = await world();
      await inbound(word);
      const { verdict } = await accept();
      expect(verdict).toMatchObject({ ok: false, refusal: { code: 'OPTED_OUT', extra: { source: 'keyword' } } });
      const rejected = (await messages()).find(({ status }) => status === 'rejected');
      expect(rejected).toMatchObject({ to: RECIPIENT, due_at: null, error: { code: 'OPTED_OUT' } });
      expect(verdict).toMatchObject({ refusal: { extra: { message_id: rejected?.id } } });
      expect(await eventTypes(rejected?.id ?? '')).toEqual(['message.rejected']);
    },
  );

  test('is recorded before the text that says it is told to anybody', async () => {
    const { inbound, messages, eventTypes } = await world();
    await inbound('STOP');
    const stop = (await messages()).find(({ direction }) => direction === 'inbound');
    expect(await eventTypes(stop?.id ?? '')).toEqual(['contact.opted_out', 'message.received']);
    expect(stop?.intent).toEqual({ type: 'opt_out', tier: 'exact', matched: 'stop', language: 'en' });
  });

  test('cancels what is queued for the number, and nobody else’s text', async () => {
    const { send, inbound, message, eventTypes } = await world();
    const [mine, other] = [await send(), await send({ to: '+14155550124' })];
    await inbound('STOP');
    expect(await message(mine)).toMatchObject({ status: 'canceled', error: { code: 'OPTED_OUT' }, due_at: null });
    expect(await eventTypes(mine)).toEqual(['message.queued', 'message.canceled']);
    expect((await message(other)).status).toBe('queued');
  });

  test('sends exactly one confirmation, which arrives although the number has opted out', async () => {
    const { inbound, messages, carrier, startWorking, reaches } = await world();
    startWorking();
    await inbound('STOP');
    await inbound('STOP');
    const [confirmation, ...more] = (await messages()).filter(({ direction }) => direction === 'outbound');
    expect(more).toEqual([]);
    await reaches(confirmation?.id ?? '', 'sent');
    expect(carrier.parts.map(({ to }) => to)).toEqual([RECIPIENT]);
    expect(confirmation?.body).toContain('Acme');
    const seconds = (Number(confirmation?.expires_at) - Number(confirmation?.created_at)) / 1_000;
    expect(seconds).toBe(300);
  });

  test('wins over a job that was announced before it', async () => {
    const { send, inbound, startWorking, carrier, message } = await world();
    const id = await send();
    await inbound('STOP');
    startWorking();
    await until(() => carrier.parts.length === 1);
    expect(carrier.parts[0]?.text).toContain('unsubscribed');
    expect((await message(id)).status).toBe('canceled');
  });

  test('wins over a text that slipped in between its check and its commit: the claim asks again', async () => {
    const { send, reaches, startWorking, carrier, database } = await world();
    const id = await send();
    // As if the STOP had committed while the text was being accepted: the opt-out is there, the text is queued.
    await database.query({
      text: `insert into opt_outs (mode, number, opted_out_at, source) values ('live', $1, now(), 'keyword')`,
      values: [RECIPIENT],
    });
    startWorking();
    expect((await reaches(id, 'canceled')).error).toMatchObject({ code: 'OPTED_OUT' });
    expect(carrier.parts).toEqual([]);
  });

  test('stops a text that is being retried', async () => {
    const { send, inbound, startWorking, carrier, message } = await world();
    const busy: Outcome = { kind: 'refused', class: 'retry', commandStatus: 0x08, name: 'ESME_RSYSERR' };
    carrier.answer = (part, count) =>
      part.text.includes('unsubscribed') ? { kind: 'accepted', carrierId: String(count) } : busy;
    startWorking();
    const id = await send();
    await until(async () => (await message(id)).attempts === 1 && (await message(id)).status === 'queued');
    await inbound('STOP');
    expect((await message(id)).status).toBe('canceled');
  });

  test('does not recall a text that is being sent: it is reported as what it becomes', async () => {
    const { send, inbound, startWorking, carrier, reaches } = await world();
    const answered = Promise.withResolvers<Outcome>();
    carrier.answer = () => answered.promise;
    startWorking();
    const id = await send();
    await until(() => carrier.parts.length === 1);
    await inbound('STOP');
    answered.resolve({ kind: 'accepted', carrierId: '1' });
    await reaches(id, 'sent');
  });

  test('in test mode does not touch live texts', async () => {
    const live = await world();
    const sandbox = await world({ mode: 'test', database: live.database });
    const id = await live.send();
    await sandbox.inbound('STOP');
    expect((await live.message(id)).status).toBe('queued');
    expect((await live.accept()).verdict.ok).toBe(true);
  });
});

describe('START', () => {
  test('takes an opt-out back', async () => {
    const { inbound, accept, messages, eventTypes } = await world();
    await inbound('STOP');
    await inbound('START');
    expect((await accept()).verdict.ok).toBe(true);
    const start = (await messages()).find(({ body }) => body === 'START');
    expect(await eventTypes(start?.id ?? '')).toEqual(['contact.opted_in', 'message.received']);
  });

  test('without an opt-out is an ordinary text', async () => {
    const { inbound, messages, eventTypes } = await world();
    await inbound('START');
    expect(await eventTypes((await messages())[0]?.id ?? '')).toEqual(['message.received']);
  });

  test.each(['YES', "I'll stop by at 5", 'Please cancel my appointment', 'Don’t stop!'])(
    'and STOP are not read into %j',
    async (body) => {
      const { inbound, accept } = await world();
      await inbound(body);
      expect((await accept()).verdict.ok).toBe(true);
    },
  );
});
