import { describe, expect, test } from 'vitest';
import type { Call, SlackResult } from '../../connectors/slack/egress/client.ts';
import { findPosted } from '../../connectors/slack/egress/find-posted.ts';

const POSTED = { channel: 'C0000000001', rootTs: null, key: 'in_7', since: new Date(1_800_000_000_000) };

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
    expect(await findPosted(call, POSTED)).toEqual({ type: 'found', ts: '1800000098.000000' });
    expect(asked).toEqual([
      ['conversations.history', '1799999940', null],
      ['conversations.history', '1799999940', '1'],
      ['conversations.history', '1799999940', '2'],
    ]);
  });

  test('is absent when no page has it, and when pages never end nobody looks for ever', async () => {
    expect(await findPosted(channelWith([['in_9'], ['in_8']]).call, POSTED)).toEqual({ type: 'absent' });
    const endless = channelWith(Array.from({ length: 1_000 }, () => ['other']));
    await findPosted(endless.call, POSTED);
    expect(endless.asked.length).toBeLessThanOrEqual(10);
  });

  test('is not taken for absent when Slack does not say', async () => {
    const limited: SlackResult = { type: 'limited', retryAfterMs: 1_000 };
    expect(await findPosted(() => Promise.resolve(limited), POSTED)).toEqual({ type: 'failed', result: limited });
    const strange: SlackResult = { type: 'ok', data: { messages: 'none' } };
    await expect(findPosted(() => Promise.resolve(strange), POSTED)).rejects.toThrow();
  });
});
