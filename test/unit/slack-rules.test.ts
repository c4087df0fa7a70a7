import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { ALERTS, alertWords, isAlert } from '../../connectors/slack/rules/alert-words.ts';
import { classifyReply } from '../../connectors/slack/rules/classify-reply.ts';
import { contactHours } from '../../connectors/slack/rules/contact-hours.ts';
import { partsOf } from '../../connectors/slack/rules/message-parts.ts';
import { withOwnPrefixes } from '../../connectors/slack/rules/own-prefixes.ts';
import { escaped } from '../../connectors/slack/rules/plain-words.ts';
import { channelFor, explainRoute, modeOf } from '../../connectors/slack/rules/routing.ts';
import type { ChannelMode } from '../../connectors/slack/settings.ts';

const judge = (text: string, mode: ChannelMode = 'reply') => classifyReply(partsOf({ text, blocks: undefined }), mode);
const rich = (...elements: object[]) =>
  classifyReply(
    partsOf({ text: 'not read', blocks: [{ type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] }] }),
    'reply',
  );

describe('what becomes of a message in a thread', () => {
  test.each([
    ['// not for them', 'note'],
    ['  //not for them', 'note'],
    ['*// bold*', 'note'],
    ['> ;; quoted', 'note'],
    [';;later', 'note'],
    ['note: call her back', 'note'],
    ['NOTE : call her back', 'note'],
    ['Internal: she is angry', 'note'],
    ['note： full width', 'note'],
    ['／／ full width', 'note'],
    ['\u200b// behind what cannot be seen', 'note'],
    ['⚠️ Internal: margin is 40%', 'note'],
    ['📝 note: pays late', 'note'],
    ['ℹ️ note: pays late', 'note'],
    ['1️⃣ // pays late', 'note'],
    ['• // pays late', 'note'],
    ['→ note: pays late', 'note'],
    ['> // pays late', 'note'],
    ['**note:** pays late', 'note'],
    ['[internal] pays late', 'hold'],
    ['1. // pays late', 'note'],
    ['1) // pays late', 'note'],
    ['a) // pays late', 'note'],
    ['iv. // pays late', 'note'],
    ['- [x] // pays late', 'note'],
    [':lock: between us', 'note'],
    ['🔒 between us', 'note'],
    [':mute: between us', 'note'],
    ['<@U0000000BEN> can you take this?', 'note'],
    ['<!subteam^S0000000001> anybody?', 'note'],
    ['Can anybody help? <!here>', 'note'],
    ['<!channel> look', 'note'],
    ['!sms // still a note', 'note'],
    ['!note she is angry', 'note'],
    ['!claim', 'command'],
    ['*!Resolve*', 'command'],
    ['!snooze', 'command'],
    ['!snooze 2h', 'command'],
    ['!snooze 9999w', 'hold'],
    ['!snooze tomorrow', 'hold'],
    ['!reslove', 'hold'],
    ['ask <@U0000000BEN> about it', 'hold'],
    ['see <#C0000000001|general>', 'hold'],
    ['FYI she called', 'hold'],
    ['Your parcel ships today // he is on the blocklist', 'hold'],
    ['Your parcel ships today;; he is on the blocklist', 'hold'],
    ['Sure. (// never pays)', 'hold'],
    ['Sure 🔒 never pays', 'hold'],
    ['See you at 5. Internal: charge extra', 'hold'],
    ['See you at 5 - note: charge extra', 'hold'],
    ['Sí. Nota interna: no paga', 'hold'],
    ['好的。内部：不要打折', 'hold'],
    ['See https://example.com// never pays', 'hold'],
    ['/ / pays late', 'hold'],
    ['Yes.\u2028// pays late', 'hold'],
    ['Yes.\n2. // pays late', 'hold'],
    ['Yes.\n!note pays late', 'hold'],
    ['Yes. !note pays late', 'hold'],
    ['!заметка не платит', 'hold'],
    ['!メモ 値引きなし', 'hold'],
    ['！메모 할인 금지', 'hold'],
    ['⚠️ !reslove', 'hold'],
    ['!snooze2h', 'hold'],
    ['// !sms is what sends', 'note'],
    ['🔒 !claim', 'note'],
    ['⚠️ !claim', 'command'],
    ['！ｃｌａｉｍ', 'command'],
    ['note that we close at five', 'hold'],
    ['Yes, tomorrow.\n// do not tell her why', 'hold'],
    ['Great :partyparrot:', 'hold'],
    ['Your order is on its way.', 'send'],
    ['Be there at 10:30:45, please', 'send'],
    ['See https://example.com//path', 'send'],
    ['See example.com//path', 'send'],
    ['Sizes 38//40 are in stock', 'send'],
    ['Sorry ^^;;', 'send'],
    ['Thanks ;;)', 'send'],
    ['!!!', 'send'],
    ['! great', 'send'],
    ['!1 left', 'send'],
    ['⚠️ Please note: we close at five.', 'send'],
    ['', 'empty'],
    ['   ', 'empty'],
  ])('%j is %s', (text, kind) => {
    expect(judge(text).kind).toBe(kind);
  });

  test('nothing is sent from a channel for alerts, and from a careful one only what is said to be sent', () => {
    expect(judge('Hello', 'alerts').kind).toBe('note');
    expect(judge('!sms Hello', 'alerts').kind).toBe('note');
    expect(judge('Hello', 'explicit').kind).toBe('note');
    expect(judge('!sms Hello', 'explicit')).toEqual({ kind: 'send', text: 'Hello' });
    expect(judge('!SMS: Hello', 'explicit')).toEqual({ kind: 'send', text: 'Hello' });
    expect(judge('!smsHello', 'explicit').kind).toBe('note');
    expect(judge('!resolve', 'alerts')).toMatchObject({ kind: 'command', command: { type: 'resolve' } });
    expect(judge('!note: between us')).toEqual({ kind: 'note', text: 'between us' });
    expect(judge('!sms', 'explicit').kind).toBe('empty');
  });

  test('what is behind a command is left as it was written, in whatever width the command is', () => {
    expect(judge('！sms hello')).toEqual({ kind: 'send', text: 'hello' });
    expect(judge('！ｓｍｓ： ～5 Ａ', 'explicit')).toEqual({ kind: 'send', text: '～5 Ａ' });
    expect(judge('\u200b!s\u200bms\u200b hello', 'explicit')).toEqual({ kind: 'send', text: 'hello' });
    expect(judge('!sms :) ok', 'explicit')).toEqual({ kind: 'send', text: ':) ok' });
    expect(judge('！note ①')).toEqual({ kind: 'note', text: '①' });
  });

  test('a text is what a phone would show: no markup, links as they are, emoji as characters', () => {
    expect(judge('Tom &amp; Ana: 1 &lt; 2 &gt; 0')).toEqual({ kind: 'send', text: 'Tom & Ana: 1 < 2 > 0' });
    expect(judge('See <https://example.com>')).toEqual({ kind: 'send', text: 'See https://example.com' });
    // What Slack makes a link by itself is no label.
    expect(judge('<http://example.com|example.com> <https://example.org|example.org>')).toEqual({
      kind: 'send',
      text: 'http://example.com https://example.org',
    });
    expect(judge('<mailto:ana@example.com|mailto:ana@example.com>')).toEqual({ kind: 'send', text: 'ana@example.com' });
    expect(rich({ type: 'text', text: 'Hel\u0000lo' })).toEqual({ kind: 'send', text: 'Hello' });
    expect(judge('<https://example.com|our site> or <tel:+14155550100|+14155550100>')).toEqual({
      kind: 'send',
      text: 'our site (https://example.com) or +14155550100',
    });
    expect(rich({ type: 'text', text: 'Fine ' }, { type: 'emoji', name: 'thumbsup', unicode: '1f44d-1f3fb' })).toEqual({
      kind: 'send',
      text: 'Fine 👍🏻',
    });
    expect(rich({ type: 'text', text: 'Fine ' }, { type: 'emoji', name: 'ours' }).kind).toBe('hold');
    expect(rich({ type: 'user', user_id: 'U1' }, { type: 'text', text: ' see this' }).kind).toBe('note');
    expect(rich({ type: 'invented', text: 'x' }, { type: 'text', text: 'y' }).kind).toBe('note');
  });

  const space = fc.constantFrom('', ' ', '\n', '\t', '\u200b', '\ufeff', ' \n ');
  const dress = fc.constantFrom('', '*', '_', '~', '> ', '"', '(', '`');
  const mark = fc.constantFrom(
    '//',
    ';;',
    'note:',
    'Note:',
    'NOTE :',
    'internal:',
    'Internal :',
    '🔒',
    ':lock:',
    '🔇',
    ':mute:',
    '<@U0000000BEN>',
    '<!subteam^S1>',
  );
  const runs = Number(process.env['SLACK_NOTES'] ?? 500);
  property.prop([space, dress, space, mark, fc.string({ unit: 'grapheme' })], { numRuns: runs })(
    'what is marked as a note never becomes a text, whatever is around and behind the mark',
    (before, dressed, between, marked, rest) => {
      const isMention = marked.startsWith('<');
      const text = isMention ? `${before}${marked}${rest}` : `${before}${dressed}${between}${marked}${rest}`;
      for (const mode of ['reply', 'explicit', 'alerts'] as const) expect(judge(text, mode).kind).not.toBe('send');
      expect(judge(text).kind).toBe('note');
    },
  );
  property.prop(
    [
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('<!here>', '<!channel>', '<!everyone>', '<!here|here>'),
      fc.string(),
    ],
    { numRuns: runs },
  )('what calls a whole channel never becomes a text', (before, call, behind) => {
    expect(judge(`${before.replaceAll('<', '')}${call}${behind}`).kind).toBe('note');
  });
});

