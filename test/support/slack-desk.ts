import { fc } from '@fast-check/vitest';

/**
 * What a support desk writes below a conversation, as the clients of Slack send it: answers, remarks that are marked as the
 * documentation says, and answers with such a remark behind them. Made without a look at the rules that judge it.
 */
export interface Said {
  readonly text: string;
  /** The rich text of a person's client; undefined where one sends Slack's markup alone. */
  readonly blocks: readonly object[] | undefined;
}

type Element = Readonly<Record<string, unknown>>;

const text = (value: string, style?: object): Element => ({ type: 'text', text: value, ...(style ? { style } : {}) });
const emoji = (name: string, unicode?: string): Element => ({ type: 'emoji', name, ...(unicode ? { unicode } : {}) });
const section = (elements: readonly Element[]): Element => ({ type: 'rich_text_section', elements });
const list = (style: 'ordered' | 'bullet', ...items: readonly (readonly Element[])[]): Element => ({
  type: 'rich_text_list',
  style,
  indent: 0,
  elements: items.map(section),
});

export const rich = (...elements: readonly Element[]): Said => ({
  text: 'what a client without rich text would show',
  blocks: [{ type: 'rich_text', block_id: 'aB3', elements }],
});
export const markup = (written: string): Said => ({
  text: written.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
  blocks: undefined,
});

