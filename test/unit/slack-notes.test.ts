import { fc, test as property } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { classifyReply } from '../../connectors/slack/rules/classify-reply.ts';
import { partsOf } from '../../connectors/slack/rules/message-parts.ts';
import { answers, doubts, markup, notes, plain, rich, type Said } from '../support/slack-desk.ts';

const runs = { numRuns: Number(process.env['SLACK_NOTES'] ?? 500) };
const judged = ({ text, blocks }: Said) => classifyReply(partsOf({ text, blocks }), 'reply');

describe('what a desk says among itself', () => {
  property.prop([notes], runs)(
    'is a note when it is marked as one, whatever decorates the mark, and however a client cuts and styles it',
    (said) => {
      expect(judged(said).kind).toBe('note');
    },
  );

  property.prop([doubts], runs)('is never sent behind or below an answer', (said) => {
    expect(judged(said)).toMatchObject({ kind: 'hold', reason: 'looks_internal' });
  });

  property.prop([answers, fc.constantFrom('here', 'channel', 'everyone'), fc.boolean()], runs)(
    'is never sent when it calls everybody, wherever it does',
    (said, range, isFirst) => {
      const call = { type: 'broadcast', range };
      const written = { type: 'text', text: said };
      const elements = isFirst ? [call, written] : [written, call];
      expect(judged(rich({ type: 'rich_text_section', elements })).kind).toBe('note');
      const text = isFirst ? `<!${range}> ${said}` : `${said} <!${range}|@${range}>`;
      expect(judged({ text, blocks: undefined }).kind).toBe('note');
    },
  );

  property.prop([answers, fc.constantFrom('user', 'usergroup', 'channel', 'team', 'color', 'invented')], runs)(
    'is asked about when it names somebody or something of theirs in the middle',
    (said, type) => {
      const elements = [{ type: 'text', text: `${said} ` }, { type }, { type: 'text', text: ' knows' }];
      expect(judged(rich({ type: 'rich_text_section', elements })).kind).toBe('hold');
    },
  );

  property.prop([answers.chain((answer) => plain(answer).map((said) => ({ answer, said })))], runs)(
    'is sent when it is an answer, and nothing else',
    ({ answer, said }) => {
      expect(judged(said)).toEqual({ kind: 'send', text: answer });
    },
  );

  property.prop([answers, fc.constantFrom('*', '_', '`')], runs)(
    'arrives without the signs of its styles',
    (answer, sign) => {
      const isLine = !answer.includes('\n');
      expect(judged(markup(`${sign}${answer}${sign}`))).toEqual({
        kind: 'send',
        text: isLine ? answer : `${sign}${answer}${sign}`,
      });
    },
  );
});