describe('R053: words of contacts in Slack', () => {
  property.prop([fc.string({ unit: 'binary', maxLength: 500 })])(
    'cannot ping, link or hide in a fallback text',
    (text) => {
      expect(escaped(text)).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
      expect(escaped(text).isWellFormed()).toBe(true);
    },
  );
});

describe('R178: what operators are told', () => {
  test('names what is at stake, masks numbers, and holds no markup of others', () => {
    expect(alertWords('smsc.down', { smsc_id: 'main', reason: '<!channel> timeout' }, 'live')).toBe(
      '🔴 Carrier *main* is down: &lt;!channel&gt; timeout. Texts are accepted and wait.',
    );
    expect(alertWords('review.created', { number: '+14155550123', reason: 'review' }, 'test')).toBe(
      '🟠 A text to +1415•••0123 needs a person: review. It is in the review queue. (test)',
    );
    for (const type of ALERTS.filter((each) => each !== 'smsc.up')) expect(alertWords(type, {}, 'live')).toContain('?');
    expect(isAlert('message.sent')).toBe(false);
  });
});

describe('the marks of notes that a team has agreed on', () => {
  const own = ['fyi', '🤫', '>', '[x]', 'Intern :', '✏️'];
  const judgeOwn = (text: string, mode: ChannelMode = 'reply') =>
    withOwnPrefixes(classifyReply(partsOf({ text, blocks: undefined }), mode), own);
  test.each([
    ['FYI she called', 'note'],
    ['*fyi* she called', 'note'],
    ['\u200bＦＹＩ she called', 'note'],
    ['🤫 she called', 'note'],
    ['> she called', 'note'],
    ['[X] done', 'note'],
    ['intern : morgen', 'note'],
    ['✏ draft', 'note'],
    ['!sms fyi she called', 'note'],
    ['@Ana fyi', 'hold'],
    ['It is on its way.\n🤫 and late', 'hold'],
    ['It is on its way, fyi.', 'send'],
    ['!claim', 'command'],
    ['', 'empty'],
  ])('%j: %s', (text, kind) => {
    expect(judgeOwn(text).kind).toBe(kind);
    // Nothing that stays inside without them leaves with them.
    if (judge(text).kind !== 'send') expect(judgeOwn(text).kind).not.toBe('send');
  });
  property.prop([
    fc.constantFrom(...own),
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.constantFrom('', '*', '“'),
  ])('keep whatever is behind them inside, and change nothing where there are none', (prefix, rest, before) => {
    expect(['note', 'command']).toContain(judgeOwn(`${before}${prefix}${rest}`).kind);
    const classified = judge(rest);
    expect(withOwnPrefixes(classified, [])).toBe(classified);
  });
});

