import { fc, test as property } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { classifyReply } from '../../connectors/slack/rules/classify-reply.ts';
import { partsOf } from '../../connectors/slack/rules/message-parts.ts';

/**
 * Notes as people type them, made by another generator than that of the rules: whole remarks of a desk, marked in the
 * ways that the documentation promises, sent as the clients of Slack send them.
 */

const RUNS = Number(process.env['SLACK_NOTES'] ?? 500);

const names = ['she', 'he', 'this one', 'the lady', 'Mr Okafor', 'their boss', 'the caller'];
const verbs = [
  'never pays',
  'is on the blocklist',
  'shouts a lot',
  'wants a refund again',
  'sounds drunk',
  'lied to us',
];
const tails = [
  '!',
  '...',
  ' 😡',
  ' — careful',
  ' (see CRM #4711)',
  '',
  ' https://crm.example.com/c/1?x=//y',
  '\nask Ben first',
];
const remark = fc
  .tuple(fc.constantFrom(...names), fc.constantFrom(...verbs), fc.constantFrom(...tails))
  .map(([who, what, tail]) => `${who} ${what}${tail}`);
/** An answer that would be sent, were it not for what is around it. */
const answer = fc.constantFrom(
  'Your order is on its way.',
  'Thank you!',
  'We open at nine.',
  'Yes 👍',
  'See you at 10:30',
);

type Element = Readonly<Record<string, unknown>>;
const text = (value: string, style?: object): Element => ({ type: 'text', text: value, ...(style ? { style } : {}) });
const emoji = (name: string, unicode?: string): Element => ({ type: 'emoji', name, ...(unicode ? { unicode } : {}) });

/** What stands in front of a note, as the elements of a rich text. */
const marks = fc.oneof(
  fc.constantFrom<Element[]>(
    [text('// ')],
    [text('//')],
    [text(';; ')],
    [text('Note: ')],
    [text('NOTE:')],
    [text('internal:')],
    [text('Internal : ')],
    [emoji('lock', '1f512'), text(' ')],
    [emoji('mute', '1f507')],
    [text('🔒')],
    [text('//', { bold: true }), text(' ')],
    [text('note', { italic: true }), text(': ')],
    [text('/'), text('/ ')],
    [text('no'), text('te: ', { code: true })],
    [{ type: 'user', user_id: 'U0000000BEN' }, text(' ')],
    [{ type: 'usergroup', usergroup_id: 'S0000000001' }, text(': ')],
    [text('  '), { type: 'user', user_id: 'U0000000BEN' }, text(', ')],
    [{ type: 'broadcast', range: 'here' }, text(' ')],
    [text('\u200b\u2060 //')],
    [text('\u00a0\u3000;;')],
    [text('／／ ')],
    [text('ｎｏｔｅ： ')],
  ),
);

const container = fc.constantFrom('rich_text_section', 'rich_text_quote', 'rich_text_preformatted');
const sent = (type: string, elements: readonly Element[]) => {
  const block = { type: 'rich_text', block_id: 'aB3', elements: [{ type, elements }] };
  return classifyReply(partsOf({ text: 'what a client without rich text would show', blocks: [block] }), 'reply');
};

describe('what a desk says among itself', () => {
  property.prop([marks, remark, container], { numRuns: RUNS })(
    'is a note when it is marked as one, however the client cuts and styles it',
    (mark, said, type) => {
      expect(sent(type, [...mark, text(said)]).kind).toBe('note');
    },
  );

  property.prop(
    [answer, fc.constantFrom('\n', '\n\n'), fc.constantFrom('//', ';;', 'note:', 'internal:', '🔒'), remark],
    {
      numRuns: RUNS,
    },
  )('is never sent below an answer', (said, between, mark, below) => {
    expect(sent('rich_text_section', [text(`${said}${between}${mark} ${below}`)]).kind).toBe('hold');
  });

  property.prop([answer, fc.constantFrom('here', 'channel', 'everyone'), fc.boolean()], { numRuns: RUNS })(
    'is never sent when it calls everybody, wherever it does',
    (said, range, isFirst) => {
      const call = { type: 'broadcast', range };
      const elements = isFirst ? [call, text(` ${said}`)] : [text(`${said} `), call];
      expect(sent('rich_text_section', elements).kind).toBe('note');
      const markup = isFirst ? `<!${range}> ${said}` : `${said} <!${range}|@${range}>`;
      expect(classifyReply(partsOf({ text: markup, blocks: undefined }), 'reply').kind).toBe('note');
    },
  );

  property.prop([answer, fc.constantFrom('user', 'usergroup', 'channel', 'team', 'color', 'invented')], {
    numRuns: RUNS,
  })('is asked about when it names somebody or something of theirs in the middle', (said, type) => {
    expect(sent('rich_text_section', [text(`${said} `), { type }, text(' knows')]).kind).toBe('hold');
  });

  property.prop([answer, container], { numRuns: 100 })(
    'is sent when it is an answer, and nothing else',
    (said, type) => {
      expect(sent(type, [text(said)])).toEqual({ kind: 'send', text: said });
    },
  );
});
