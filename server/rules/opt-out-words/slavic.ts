import type { LanguageWords } from './language.ts';

const source = 'general knowledge, written for this project; native review needed';
const date = '2026-11-20';

export const polish: LanguageWords = {
  language: 'pl',
  source,
  date,
  strong: 'stop, wypisz, wypisz mnie, rezygnuję, stop sms, wyrejestruj',
  keywords:
    'rezygnacja, wypisać, wypiszcie mnie, anuluj subskrypcję, usuń mnie, wypisuję się, zrezygnuj, wyłącz sms, stop reklamom',
  local: 'anuluj, koniec, usuń, dość',
  optIn: 'start',
  help: 'pomoc, info, help',
  polite:
    'proszę dziękuję dzięki dzień dobry witam cześć teraz natychmiast pozdrawiam pozdrawiam państwa bardzo uprzejmie',
  classes: {
    SMS: 'sms smsy smsow smsów smsami wiadomości wiadomosci wiadomość reklam reklamy spam spamu powiadomień ofert oferty',
    PISAC:
      'pisać piszcie pisz wysyłać wysyłajcie wysyłaj przysyłać przysyłajcie wysyłania kontaktować spamować nękać przesyłać',
  },
  optOut: [
    'nie ..1 PISAC ..3 (więcej|sms*|wiadomości|do|mi|reklam)',
    '(nie|więcej) ..2 PISAC $',
    '(przestań|przestańcie|przestancie|skończcie|przestać) ..2 PISAC',
    'nie (chcę|życzę|chce|zycze) ..4 (SMS|otrzymywać|dostawać)',
    '(żadnych|zadnych|bez) ..1 (więcej)? SMS',
    'nie zgadzam ..3 SMS',
    '(usunąć|usuń|usuńcie|wykreślić|skasować|usuniecie|wypisać|wykreślcie) ..2 (mnie|mój|numer)',
    '(wypisz|wypiszcie|wypisać) ..2 (mnie|się)',
    '(cofam|wycofuję|odwołuję) ..2 zgodę',
    '(usunięcie|skasowanie|wykreślenie) ..3 (numeru|danych|mnie)',
    'jak ..3 (wypisać|zrezygnować|wyłączyć)',
  ],
  review: [
    '(wypisz*|wypisać)',
    '^ pomyłka',
    '(zły|błędny|pomylił*) ..1 numer*',
    'pomyłka $',
    '^ kto to (jest)? $',
    '^ kim (pan|pani|jesteś|państwo) ..1 $',
    'nie (jestem)? zainteresowan*',
    'dajcie ..2 spokój',
    'daj mi spokój',
    '(rodo|nękanie|oszust*)',
    '(odczep*|spadaj*|odwal*)',
    'skąd ..2 mój numer',
    '(nigdy|nie) ..3 zgody',
  ],
};

