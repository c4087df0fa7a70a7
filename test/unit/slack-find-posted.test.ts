import { describe, expect, test } from 'vitest';
import type { Call, SlackResult } from '../../connectors/slack/egress/client.ts';
import { findPosted, type Posted } from '../../connectors/slack/egress/find-posted.ts';
import type { Queries } from '../../connectors/seam/storage.ts';

const POSTED = {
  channel: 'C0000000001',
  rootTs: null,
  key: 'in_7',
  text: 'SMS from <Zoë> & Co: hi 👍',
  since: new Date(1_800_000_000_000),
};
const OWN = 'U0000000SMS';

/** `known`: posts whose answer has come. */
const find = (call: Call, known: readonly string[] = [], posted: Posted = POSTED) => {
  const storage: Queries = { query: <Row>() => Promise.resolve(known.map((ts) => ({ ts })) as Row[]) };
  const people = { self: () => Promise.resolve({ team: 'T1', enterprise: null, user: OWN }) };
  return findPosted({ call, storage, people }, posted);
};

const saying =
  (...messages: readonly object[]): Call =>
  () =>
    Promise.resolve<SlackResult>({ type: 'ok', data: { messages, response_metadata: null } });

/** `pages[n]` holds the `block_id` of each message; a cursor leads from one page to the next. */
function channelWith(pages: readonly (readonly string[])[]): { call: Call; asked: unknown[] } {
  const asked: unknown[] = [];
  const call: Call = (method, given) => {
    asked.push([method, given['oldest'], given['cursor'] ?? null]);
    const at = Number(given['cursor'] ?? 0);
    const messages = (pages[at] ?? []).map((id, index) => ({
      ts: `${1_800_000_100 - at}.00000${index}`,
      blocks: [{ block_id: id }],
    }));
    const more = at + 1 < pages.length;
    const data = { messages, has_more: more, response_metadata: { next_cursor: more ? String(at + 1) : '' } };
    return Promise.resolve<SlackResult>({ type: 'ok', data });
  };
  return { call, asked };
}

describe('a post whose answer was lost', () => {
  test('is found behind everything that was posted since, page by page', async () => {
    const { call, asked } = channelWith([['in_9', 'in_8'], ['other'], ['in_7']]);
    expect(await find(call)).toEqual({ type: 'found', ts: '1800000098.000000' });
    expect(asked).toEqual([
      ['conversations.history', '1799999940', null],
      ['conversations.history', '1799999940', '1'],
      ['conversations.history', '1799999940', '2'],
    ]);
  });

  test('is absent when no page has it, and when pages never end nobody looks for ever', async () => {
    expect(await find(channelWith([['in_9'], ['in_8']]).call)).toEqual({ type: 'absent' });
    const endless = channelWith(Array.from({ length: 1_000 }, () => ['other']));
    await find(endless.call);
    expect(endless.asked.length).toBeLessThanOrEqual(10);
  });

  test('is not taken for absent when Slack does not say', async () => {
    const limited: SlackResult = { type: 'limited', retryAfterMs: 1_000 };
    expect(await find(() => Promise.resolve(limited))).toEqual({ type: 'failed', result: limited });
    const strange: SlackResult = { type: 'ok', data: { messages: 'none' } };
    expect(await find(() => Promise.resolve(strange))).toMatchObject({ type: 'failed', result: { type: 'unknown' } });
  });

  describe('and whose block ids Slack has not kept', () => {
    const post = (ts: string, more: object = {}) => ({ ts, user: OWN, text: POSTED.text, blocks: null, ...more });

    test.each([
      ['as it was posted', {}],
      ['escaped, with the emoji as a name', { text: 'SMS from &lt;Zoë&gt; &amp; Co: hi :+1:' }],
      ['without its author, by a bot', { user: undefined, bot_id: 'B1' }],
    ])('is found by its words, shown %s', async (_how, more) => {
      expect(await find(saying(post('1800000001.000002', more)))).toEqual({ type: 'found', ts: '1800000001.000002' });
    });

    test.each([
      ['other words', { text: 'SMS from Zoë & Co: hi again' }],
      ['somebody else', { user: 'U0000000ANA' }],
    ])('is not taken for one of %s', async (_what, more) => {
      expect(await find(saying(post('1800000001.000002', more)))).toEqual({ type: 'absent' });
    });

    test('is not taken for an earlier one with the same words, and of several the first is taken', async () => {
      const call = saying(post('1800000003.000001'), post('1800000002.000001'), post('1800000001.000001'));
      expect(await find(call, ['1800000001.000001'])).toEqual({ type: 'found', ts: '1800000002.000001' });
      const all = ['1800000001.000001', '1800000002.000001', '1800000003.000001'];
      expect(await find(call, all)).toEqual({ type: 'absent' });
    });

    test('is not taken for the root of its thread', async () => {
      const posted = { ...POSTED, rootTs: '1800000001.000001' };
      expect(await find(saying(post('1800000001.000001')), [], posted)).toEqual({ type: 'absent' });
    });
  });
});