describe('R165: routing', () => {
  const settings = {
    catchAll: 'C9',
    rules: [
      { channel: 'C1', our_number: '+15005550100', keyword: 'Refund' },
      { channel: 'C2', country: 'gb' },
      { channel: 'C3', owner: 'ana@example.com' },
      { channel: 'C4', tag: 'vip' },
    ],
  };
  const about = { ourNumber: '+15005550100', country: 'US', owner: null, language: null, tags: [], body: 'Hello' };
  test('takes the first rule that fits in everything it names, and the catch-all otherwise', () => {
    expect(channelFor(settings, about)).toBe('C9');
    expect(channelFor(settings, { ...about, body: 'I want a REFUND!' })).toBe('C1');
    expect(channelFor(settings, { ...about, body: 'refunded' })).toBe('C9');
    expect(channelFor(settings, { ...about, body: 'refund2 refund-now' })).toBe('C1');
    expect(channelFor(settings, { ...about, body: 'refund2' })).toBe('C9');
    expect(channelFor(settings, { ...about, ourNumber: '+15005550101', body: 'refund' })).toBe('C9');
    expect(channelFor(settings, { ...about, country: 'GB', tags: ['vip'] })).toBe('C2');
    expect(channelFor(settings, { ...about, owner: 'ana@example.com' })).toBe('C3');
    expect(channelFor(settings, { ...about, tags: ['vip'] })).toBe('C4');
    expect(modeOf({ modes: new Map([['C1', 'alerts']]) }, 'C1')).toBe('alerts');
    expect(modeOf({ modes: new Map() }, 'C1')).toBe('reply');
  });
  test('names everything that is in the way', () => {
    expect(explainRoute(settings, { ...about, ourNumber: '+15005550101' }).passedOver[0]).toEqual({
      rule: 1,
      why: 'it is for texts to +15005550100, the text has no word Refund',
    });
  });
  test.each([
    ['fr', 'fr', true],
    ['fr', 'fr-CA', true],
    ['FR', 'fr-ca', true],
    ['fr-CA', 'fr-CA', true],
    ['fr-CA', 'fr', false],
    ['fr-CA', 'fr-CAT', false],
    ['fr', 'fro', false],
    ['fr', null, false],
  ])('by language: a rule for %s and a contact of %s: %s', (rule, language, fits) => {
    const byLanguage = { catchAll: 'C9', rules: [{ channel: 'C1', language: rule }] };
    expect(channelFor(byLanguage, { ...about, language })).toBe(fits ? 'C1' : 'C9');
    const why = `the language is ${language ?? 'not known'}, not ${rule}`;
    expect(explainRoute(byLanguage, { ...about, language }).passedOver).toEqual(fits ? [] : [{ rule: 1, why }]);
  });
});