export const russian: LanguageWords = {
  language: 'ru',
  source,
  date,
  strong: 'стоп, отписаться, отписка, отпишите, отписать, отпиши, stop, стоп смс, отпишите меня',
  keywords:
    'отмена подписки, отменить подписку, отключить, отключите, хватит, удалите меня, прекратите, не беспокоить, отказ, отказаться от рассылки, отключить рассылку, стоп рассылка',
  local: 'отмена, отменить, удалить',
  optIn: 'старт, start, подписаться',
  help: 'помощь, инфо, help, справка',
  polite: 'пожалуйста пож плиз спасибо здравствуйте добрый день привет сейчас немедленно уже срочно прошу вас большое',
  classes: {
    SMS: 'смс смски сообщения сообщений сообщение рекламу рекламы реклама спам рассылку рассылки рассылка смсок эсэмэс уведомления',
  },
  ordinary: ['не (отпис*|удаля*|отключа*|останавл*|прекраща*)'],
  optOut: [
    '(не|больше) ..3 (пишите|пиши|присылайте|присылай|шлите|шли|отправляйте|отправляй|беспокойте|беспокой|звоните) ..3 (мне|больше|SMS|сюда|меня|никогда|ничего)',
    '(больше|никогда|прошу) ..2 не (пишите|пиши|присылайте|присылай|шлите|шли|отправляйте|беспокойте|присылать|писать)',
    '^ не (пишите|присылайте|шлите|беспокойте|надо|отправляйте) SMS',
    '(хватит|прекратите|перестаньте|прекрати|перестань|кончайте|завязывайте|довольно) ..2 (слать|писать|присылать|отправлять|спамить|SMS|рассылать)',
    'не (хочу|желаю|нужны|нужна|надо) ..4 (SMS|получать)',
    'никаких ..1 SMS',
    '(удалите|уберите|исключите|вычеркните|удали|удалить) ..2 (мой|меня|номер|мои|мою)',
    '(удалите|уберите|исключите) ..3 из ..1 (списка|списков|базы|рассылки)',
    '(как|хочу|можно|где) ..3 (отписаться|отключить|отказаться)',
    '(отпишите|отключите|отпиши) ..2 (меня|SMS)',
    '(снимите|снять|исключите|уберите) ..3 (рассылки|рассылок)',
    'отзываю ..2 согласие',
  ],
  review: [
    '(стоп|отпис*|отпиш*)',
    '(ошиблись|ошибся|неправильный|неверный) ..2 номер*',
    'ошиблись номером',
    '^ (это)? кто (это|вы|ты|пишет) (такие|такой)? $',
    '(не|неинтересно) ..1 (интересно|интересует|заинтересован*)',
    '^ неинтересно',
    '^ (отстаньте|отвалите|отвали|отстань|идите|спам|достали)',
    '(спам|спамеры|роскомнадзор|фас|достали|задолбали)',
    'оставьте ..2 покое',
    'откуда ..3 мой номер',
    '(не|никогда) ..1 (подписывался|подписывалась|соглашался)',
  ],
};

export const ukrainian: LanguageWords = {
  language: 'uk',
  source,
  date,
  strong: 'стоп, відписатися, відписка, відпишіть, stop, відписатись, відпишіть мене',
  keywords: 'скасувати підписку, відмова, припиніть, вимкнути, видаліть мене, годі, відключити',
  local: 'відміна, скасувати, видалити',
  optIn: 'старт, start',
  help: 'допомога, інфо, help',
  polite: 'будь ласка дякую добрий день вітаю привіт зараз негайно вже прошу',
  classes: { SMS: 'смс повідомлення повідомлень рекламу реклами реклама спам розсилку розсилки розсилка' },
  ordinary: ['не (відпис*|видаля*|відключа*)'],
  optOut: [
    '(не|більше) ..3 (пишіть|пиши|надсилайте|надсилай|шліть|турбуйте|присилайте) ..3 (мені|більше|SMS|мене|сюди)',
    'більше не (пишіть|надсилайте|шліть|турбуйте|присилайте)',
    '^ не (пишіть|надсилайте|турбуйте|присилайте) $',
    '(припиніть|досить|годі|перестаньте|припини) ..2 (надсилати|писати|слати|присилати|SMS)',
    'не (хочу|бажаю|потрібні) ..4 (SMS|отримувати)',
    '(видаліть|приберіть|виключіть|вилучіть) ..2 (мій|мене|номер|мої)',
    '(як|хочу|можна) ..3 (відписат*|відключити|відмовитись)',
    'відпишіть ..2 мене',
  ],
  review: [
    '(стоп|відпис*|відпиш*)',
    '(помилились|помилилися|неправильний|невірний) ..2 номер*',
    'помилились номером',
    '^ хто (це|ви|ти) $',
    'не (цікаво|цікавить|зацікавлен*)',
    '^ (відчепіться|відстаньте|спам)',
    'спам',
  ],
};
