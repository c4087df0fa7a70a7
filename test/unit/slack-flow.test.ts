import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { outcomeAsk } from '../../connectors/slack/blocks/asks.ts';
import type { Content } from '../../connectors/slack/blocks/card.ts';
import { digest, endedDigest, LISTED_MAX } from '../../connectors/slack/blocks/digest.ts';
import { failedElsewhere, sentElsewhere } from '../../connectors/slack/blocks/elsewhere.ts';
import { sourceOf } from '../../connectors/slack/rules/source.ts';
import { threadMessageOf } from '../../connectors/slack/rules/thread-message.ts';
import { isHeard } from '../../connectors/slack/threads/hear-message.ts';
import { blockFaults } from '../../connectors/slack/testing/fake-slack/block-limits.ts';

const anybody = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 5_000 }),
  fc.constantFrom('', '<!channel>', '<https://evil.example|your bank>', '&'.repeat(4_000), '"'.repeat(4_000), '\n'),
);
/** Blocks together; measured by others. */
const BLOCKS_MAX = 13_000;

function isSound({ blocks, text }: Content): void {
  expect(blockFaults(blocks)).toEqual([]);
  const ours = blocks.filter(({ type }) => type !== 'rich_text');
  expect(JSON.stringify([ours, text]).replaceAll(/<!date\^\d+\^[^|]*\|[^>]*>/g, '')).not.toMatch(/<[!@#h]/);
}

describe('the list of a burst', () => {
  property.prop([anybody, anybody, anybody, fc.integer({ min: 1, max: 10_000 })])(
    'is within the limits of Slack and holds no markup of others, whatever they are called and write',
    (name, number, first_text, count) => {
      const waiting = { contact_name: name, contact_number: number, first_text, created_at: new Date(0) };
      const listed = Array.from({ length: Math.min(count, LISTED_MAX) }, (_, index) => ({
        ...waiting,
        id: `t${index}`,
      }));
      const content = digest('d1', count, listed);
      isSound(content);
      expect(JSON.stringify(content.blocks).length).toBeLessThan(BLOCKS_MAX);
      isSound(endedDigest('d1', count));
    },
  );
  test('shows numbers in part, and how many it does not show', () => {
    const one = {
      id: 't',
      contact_name: null,
      contact_number: '+14155550123',
      first_text: 'Hi\nthere',
      created_at: new Date(0),
    };
    const shown = JSON.stringify(digest('d1', 40, [one]).blocks);
    expect(shown).toContain('+1415•••0123');
    expect(shown).toContain('… and 39 more');
    expect(shown).not.toContain('there,');
  });
});

describe('a text of another system', () => {
  property.prop([anybody, anybody, anybody, fc.boolean()])(
    'is shown without its markup',
    (says, body, from, isAmbiguous) => {
      const shown = { key: 'out_1', says, from, body };
      isSound(sentElsewhere(shown));
      isSound(failedElsewhere({ ...shown, what: 'failed', why: body, isAmbiguous }));
    },
  );
  test.each([
    [{ sent_by: 'Ana (HubSpot)', campaign_id: 'c' }, 'Sent by Ana (HubSpot)', true],
    [{ campaign_id: 'c', batch_id: 'b' }, 'Sent by a campaign', false],
    [{ batch_id: 'b' }, 'Sent in a batch', false],
    [{ metadata: { hubspot_source: 'card' } }, 'Sent from HubSpot', true],
    [{ metadata: { hubspot_source: 'rule' } }, 'Sent from HubSpot', false],
    [{ in_reply_to: 'm' }, 'Sent automatically', false],
    [{ metadata: null }, 'Sent by another system', false],
  ])('%j is %s', (origin, says, isPerson) => {
    expect(sourceOf(origin)).toEqual({ says, isPerson });
  });
});

describe('what did not arrive', () => {
  property.prop([anybody, fc.boolean()])('is asked about within the limits', (text, mayRetry) => {
    const content = outcomeAsk({ channel: 'C1', ts: '1.000001', text }, 'failed', 'Nobody said why.', mayRetry);
    isSound(content);
    expect(JSON.stringify(content.blocks).includes('"retry"')).toBe(mayRetry);
  });
});

describe('a message with more than words', () => {
  const said = { type: 'message', channel: 'C1', user: 'U1', ts: '2.000001', thread_ts: '1.000001', text: 'Look' };
  test.each([
    [{ subtype: 'file_share', files: [{ id: 'F1' }] }, true],
    [{ attachments: [{ is_share: true, text: 'between us' }] }, true],
    [{ attachments: [{ from_url: 'https://example.com' }] }, false],
    [{}, false],
  ])('%j is known as one: %s', (more, hasFiles) => {
    expect(threadMessageOf({ ...said, ...more })).toMatchObject({ type: 'written', hasFiles });
  });
  test('says of its author what they do where they wrote it so, also once it is edited', () => {
    expect(threadMessageOf({ ...said, subtype: 'me_message' })).toMatchObject({ type: 'written', isAboutSelf: true });
    const message = { ...said, subtype: 'me_message', text: 'is asking' };
    const edit = { type: 'message', subtype: 'message_changed', channel: 'C1', message, previous_message: said };
    expect(threadMessageOf(edit)).toMatchObject({ type: 'edited', isAboutSelf: true });
    expect(threadMessageOf(said)).toMatchObject({ isAboutSelf: false });
  });
  test('that is the comment on a file is never sent', () => {
    expect(threadMessageOf({ ...said, subtype: 'file_comment' })).toMatchObject({ type: 'ignored' });
  });
});

describe('an edit', () => {
  const edit = (message: object, previous_message?: object) => ({
    type: 'message',
    subtype: 'message_changed',
    channel: 'C1',
    message: { user: 'U1', ts: '2.000001', text: '// note', ...message },
    ...(previous_message ? { previous_message } : {}),
  });
  test.each([
    ['of itself', edit({ thread_ts: '1.000001' }, { text: 'Hi' }), '1.000001'],
    ['as it was before', edit({}, { text: 'Hi', thread_ts: '1.000001' }), '1.000001'],
    ['nowhere', edit({}, { text: 'Hi' }), null],
    ['nowhere, nor what it was', edit({}), null],
  ])('that tells its thread %s is heard', (_where, event, thread) => {
    expect(threadMessageOf(event)).toMatchObject({ type: 'edited', thread, text: '// note' });
    expect(isHeard(event)).toBe(true);
  });
  test('is not where nothing in the words has changed, and beside threads nothing else is', () => {
    expect(isHeard(edit({}, { text: '// note' }))).toBe(false);
    expect(isHeard({ type: 'message', channel: 'C1', user: 'U1', ts: '2.000001', text: 'Lunch?' })).toBe(false);
  });
});
