import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { correctionAsk, failureAsk, holdAsk, reviewAsk, undoAsk } from '../../connectors/slack/blocks/asks.ts';
import { card, type Content } from '../../connectors/slack/blocks/card.ts';
import { assignDialog, composeDialog, noteDialog, snoozeDialog } from '../../connectors/slack/blocks/dialogs.ts';
import type { Thread } from '../../connectors/slack/store/threads.ts';
import { blockFaults, viewFaults } from '../../connectors/slack/testing/fake-slack/block-limits.ts';

const anybody = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 5_000 }),
  fc.constantFrom(
    '',
    '<!channel>',
    '<https://evil.example|your bank>',
    '*'.repeat(4_000),
    '👩‍👩‍👧‍👦'.repeat(900),
    '&'.repeat(4_000),
    '\u0000',
  ),
);
const thread: Thread = {
  id: '00000000-0000-7000-8000-000000000001',
  conversation_id: '00000000-0000-7000-8000-000000000002',
  mode: 'test',
  channel: 'C1',
  root_ts: null,
  our_number: '+15005550100',
  contact_number: '+14155550123',
  contact_name: null,
  country: 'US',
  owner: null,
  first_text: 'Hello',
  state: 'open',
  assignee: null,
  snoozed_until: null,
  is_opted_out: false,
  last_inbound_at: null,
  last_outcome: null,
  last_outcome_at: null,
  seen_ts: null,
  version: 0,
  created_at: new Date(0),
  resolved_at: null,
};
const reply = { channel: 'C1', ts: '1766458026.240809', text: 'Hello' };

const isSound = ({ blocks, text }: Content) => {
  expect(blockFaults(blocks)).toEqual([]);
  expect(text.length).toBeLessThanOrEqual(40_000);
  expect(JSON.stringify(blocks).length).toBeLessThan(13_000 * 6);
};

describe('blocks', () => {
  property.prop([anybody, anybody, anybody, anybody, fc.constantFrom('open', 'snoozed', 'resolved')])(
    'of a card stay within the limits of Slack and hold no markup of others, whatever people are called and write',
    (name, owner, text, outcome, state) => {
      const content = card(
        {
          ...thread,
          contact_name: name,
          owner,
          first_text: text,
          last_outcome: outcome,
          state,
          snoozed_until: new Date(0),
        },
        null,
      );
      isSound(content);
      // What people write is in text elements, which are never read as markup; everything else is escaped.
      const marked = content.blocks.filter(({ type }) => type !== 'rich_text');
      const ours = JSON.stringify([marked, content.text]).replaceAll(/<!date\^\d+\^[^|]*\|[^>]*>/g, '');
      expect(ours).not.toMatch(/<[!@#h]/);
    },
  );
  property.prop([anybody, anybody])('of questions and dialogs stay within them, too', (text, other) => {
    const asked = { ...reply, text };
    for (const content of [
      undoAsk(asked, 5),
      holdAsk(asked, 'It is late.', { label: '08:00' }),
      failureAsk(asked, 'The number is not in use.'),
      correctionAsk(asked, other),
      reviewAsk('key', thread.id, thread.id, other),
    ]) {
      isSound(content);
    }
  });
  test('of dialogs are sound', () => {
    const draft = { to: '', from: '', text: '', counter: 'Nothing written yet.' };
    for (const view of [noteDialog('x'), assignDialog('x'), snoozeDialog('x'), composeDialog(draft, 'C1')]) {
      expect(viewFaults(view)).toEqual([]);
    }
  });
  test('are refused by the stand-in when they are not sound', () => {
    const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });
    expect(blockFaults([section('x'.repeat(3_001))])).not.toEqual([]);
    expect(blockFaults(Array.from({ length: 51 }, () => section('x')))).not.toEqual([]);
    expect(blockFaults([{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }])).not.toEqual([]);
    expect(
      blockFaults([
        { type: 'actions', elements: [{ type: 'button', text: { type: 'plain_text', text: 'x'.repeat(76) } }] },
      ]),
    ).not.toEqual([]);
    expect(blockFaults([{ type: 'nothing' }])).not.toEqual([]);
  });
});