describe('the night of a contact', () => {
  const night = { fromHour: 21, toHour: 8 };
  const at = (iso: string) => Date.parse(iso);
  test('is their own, ends in their morning, and is no reason where one of their zones is awake or none is known', () => {
    expect(contactHours(['America/New_York'], night, at('2026-11-20T12:00:00Z'))).toEqual({
      isQuiet: true,
      localTime: '07:00',
      endsAt: at('2026-11-20T13:00:00Z'),
    });
    expect(contactHours(['America/New_York'], night, at('2026-11-20T13:00:00Z'))).toEqual({ isQuiet: false });
    expect(contactHours(['America/Los_Angeles', 'America/New_York'], night, at('2026-11-20T13:30:00Z'))).toEqual({
      isQuiet: false,
    });
    expect(contactHours([], night, at('2026-11-20T03:00:00Z'))).toEqual({ isQuiet: false });
    expect(contactHours(['Europe/London'], { fromHour: 0, toHour: 0 }, at('2026-11-20T03:00:00Z'))).toEqual({
      isQuiet: false,
    });
    // The clocks are set back in this night.
    expect(contactHours(['Europe/London'], night, at('2026-10-24T21:30:00Z'))).toMatchObject({
      endsAt: at('2026-10-25T08:00:00Z'),
    });
  });
});
