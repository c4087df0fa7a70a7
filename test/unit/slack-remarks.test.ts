import { describe, expect, test } from 'vitest';
import { classifyReply } from '../../connectors/slack/rules/classify-reply.ts';
import { isSaidTo } from '../../connectors/slack/rules/addressed.ts';
import { partsOf } from '../../connectors/slack/rules/message-parts.ts';

const judge = (text: string) => classifyReply(partsOf({ text, blocks: undefined }), 'reply').kind;

/** What people write to each other below a conversation, unmarked or marked in ways that nobody has promised. */
describe('a remark to a colleague never leaves without a click', () => {
  test.each([
    ['nota interna: cliente difícil'],
    ['Interne Notiz: zahlt nie pünktlich'],
    ['Note interne : ne pas rembourser'],
    ['só interno: não responder'],
    ['intern notering: betalar aldrig'],
    ['notatka wewnętrzna: nie płaci'],
    ['внутренняя заметка: не платит'],
    ['内部备注：不要承诺'],
    ['社内メモ：値引きなし'],
    ['내부 메모: 할인 금지'],
    ['ملاحظة داخلية: لا ترد'],
    ['הערה פנימית: לא לענות'],
    ['iç not: indirim yok'],
    ['(intern) bitte nicht zusagen'],
    ['[internal] vip'],
    ['Sure, tomorrow works. (internal: he never pays)'],
    ['Sure, tomorrow works.\nfyi Ana he never pays'],
    ['1. internal: check the credit'],
    ['Inter\u00adnal - he is a lawyer'],
    ['Note for Ben: call him'],
    ['psst, no discount'],
    ['@Ana can you take this one?'],
    ['Sure.\n@ben pls look'],
    ['cc: Ana, Ben'],
    ['🤫 bad payer'],
    ['#internal bad payer'],
    ['/claim'],
    ['! note bad payer'],
    ['do not send this yet'],
    ["Don’t tell the customer, but it's lost"],
    ['please keep this internal'],
    ['nur für uns: 40 % Marge'],
    ['unter uns: der nervt'],
    ['the customer seems angry'],
    ['el cliente está enfadado'],
    ['Der Kunde ist sauer'],
    ['he is a bad payer'],
    ['can someone take this? I am out'],
    ['Hey team, who is free?'],
    ['reassign to billing please'],
    ['mine'],
    ['testing 123'],
    ['Kundennotiz: zahlt schlecht'],
    ['memo to all: he churned'],
    ['For Ana: check billing'],
    ['customer called already'],
    ['Kunde hat schon angerufen'],
    ['客户已经打过电话'],
    ["hold on, don't reply yet"],
    ['bitte nicht antworten'],
    ['не отвечайте'],
    ['his card bounced'],
    ['refund him please'],
    ['should we refund this?'],
    ['what do we tell them?'],
    ['ok to send?'],
    ['does anyone know why?'],
    ['see ticket 4711 in Jira'],
    ['<internal> he churned'],
    ['👀 FYI he churned'],
    ['✅ customer is angry'],
    ['Okay. NOTE - he churned'],
    ['notes: he churned'],
    ['Okay. Note to Ben: he churned'],
    ['Okay #internal he churned'],
    ['Okay\n;;\nhe churned'],
    ['Okay ;;\nhe churned'],
    ['\\\\ he churned'],
  ])('%j', (text) => {
    expect(judge(text)).toMatch(/^(?:note|hold)$/);
  });
});

