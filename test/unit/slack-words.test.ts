import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import {
  correctionAsk,
  failureAsk,
  holdAsk,
  outcomeAsk,
  reviewAsk,
  saying,
  undoAsk,
} from '../../connectors/slack/blocks/asks.ts';
import { actions, context, line, section, words } from '../../connectors/slack/blocks/blocks.ts';
import { card, type Content, whoIs } from '../../connectors/slack/blocks/card.ts';
import { conversationDialog } from '../../connectors/slack/blocks/conversation-dialog.ts';
import { digest } from '../../connectors/slack/blocks/digest.ts';
import { failedElsewhere, sentElsewhere } from '../../connectors/slack/blocks/elsewhere.ts';
import { homeView } from '../../connectors/slack/blocks/home.ts';
import { routeWords } from '../../connectors/slack/blocks/route-dialog.ts';
import { shownReply } from '../../connectors/slack/blocks/shown-reply.ts';
import { ALERTS, alertWords } from '../../connectors/slack/rules/alert-words.ts';
import { draftWords } from '../../connectors/slack/rules/draft-words.ts';
import { cut, escaped, masked, oneLine, seen } from '../../connectors/slack/rules/plain-words.ts';
import { faultWords, serverWords } from '../../connectors/slack/rules/server-words.ts';
import { isStandIn } from '../../connectors/slack/rules/stand-in.ts';
import { movesWords, oldWords } from '../../connectors/slack/rules/watch-words.ts';
import type { Waiting } from '../../connectors/slack/store/digests.ts';
import type { Reply } from '../../connectors/slack/store/replies.ts';
import type { Thread } from '../../connectors/slack/store/threads.ts';
import { blockFaults } from '../../connectors/slack/testing/fake-slack/block-limits.ts';
import { THREAD } from '../support/slack-thread.ts';

/** Texts that somebody wrote to deceive, and any others. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 4_000 }),
  fc.string({ unit: 'grapheme-composite', maxLength: 500 }),
  fc
    .array(
      fc.constantFrom(
        '<!channel>',
        '<!here|here>',
        '@channel',
        '@everyone',
        '<@U0000000ANA>',
        '<#C0000000001>',
        '<!subteam^S1>',
        '<https://evil.example|your bank>',
        'https://evil.example',
        '<mailto:a@evil.example|mail>',
        '&lt;!channel&gt;',
        '&amp;lt;',
        '<!date^0^{date}|now>',
        '*bold*',
        '`code`',
        '```\n',
        '\n> quote',
        '\n✅ Resolved: all',
        '\u202e',
        '\u2066',
        '\u061c',
        '\u0000',
        '\u0007',
        '\ud83d',
        '👩🏿‍🚒',
        'שלום',
        '\u2028',
        '"}]',
        ':tada:',
      ),
      { maxLength: 40 },
    )
    .map((parts) => parts.join('')),
  fc.constantFrom('&'.repeat(5_000), '<'.repeat(5_000), '"'.repeat(5_000), '👍'.repeat(2_500), '\\'.repeat(5_000)),
);

const thread = (fields: Partial<Thread>): Thread => ({ ...THREAD, ...fields });

/** Everything in a block that Slack reads as markup. */
const markedIn = (value: unknown): string[] => {
  if (Array.isArray(value)) return value.flatMap(markedIn);
  if (typeof value !== 'object' || value === null) return [];
  const { type, text } = value as { type?: unknown; text?: unknown };
  const own = type === 'mrkdwn' && typeof text === 'string' ? [text] : [];
  return [...own, ...Object.values(value).flatMap(markedIn)];
};
/** Everything in a rich text that is more than words. */
const leavesIn = (value: unknown): string[] => {
  if (Array.isArray(value)) return value.flatMap(leavesIn);
  if (typeof value !== 'object' || value === null) return [];
  const { type, elements } = value as { type?: unknown; elements?: unknown };
  return [...(elements === undefined && typeof type === 'string' ? [type] : []), ...leavesIn(elements)];
};

/** Our own markup; whatever else is in angle brackets came from somebody else. */
const OURS = /<!date\^\d+\^[^|<>]*\|[^<>|]*>|<@U0000000OUR>|<#C[01]+>/g;

function expectHarmless({ text, blocks }: Content): void {
  expect(blockFaults(blocks)).toEqual([]);
  expect(JSON.stringify(blocks).length).toBeLessThan(13_000);
  expect(text.length).toBeLessThan(40_000);
  for (const marked of [text, ...markedIn(blocks)]) {
    expect(marked.replaceAll(OURS, '')).not.toMatch(/[<>]/);
    expect(marked).not.toMatch(/(?!\n|\t)\p{Cc}|[\u202a-\u202e\u2066-\u2069\u061c]/u);
    expect(marked.isWellFormed()).toBe(true);
  }
  const rich = blocks.filter(({ type }) => type === 'rich_text');
  expect(leavesIn(rich).filter((type) => type !== 'text')).toEqual([]);
  // What looks like a link or a name is made one where a text is not verbatim.
  for (const marked of markedObjects(blocks)) expect(marked).toMatchObject({ verbatim: true });
}

