import { describe, expect, test } from 'vitest';
import { classifyReply } from '../../connectors/slack/rules/classify-reply.ts';
import { partsOf } from '../../connectors/slack/rules/message-parts.ts';

const judge = (text: string) => classifyReply(partsOf({ text, blocks: undefined }), 'reply');
const rich = (...elements: object[]) =>
  classifyReply(
    partsOf({ text: 'not read', blocks: [{ type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] }] }),
    'reply',
  );
const text = (value: string, style?: object) => ({ type: 'text', text: value, ...(style ? { style } : {}) });

describe('a message that is markup alone arrives without its signs', () => {
  test.each([
    ['*Important*: bring your ID', 'Important: bring your ID'],
    ['_thanks_, *Ana*!', 'thanks, Ana!'],
    ['*_both_* and _*both*_', 'both and both'],
    ['**two** of them', 'two of them'],
    ['the code is `A*1*B`', 'the code is A*1*B'],
    ['```\nfirst *x*\nsecond\n```', 'first *x*\nsecond'],
    ['*see <https://example.com/_a_|our *site*>*', 'see our *site* (https://example.com/_a_)'],
    ['(*new*) “_old_”', '(new) “old”'],
  ])('%j as %j', (written, arrives) => {
    expect(judge(written)).toEqual({ kind: 'send', text: arrives });
  });

  test.each([
    ['2*3*4 = 24'],
    ['snake_case_name'],
    ['__init__'],
    ['~5 minutes'],
    ['~5 or ~6 minutes'],
    ['5~6 or 7~8 days'],
    ['5 * 3 * 2'],
    ['*one\ntwo*'],
    ['*_*'],
    ['-_- ok -_-'],
    ['https://example.com/~ana~/_x_'],
    ['*重要*です'],
    ['**'],
    ['~'],
  ])('and keeps what is no style: %j', (written) => {
    expect(judge(written)).toEqual({ kind: 'send', text: written });
  });
});

describe('what is struck through', () => {
  test.each([['~$200~ $20'], ['now ~$200~, $20'], ['*~$200~* $20'], ['_the ~old~ price_'], ['~~$200~~ $20']])(
    'is asked about in %j',
    (written) => {
      expect(judge(written)).toMatchObject({ kind: 'hold', reason: 'struck' });
    },
  );

  test('is asked about in rich text, and is a note where it is one', () => {
    const struck = text('$200', { strike: true });
    expect(rich(struck, text(' $20'))).toEqual({ kind: 'hold', text: '$200 $20', reason: 'struck' });
    const link = { type: 'link', url: 'https://example.com', style: { strike: true } };
    expect(rich(link)).toMatchObject({ kind: 'hold', reason: 'struck' });
    expect(rich(text('// $200', { strike: true }), text(' $20')).kind).toBe('note');
    expect(rich({ type: 'user', user_id: 'U1', style: { strike: true } }, text(' look')).kind).toBe('note');
    expect(rich(text(' ', { strike: true }), text('$20', { bold: true, strike: false }))).toEqual({
      kind: 'send',
      text: '$20',
    });
    expect(rich(text('$20', { strike: 'no' })).kind).toBe('send');
  });

  test('is asked about in a list', () => {
    const item = { type: 'rich_text_section', elements: [text('Milk', { strike: true })] };
    const list = { type: 'rich_text_list', style: 'bullet', elements: [item] };
    const parts = partsOf({ text: '', blocks: [{ type: 'rich_text', elements: [list] }] });
    expect(classifyReply(parts, 'reply')).toMatchObject({ kind: 'hold', reason: 'struck' });
  });
});

describe('a link that opens inside a workspace alone', () => {
  test.each([
    ['https://acme.slack.com/archives/C0123/p1700000000'],
    ['See <https://acme.slack.com/archives/C0123/p1|this thread>'],
    ['see acme.slack.com/files/U1/F1/x.pdf'],
    ['HTTPS://ACME.SLACK.COM'],
    ['https://acme.enterprise.slack.com/archives/C1'],
    ['https://app.slack.com/client/T1/C1'],
    ['https://slack.com/archives/C1/p1'],
    ['https://slack.com/app_redirect?channel=C1'],
    ['https://files.slack.com/files-pri/T1-F1/x.png'],
    ['https://slack-files.com/T1-F1-abc'],
    ['https://acme.slack-gov.com/archives/C1'],
    ['slack://channel?team=T1&id=C1'],
  ])('is asked about: %j', (written) => {
    expect(judge(written)).toMatchObject({ kind: 'hold', reason: 'slack_link' });
  });

  test.each([
    ['https://slack.com/'],
    ['https://status.slack.com/'],
    ['https://notslack.com/archives/1'],
    ['https://slack.com.example/archives/1'],
    ['write to help@acme.slack.com'],
    ['https://example.com/slack'],
  ])('and no other is: %j', (written) => {
    expect(judge(written).kind).toBe('send');
  });
});
