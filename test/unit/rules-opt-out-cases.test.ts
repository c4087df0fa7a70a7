import { describe, expect, test } from 'vitest';
import { readIntent } from '../../server/rules/opt-out.ts';

const typeOf = (text: string) => readIntent(text, { country: 'US' })?.type ?? null;

describe('replies that must opt out', () => {
  test.each([
    'S T O P',
    'stop!!',
    'Stpo',
    'st0p',
    'ＳＴＯＰ',
    '🛑',
    'arrêt',
    'STOP 1234',
    'Stop. Wrong person.',
    'STOP\n\nSent from my Galaxy',
    'opt-out',
    'take me off this list',
    "I've changed my mind and don't want to receive these anymore",
    'quit msging me',
    'Pls remove my no from ur list',
    'No mas mensajes',
    'dont text',
    'do not text me',
    'no more texts',
    'stop texts thanks',
    'delete my number',
    'how do I stop these?',
  ])('%j', (text) => {
    expect(typeOf(text)).toBe('opt_out');
  });
});

describe('replies that must not opt out', () => {
  test.each([
    "Don't stop!",
    "I'll stop by at 5",
    'bus stop',
    'weekend works',
    'My friend sent me',
    'Please cancel my appointment',
    'unstoppable',
    'vendor list?',
    'YES',
    'NO',
    'CONFIRM',
    'end of the month',
    'quit smoking class?',
    'never stop',
    'no need to stop',
    "can't stop laughing",
    'cancel my order',
    'stop at the gate please',
    'remove the item from my order',
    'stop the delivery',
    'tell him to stop',
    'step',
    'shop',
    'spot',
    'quite',
    'send',
    'weekend',
    'subscribe me to the paper',
    'Stopford',
    'The End',
    'When does it start?',
    'Will that noise ever stop',
  ])('%j', (text) => {
    expect(typeOf(text)).not.toBe('opt_out');
  });
});

describe('replies that a person should see', () => {
  test.each([
    'wrong number',
    'who is this',
    'not interested',
    'leave me alone',
    'fuck off',
    "I didn't sign up for this",
    'this is harassment',
    'I am reporting you',
  ])('%j', (text) => {
    expect(typeOf(text)).toBe('review');
  });
});

describe('replies about goods and not about texts', () => {
  test.each([
    ['US', "Don't send any more pizza"],
    ['US', 'When can the stitches be removed?'],
    ['US', 'how do I opt out of paper bills'],
    ['US', 'no more massages please'],
    ['MX', 'no me mande más pizza'],
    ['MX', 'deja un mensaje'],
    ['MX', 'para enviar mi pedido cuánto cuesta'],
    ['BR', 'para enviar o documento'],
    ['BR', 'retire meu nome da reserva'],
    ['FR', "ne m'envoyez pas le colis avant lundi"],
    ['FR', 'je ne veux pas être là'],
    ['DE', 'Ich habe nichts mehr bekommen'],
    ['DE', 'Bitte keine Pakete mehr schicken'],
    ['DE', 'wo geht es los'],
    ['IT', 'non mi piace più'],
    ['IT', 'basta scrivere qui?'],
    ['NL', 'ik kan niet meer bellen'],
    ['NL', 'haal de kaas van de lijst'],
    ['SE', 'Skicka inte paketet idag'],
    ['DK', 'send ikke pakken i dag'],
    ['TR', 'listeden domatesi çıkarın'],
    ['RU', 'удалите мой заказ'],
    ['GR', 'βγάλτε το κρεμμύδι'],
    ['IL', 'אל תשלחו את החבילה היום'],
    ['SA', 'لا ترسل الطرد اليوم'],
    ['JP', '荷物を送らないでください'],
    ['KR', '택배 보내지 마세요'],
    ['VN', 'đừng gửi hàng hôm nay'],
    ['ID', 'jangan kirim paket hari ini'],
    ['TH', 'อย่าส่งของวันนี้'],
  ])('%s: %j does not opt out', (country, text) => {
    expect(readIntent(text, { country })?.type).not.toBe('opt_out');
  });
});

describe('the same words about texts', () => {
  test.each([
    ['US', "Don't send any more texts"],
    ['MX', 'no me mande más mensajes'],
    ['BR', 'pare de enviar mensagens'],
    ['FR', "ne m'envoyez plus de sms"],
    ['DE', 'Bitte keine SMS mehr schicken'],
    ['IT', 'non mandatemi più messaggi'],
    ['NL', 'ik wil geen berichten meer ontvangen'],
    ['SE', 'skicka inte fler sms'],
    ['DK', 'send ikke flere beskeder'],
    ['TR', 'bana mesaj göndermeyin'],
    ['RU', 'удалите мой номер'],
    ['IL', 'אל תשלחו לי הודעות'],
    ['SA', 'لا ترسل لي رسائل'],
    ['JP', 'メールを送らないでください'],
    ['KR', '문자 보내지 마세요'],
    ['VN', 'đừng gửi tin nữa'],
    ['ID', 'jangan kirim sms lagi'],
    ['TH', 'อย่าส่งข้อความ'],
  ])('%s: %j opts out', (country, text) => {
    expect(readIntent(text, { country })?.type).toBe('opt_out');
  });
});