const markedObjects = (value: unknown): object[] => {
  if (Array.isArray(value)) return value.flatMap(markedObjects);
  if (typeof value !== 'object' || value === null) return [];
  const own = (value as { type?: unknown }).type === 'mrkdwn' ? [value] : [];
  return [...own, ...Object.values(value).flatMap(markedObjects)];
};

const reply = { channel: 'C0000000001', ts: '1766458026.240809' };
const REPLY: Reply = {
  ...reply,
  thread_id: THREAD.id,
  author: 'U0000000OUR',
  text: 'Hello',
  state: 'sent',
  reason: null,
  send_at: null,
  schedule_for: null,
  asked_at: null,
  correction: null,
  message_id: null,
  view: null,
  shown_ts: null,
  outcome: null,
  created_at: new Date(0),
};
const WAITING: Waiting = {
  id: '1',
  contact_name: null,
  contact_number: '+14155550123',
  first_text: 'Hello',
  created_at: new Date(0),
};
const SHOWN = { areNumbersMasked: false };
const ROUTE = { channel: 'C0000000001', rule: null };
const LANE = { smsc_id: null, lane: 'bulk', depth: 1, oldest_seconds: 60 };

interface Sayings {
  readonly text?: string;
  readonly blocks: readonly unknown[];
}

const homeOf = (shown: Thread): Sayings =>
  homeView({
    list: 'mine',
    page: 0,
    counts: { mine: 1, unassigned: 0, waiting: 0, snoozed: 0, failed: 0 },
    rows: [{ thread: shown, link: null }],
    notice: null,
    areNumbersMasked: false,
    nowMs: 0,
  });

const conversationOf = (word: string): Sayings =>
  conversationDialog({
    thread: thread({ contact_number: word, our_number: word }),
    contact: { name: word, owner: word, attributes: { [word]: word } },
    tags: [word],
    consent: { status: word, at: null },
    texts: [{ isOurs: false, body: word, at: new Date(0) }],
    notes: [{ author: word, body: word }],
    notice: null,
    areNumbersMasked: false,
  });