describe('an answer to a customer leaves without one', () => {
  test.each([
    ['Our internal policy allows 30 days.'],
    ['International delivery takes 5 days'],
    ['Internet works again'],
    ['Notes are attached to your parcel'],
    ['Noted, thank you!'],
    ['As a valued customer you get 10% off'],
    ['Our customer service is open 9-5'],
    ['The customer service desk is on the first floor'],
    ['Can someone be home at 5?'],
    ['Can you send a photo?'],
    ['Who should we ask for?'],
    ['Please do not send us your card number.'],
    ["I'll look into that for you"],
    ['On it! We will text you'],
    ['She will call you at five.'],
    ['Meet @ 5pm, or write to help@example.com'],
    ['See https://example.com/@acme'],
    ['Address: 5 Main Street (back door)'],
    ['Reminder: appointment at 5pm'],
    ['Ihre Bestellung kommt morgen.'],
    ['Su pedido llega mañana.'],
    ['您的订单明天发货'],
    ['Draft beer is available'],
    ['We will take care of it'],
    ['5 > 3'],
    ['#123 is ready'],
    ['Please note: we close at five.'],
    ['Customer service is open 9-5'],
    ['Client portal: https://example.com'],
    ['For pickup: come to desk 3'],
    ['Please do not reply to this text.'],
    ['Please reply with YES'],
    ['Bitte antworten Sie mit JA'],
    ['What do you need?'],
    ['Our team will be in touch.'],
    ['The courier will call you.'],
    ['お客様のご注文は明日届きます'],
    ['客户服务: 9-17'],
    ['!'],
    ['✅ Your order has shipped! https://track.example.com/4711?x=1'],
    ['⚠️ Road closed. Please use the back entrance.'],
    ['Hi Ana, thanks! Your refund has been processed.'],
    ["We're open Mon-Fri 9-5 / Sat 10-2."],
    ['Just bring: 1) your ID 2) the receipt'],
    ['1. Unplug it\n2. Wait 30 s\n3. Plug it in'],
    ['• Size M\n• Colour: blue'],
    ["It's €20 (incl. VAT) - pay by card or cash."],
    ['w/ or w/o ice?'],
    ['Find us: https://maps.example.com/?q=1//2'],
    ['See example.com/faq#shipping'],
    ['No — sorry, sold out until Friday.'],
    ['Bonjour ! Votre commande est prête.'],
    ['죄송합니다;;'],
    ['ご注文の商品を発送しました！'],
    ['One thing to note: bring cash.'],
    ["I'll add a note to your order: no onions."],
    ['We have it in stock. Internal memory: 64 GB'],
    ['Extern/intern: 5 EUR'],
    ['ℹ️ Info: check-in from 3pm'],
    ['1️⃣ Download the app 2️⃣ Log in'],
    ['A. Miller will call you at 9.'],
    ['a) yes b) no - which one do you prefer?'],
    ['[1/2] Thank you for waiting…'],
    ['-5% on Monday, +1 free'],
    ['¯\\_(ツ)_/¯'],
  ])('%j', (text) => {
    expect(judge(text)).toBe('send');
  });
});

describe('who is called by their name', () => {
  test('may be the customer, who has the same', () => {
    expect(isSaidTo('Hi Ana, your order is ready.', ['Ana Ruiz'], 'Ms. Ana Lopez')).toBe(false);
    expect(isSaidTo('Hi Ana, your order is ready.', ['Ana Ruiz'], null)).toBe(true);
  });

  const names = ['Ana Ruiz', 'ben', 'X'];
  test.each([
    ['Ana: can you check his invoice?', true],
    ['¿Ana, puedes encargarte?', true],
    ['Ana peux-tu prendre ?', true],
    ['hey Ben do you know this order?', true],
    ['Done.\nThanks ana', true],
    ['Ben?', true],
    ['⚠️ Ana, can you check his invoice?', true],
    ['1) Ben: look', true],
    ['Ana will call you tomorrow.', false],
    ['Anatole, your order is ready.', false],
    ['Hi Maria, your order is ready.', false],
    ['Our colleague Ben can help.', false],
    ['X, Y or Z?', false],
  ])('%j: a colleague %s', (text, isColleague) => {
    expect(isSaidTo(text, names)).toBe(isColleague);
  });
});

test('a long message is judged at once', () => {
  for (const piece of [
    'a',
    'note ',
    'note-',
    '@',
    '(',
    '. ',
    'the customer-',
    '1. ',
    ':+:',
    '1)',
    '1\u20e3\u20e3',
    'a.b/',
  ])
    expect(judge(piece.repeat(Math.ceil(40_000 / piece.length)))).toMatch(/send|hold|note|empty/);
  for (const piece of ['*a ', '*a* ', '~*_a', '<a ', '```', '/', ' //', 'http://', '! '])
    expect(judge(piece.repeat(Math.ceil(40_000 / piece.length)))).toMatch(/send|hold|note|empty/);
});
