import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { correctionAsk, failureAsk, holdAsk, reviewAsk, undoAsk } from '../../connectors/slack/blocks/asks.ts';
import type { Block } from '../../connectors/slack/blocks/blocks.ts';
import { card, type Content } from '../../connectors/slack/blocks/card.ts';
import { conversationDialog } from '../../connectors/slack/blocks/conversation-dialog.ts';
import {
  assignDialog,
  contactDialog,
  noteDialog,
  optInDialog,
  sayingDialog,
  snoozeDialog,
} from '../../connectors/slack/blocks/dialogs.ts';
import { homeForOthers, homeView } from '../../connectors/slack/blocks/home.ts';
import { routeDialog } from '../../connectors/slack/blocks/route-dialog.ts';
import { writeDialog } from '../../connectors/slack/blocks/write-dialog.ts';
import { NOTHING_ABOUT } from '../../connectors/slack/rules/draft.ts';
import { draftWords } from '../../connectors/slack/rules/draft-words.ts';
import { blockFaults, viewFaults } from '../../connectors/slack/testing/fake-slack/block-limits.ts';
import { THREAD } from '../support/slack-thread.ts';

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
const thread = THREAD;
const reply = { channel: 'C1', ts: '1766458026.240809', text: 'Hello' };

const isSound = ({ blocks, text }: Content) => {
  expect(blockFaults(blocks)).toEqual([]);
  expect(text.length).toBeLessThanOrEqual(40_000);
  expect(JSON.stringify(blocks).length).toBeLessThan(13_000 * 6);
};

describe('blocks', () => {
  test('are those that the types of Slack know, field by field, or nothing compiles', () => {
    expectTypeOf<{ type: 'divider' }>().toExtend<Block>();
    expectTypeOf<{ type: 'diwider' }>().not.toExtend<Block>();
    expectTypeOf<{ type: 'header'; text: { type: 'mrkdwn'; text: string } }>().not.toExtend<Block>();
    expectTypeOf<{ type: 'actions'; elements: { type: 'button'; text: string }[] }>().not.toExtend<Block>();
    expectTypeOf<{ type: 'rich_text'; elements: { type: 'text'; text: string }[] }>().not.toExtend<Block>();
  });
  property.prop([anybody, anybody, anybody, anybody, fc.constantFrom('open', 'snoozed', 'resolved')])(
    'of a card stay within the limits of Slack and hold no markup of others, whatever people are called and write',
    (name, owner, text, outcome, state) => {
      const content = card({
        ...thread,
        contact_name: name,
        owner,
        first_text: text,
        last_outcome: outcome,
        state,
        snoozed_until: new Date(0),
      });
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
      holdAsk(asked, [{ key: 'late', says: 'It is late.' }], { label: '08:00' }),
      failureAsk(asked, 'The number is not in use.'),
      correctionAsk(asked, other),
      reviewAsk('key', thread.id, thread.id, other),
    ]) {
      isSound(content);
    }
  });
  test('of dialogs are sound', () => {
    const known = { name: 'Ana', owner: '' };
    const small = [noteDialog('x'), assignDialog('x'), snoozeDialog('x'), optInDialog('x'), contactDialog('x', known)];
    for (const view of [...small, routeDialog(null), routeDialog('It goes there.'), sayingDialog('SMS', 'No.')]) {
      expect(viewFaults(view)).toEqual([]);
    }
  });
  property.prop([anybody, anybody, fc.integer({ min: 0, max: 150 }), fc.boolean(), fc.boolean()])(
    'of the dialogs for writing stay within them, whatever is typed and however much there is to choose from',
    (text, name, choices, isAnswer, isMasked) => {
      const all = Array.from({ length: choices }, (_, index) => ({ label: name, value: `${index}` }));
      const about = { ...NOTHING_ABOUT, thread: isAnswer ? thread.id : null, confirmed: ['quiet_hours', 'segments:9'] };
      const draft = { to: text, contact: '+14155550123', from: text, template: '3', text, at: '1766458026' };
      const measured = { encoding: 'UCS-2', segments: 9, remaining: 1, from: name, refusal: name, quietTime: '23:10' };
      const counter = draftWords(text, measured, { confirmSegments: 3 });
      const content = { about, draft, senders: all.length > 0 ? all : null, templates: all, counter };
      const view = writeDialog({
        ...content,
        doubts: [counter.slice(0, 900)],
        heading: isAnswer ? 'To somebody' : null,
        areNumbersMasked: isMasked,
      });
      expect(viewFaults(view)).toEqual([]);
      const chosen = isMasked ? '+1415•••0123' : '+14155550123';
      if (!isAnswer)
        expect(JSON.stringify(view)).toContain(`"initial_option":{"text":{"type":"plain_text","text":"${chosen}"`);
      expect(counter).not.toMatch(/<[!@#h]/);
    },
  );
  property.prop([anybody, anybody, fc.integer({ min: 0, max: 15 }), fc.boolean()])(
    'of the Home tab and of a conversation stay within them, and hold no markup of others',
    (name, text, rows, isMasked) => {
      const worst = { ...thread, contact_name: name, first_text: text, last_outcome: text, owner: name };
      const home = homeView({
        list: 'waiting',
        page: 1,
        counts: { mine: 1e9, unassigned: 1e9, waiting: 1e9, snoozed: 1e9, failed: 1e9 },
        rows: Array.from({ length: rows }, (_, index) => ({
          thread: { ...worst, id: `${index}`, waiting_since: new Date(0), is_opted_out: true },
          link: 'https://example.com/archives/C1/p1',
        })),
        notice: 'Somebody was faster.',
        areNumbersMasked: isMasked,
        nowMs: 1e12,
      });
      expect(viewFaults(home)).toEqual([]);
      expect(viewFaults(homeForOthers())).toEqual([]);
      const attributes = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`${name}${index}`, text]));
      const conversation = conversationDialog({
        thread: { ...worst, state: 'snoozed', snoozed_until: new Date(0), last_inbound_at: new Date(0) },
        contact: { name, owner: name, attributes },
        tags: Array.from({ length: 50 }, () => text),
        consent: { status: text, at: new Date(0) },
        texts: Array.from({ length: 5 }, () => ({ isOurs: true, body: text, at: new Date(0) })),
        notes: Array.from({ length: 3 }, () => ({ author: name, body: text })),
        notice: null,
        areNumbersMasked: isMasked,
      });
      expect(viewFaults(conversation)).toEqual([]);
      const marked = [...home.blocks, ...conversation.blocks].filter(({ type }) => type !== 'rich_text');
      const ours = JSON.stringify(marked).replaceAll(/<!date\^\d+\^[^|]*\|[^>]*>|<#C1>/g, '');
      expect(ours).not.toMatch(/<[!@#h]/);
      if (isMasked) expect(JSON.stringify([home, conversation])).not.toContain(thread.contact_number);
    },
  );
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