const who = [
  'she',
  'he',
  'this one',
  'the lady',
  'Mr Okafor',
  'their boss',
  'he 🙄',
  '!sms him:',
  '!claim,',
  'der',
  'elle',
  'он',
  '他',
  'هو',
];
const what = [
  'never pays',
  'is on the blocklist',
  'shouts a lot',
  'wants a refund again',
  'zahlt nie',
  'ne paie pas',
  'не платит',
  '从不付款',
  'לא משלם',
  'لا يدفع',
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
export const remarks = fc
  .tuple(fc.constantFrom(...who), fc.constantFrom(...what), fc.constantFrom(...tails))
  .map((words) => `${words[0]} ${words[1]}${words[2]}`);

/** Sent, were it not for what is around them. */
export const answers = fc.constantFrom(
  'Your order is on its way.',
  'Thank you!',
  'We open at nine.',
  'Yes 👍',
  '✅ Shipped: https://track.example.com//4711?a=1',
  'See you at 10:30',
  'Please note: we close at five.',
  'Sizes 38//40 are in stock;',
  '1. Unplug it\n2. Wait',
  '→ Turn left (not right), please',
  'Ihr Paket kommt heute.',
  'Votre commande est prête !',
  '¡Su pedido está listo!',
  'Ваш заказ готов.',
  '您的订单已发货。',
  'ご注文を発送しました！',
  'طلبك جاهز.',
  'ההזמנה מוכנה.',
);

/** The promised marks, in the ways in which they are typed. */
const signs = ['//', '// ', ';;', ';; ', '🔒', '🔒 ', '🔇', '／／ ', '；； '];
const words = ['note: ', 'Note:', 'NOTE : ', 'internal:', 'Internal: ', 'ｎｏｔｅ： ', 'INTERNAL： '];
const marks = fc.constantFrom(...signs, ...words);

/** What stands in front of a mark and is no word. */
const blanks = ['', ' ', '\u00a0\u3000', '\u200b\u2060 ', '\u200f', '\n'];
const brackets = ['> ', '>>> ', '"', '“', '«', '(', '[', '{', '【', '- [ ] '];
const bullets = [
  '- ',
  '* ',
  '• ',
  '◦ ',
  '▪️ ',
  '– ',
  '— ',
  '→ ',
  '➡️ ',
  '⇒ ',
  '» ',
  '| ',
  '# ',
  '... ',
  '!!! ',
  '¿',
  '= ',
];
const numbers = ['1. ', '2) ', '12. ', '(3) ', 'a) ', 'B. ', 'iv. ', '1️⃣ ', '1. • '];
const pictures = ['⚠️ ', '📝', '❗ ', '👀👀 ', '🚨 ⚠️ ', '👩🏽‍💻 ', '🇩🇪 ', 'ℹ️ ', '✔️', '♥︎ '];
const leads = fc.constantFrom(...blanks, ...brackets, ...bullets, ...numbers, ...pictures);
const leadElements = fc.constantFrom<Element[]>(
  [emoji('warning', '26a0-fe0f'), text(' ')],
  [emoji('memo', '1f4dd')],
  [emoji('eyes', '1f440'), emoji('eyes', '1f440'), text(' ')],
  [emoji('partyparrot'), text(' ')],
  [text('→', { bold: true }), text(' ')],
  [text('1. ')],
  [],
);
/** Marks as elements: cut and styled as clients do, or names and calls, which are marks as well. */
const markElements = fc.constantFrom<Element[]>(
  [emoji('lock', '1f512'), text(' ')],
  [emoji('mute', '1f507')],
  [emoji('lock')],
  [text('//', { bold: true }), text(' ')],
  [text('//', { strike: true }), text(' ')],
  [text('note', { italic: true }), text(': ')],
  [text('*note*: ')],
  [text('/'), text('/ ')],
  [text('no'), text('te: ', { code: true })],
);
const calls = fc.constantFrom<Element[]>(
  [{ type: 'user', user_id: 'U0000000BEN' }, text(' ')],
  [{ type: 'usergroup', usergroup_id: 'S0000000001' }, text(': ')],
  [text('  '), { type: 'user', user_id: 'U0000000BEN' }, text(', ')],
  [{ type: 'broadcast', range: 'here' }, text(' ')],
);
const containers = fc.constantFrom('rich_text_section', 'rich_text_quote', 'rich_text_preformatted');
const lists = fc.constantFrom<'ordered' | 'bullet'>('ordered', 'bullet');
/** Of Slack's markup, around the mark or around all of it. */
const styles = fc.constantFrom<[string, string]>(
  ['', ''],
  ['*', '*'],
  ['_', '_'],
  ['~', '~'],
  ['`', '`'],
  ['**', '**'],
  ['*_', '_*'],
);
const shortCodes = fc.constantFrom('', ':warning: ', ':lock: ', ':memo::partyparrot: ', '> :eyes: ');

/** Marked in front: a note, in whatever form. */
export const notes: fc.Arbitrary<Said> = fc.oneof(
  fc
    .tuple(containers, leads, marks, remarks)
    .map(([type, lead, mark, said]) => rich({ type, elements: [text(`${lead}${mark}${said}`)] })),
  fc
    .tuple(
      containers,
      leadElements,
      fc.oneof(
        markElements,
        marks.map((mark) => [text(mark)]),
      ),
      remarks,
    )
    .map(([type, lead, mark, said]) => rich({ type, elements: [...lead, ...mark, text(said)] })),
  fc.tuple(containers, calls, remarks).map(([type, call, said]) => rich({ type, elements: [...call, text(said)] })),
  fc
    .tuple(lists, leads, marks, remarks, answers)
    .map(([style, lead, mark, said, other]) => rich(list(style, [text(`${lead}${mark}${said}`)], [text(other)]))),
  fc
    .tuple(shortCodes, leads, styles, marks, remarks, fc.boolean())
    .map(([code, lead, [opening, closing], mark, said, isWhole]) =>
      markup(
        isWhole
          ? `${code}${lead}${opening}${mark}${said}${closing}`
          : `${code}${lead}${opening}${mark.trim()}${closing} ${said}`,
      ),
    ),
);

const ends = [
  '. ',
  '! ',
  '? ',
  '… ',
  ' — ',
  ' - ',
  ' | ',
  ' / ',
  '; ',
  ' (',
  ' [',
  '\n',
  '\n\n',
  '\r\n',
  ' • ',
  ' 👉 ',
  ' → ',
  ' "',
];
const laterMarks = fc.oneof(
  fc.tuple(fc.constantFrom(' ', '  ', '.', '!', ...ends), fc.constantFrom(...signs)),
  fc.tuple(fc.constantFrom(...ends), fc.constantFrom(...words)),
);

/** An answer, and a remark behind or below it: nobody can tell, so a person is asked. */
export const doubts: fc.Arbitrary<Said> = fc.oneof(
  fc
    .tuple(containers, answers, laterMarks, remarks)
    .map(([type, answer, [end, mark], said]) => rich({ type, elements: [text(`${answer}${end}${mark}${said}`)] })),
  fc.tuple(answers, laterMarks, remarks).map(([answer, [end, mark], said]) => markup(`${answer}${end}${mark}${said}`)),
  fc
    .tuple(lists, answers, leads, marks, remarks)
    .map(([style, answer, lead, mark, said]) => rich(list(style, [text(answer)], [text(`${lead}${mark}${said}`)]))),
  fc
    .tuple(answers, leads, marks, remarks)
    .map(([answer, lead, mark, said]) => markup(`${answer}\n${lead}${mark}${said}`)),
  fc
    .tuple(answers, markElements, remarks)
    .map(([answer, mark, said]) => rich(section([text(`${answer}\n`), ...mark, text(said)]))),
);

/** With nothing around them, and with the text that a phone is to show. */
export const plain = (answer: string): fc.Arbitrary<Said> =>
  fc.oneof(
    containers.map((type) => rich({ type, elements: [text(answer)] })),
    fc.constant(
      rich(section(answer.split(/(?<=o)|(?=o)/).map((one) => text(one, one === 'o' ? { bold: true } : undefined)))),
    ),
    fc.constant(markup(answer)),
  );