describe('R053: words of others in Slack', () => {
  property.prop([hostile, hostile, hostile, hostile, fc.constantFrom('open', 'snoozed', 'resolved'), fc.boolean()], {
    numRuns: 300,
  })(
    'cannot ping, link or break a card, whoever is called so and whatever they write',
    (name, owner, body, outcome, state, isOut) => {
      const given = { contact_name: name, owner, first_text: body, last_outcome: outcome, state, is_opted_out: isOut };
      const content = card(
        thread({ ...given, snoozed_until: new Date(0), last_outcome_at: new Date(0), assignee: 'U0000000OUR' }),
      );
      expectHarmless(content);
      expect(content.text).not.toContain('\n');
      expect(whoIs({ contact_name: name, contact_number: '+1' })).not.toMatch(/[\n<>]/);
    },
  );

  property.prop([hostile, hostile], { numRuns: 300 })('cannot in what an agent is asked or told', (body, why) => {
    const asked = { ...reply, text: body };
    for (const content of [
      undoAsk(asked, 5),
      holdAsk(asked, [{ key: 'late', says: escaped(cut(why, 150)) }], { label: '08:00' }),
      failureAsk(asked, escaped(why)),
      outcomeAsk(asked, 'failed', escaped(why), true),
      correctionAsk(asked, why),
      reviewAsk('key', reply.ts, reply.ts, why),
      saying(escaped(why)),
    ]) {
      expectHarmless(content);
    }
  });

  const builders: Readonly<Record<string, (word: string) => Sayings>> = {
    'a card': (word) => card(thread({ contact_name: word, owner: word, last_outcome: word, our_number: word })),
    'a card of somebody without a number': (word) => card(thread({ contact_number: word })),
    'the list of what waits': (word) => digest('1', 2, [{ ...WAITING, contact_name: word, first_text: word }]),
    'that list, of somebody without a number': (word) => digest('1', 1, [{ ...WAITING, contact_number: word }]),
    'a text that was sent elsewhere': (word) => sentElsewhere({ key: 'key', says: word, from: word, body: word }),
    'one that failed': (word) =>
      failedElsewhere({ key: 'key', says: word, from: word, body: word, what: 'failed', why: word, isAmbiguous: true }),
    'the Home tab': (word) => homeOf(thread({ contact_name: word, contact_number: word, last_outcome: word })),
    'a conversation': conversationOf,
    'a reply of a dialog': (word) => shownReply({ ...REPLY, text: word, outcome: word }, 'key'),
    'a question about an opt-out': (word) => reviewAsk('key', reply.ts, reply.ts, word),
    'why nothing was sent': (word) => failureAsk({ ...reply, text: word }, escaped(serverWords(SHOWN, word))),
    'why a rule does not fit': (word) => saying(routeWords({ ...ROUTE, passedOver: [{ rule: 1, why: word }] }, null)),
    'texts that wait': (word) => saying(oldWords({ ...LANE, smsc_id: word, lane: word })),
    'texts that move': (word) => saying(movesWords({ smsc_id: word, lane: word })),
    'a text that is being written': (word) =>
      saying(draftWords('Hello', serverWords(SHOWN, word), { confirmSegments: 3 })),
  };
  property.prop([hostile, fc.constantFrom(...Object.entries(builders))], { numRuns: 1_000 })(
    'cannot begin a line of their own, as if it were one of the app',
    (word, [, build]) => {
      const linesIn = ({ text = '', blocks }: Sayings) =>
        [text, ...markedIn(blocks)].map((marked) => marked.split(/[\n\r\v\f\u0085\u2028\u2029]/).length);
      const isEmpty = seen(word).trim() === '';
      const said = build(word);
      expect(linesIn(said)).toEqual(linesIn(build(isEmpty ? '' : 'Bob')));
      for (const marked of markedIn(said.blocks)) {
        expect(marked.replaceAll(OURS, '')).not.toMatch(/[<>]/);
        expect(marked).not.toMatch(/(?!\n|\t)\p{Cc}|[\u202a-\u202e\u2066-\u2069\u061c]/u);
      }
    },
  );

  property.prop([hostile], { numRuns: 200 })('cannot in what operators are told, which is one line', (word) => {
    const data = new Proxy({}, { get: () => word });
    for (const type of ALERTS) {
      const text = alertWords(type, data, 'live');
      expectHarmless(saying(text));
      expect(text).not.toContain('\n');
    }
  });

  property.prop([hostile, fc.integer({ min: 2, max: 300 })])(
    'are cut between characters, escaped once, and shown whole',
    (body, max) => {
      expect(cut(body, max).length).toBeLessThanOrEqual(max);
      expect(seen(cut(body, max)).isWellFormed()).toBe(true);
      const back = escaped(body).replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
      expect(back).toBe(seen(body));
      expect(oneLine(body)).not.toMatch(/[\n\r\t\u2028\u2029]/);
    },
  );

  test('of any length stay within the limits of each kind of block', () => {
    for (const text of ['', 'x'.repeat(50_000), '<'.repeat(50_000), '👍'.repeat(20_000), '\u0000\u202e']) {
      const button = { id: 'x'.repeat(255), label: text || 'x', value: 'x'.repeat(2_000) };
      for (const block of [
        section(escaped(text)),
        context(escaped(text)),
        words(text),
        line([{ text: text.slice(0, 100) || 'x', isBold: true }]),
        actions([button]),
      ]) {
        expect(blockFaults([block])).toEqual([]);
      }
    }
  });
});

describe('masked numbers', () => {
  const digits = fc.stringMatching(/^\+[1-9]\d{4,14}$/);
  property.prop([digits])('hide at least three digits, however short, and names stay as they are', (number) => {
    expect(masked(number).replace('•••', '').length).toBeLessThanOrEqual(number.length - 3);
    expect(masked('Shop')).toBe('Shop');
  });
  property.prop([digits])('are in the sentences of the server, too, where they are wished', (number) => {
    const fault = { detail: `${number} is on the suppression list manual.`, action: '' };
    expect(faultWords({ areNumbersMasked: true }, fault)).toBe(`${masked(number)} is on the suppression list manual.`);
    expect(faultWords({ areNumbersMasked: false }, fault)).toBe(fault.detail);
    expect(serverWords({ areNumbersMasked: true }, null)).toBe('The server refuses it.');
  });
});

describe('where the connector may call', () => {
  const at = (address: string, apiUrl: string) => isStandIn(new URL(address), apiUrl);
  test('beside Slack nothing but the stand-in whose Web API it uses', () => {
    expect(at('http://localhost:4000/x', 'http://127.0.0.1:4000/api/')).toBe(true);
    expect(at('ws://[::1]:4000/x', 'http://localhost:4000/api/')).toBe(true);
    expect(at('http://localhost:4001/x', 'http://127.0.0.1:4000/api/')).toBe(false);
    expect(at('http://fake.example:4000/', 'http://fake.example:4000/api/')).toBe(true);
    expect(at('http://localhost:4000/', 'http://fake.example:4000/api/')).toBe(false);
    expect(at('https://slack.com/x', 'https://slack.com/api/')).toBe(false);
    expect(at('http://127.0.0.1/', 'https://slack.com/api/')).toBe(false);
  });
});

test('who confirms an opt-out is told who can take it back: the contact, and colleagues with a reason', () => {
  const said = JSON.stringify(card(THREAD));
  for (const words of ['texting START', 'with a reason']) expect(said).toContain(words);
});
