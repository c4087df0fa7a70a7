import { withoutLinks } from './links.ts';
import { type ReservedWord, reservedWord } from './reserved-words.ts';
import { indexOfPhrase, wordsOf } from './words.ts';

/** A place where a text asks its reader to text a reserved word. */
export interface ReservedPrompt {
  readonly reserved: ReservedWord;
  /** Of the word, in UTF-16 code units: start, and end behind it. */
  readonly at: readonly [number, number];
  /** Whether the word is asked for as what it is reserved for: `Reply STOP to opt out`. */
  readonly isProper: boolean;
  /** The number to text it to, digits only: `STOP au 36111`. */
  readonly destination: string | null;
}

/**
 * Where a text asks for a reserved word: `Reply STOP to end`, `Répondez “STOP”`, `CANCEL to cancel`. A word in the
 * running text (`stop by`, `the END of the season`) is no prompt: it must be in capitals or quotes behind a verb of
 * answering, directly behind the verb, or in capitals at the head of a sentence that goes on with `to` or `=`.
 */
export function reservedPrompts(text: string): readonly ReservedPrompt[] {
  const isShouted = !/\p{Ll}/u.test(text);
  return sentences(withoutLinks(text)).flatMap((tokens) =>
    tokens.flatMap((_, index) => {
      const found = reservedAt(tokens, index);
      return found && isPrompt(tokens, index, found.length, isShouted) ? [promptOf(tokens, index, found)] : [];
    }),
  );
}

/** Whether a text asks for an answer at all: `reply`, `text us`, `répondez`. */
export function asksForReply(text: string): boolean {
  return sentences(withoutLinks(text)).some((tokens) =>
    tokens.some(
      (token, index) =>
        REPLY_VERBS.has(token.word) || (VERBS.has(token.word) && tokens[index + 1]?.isCapitals === true),
    ),
  );
}

interface Token {
  readonly word: string;
  readonly at: readonly [number, number];
  readonly isCapitals: boolean;
  readonly isQuoted: boolean;
  /** `=` or `:` follows. */
  readonly isEquated: boolean;
}

/** The words of each sentence. */
function sentences(text: string): readonly (readonly Token[])[] {
  const list: Token[][] = [[]];
  for (const match of text.matchAll(/[\p{L}\p{M}\p{N}’']+|[.!?;\n]+(?=\s|$)|[\n。！？]/gu)) {
    if (/[\p{L}\p{N}]/u.test(match[0])) list.at(-1)?.push(tokenOf(text, match[0], match.index));
    else list.push([]);
  }
  return list;
}

function tokenOf(text: string, raw: string, start: number): Token {
  const word = raw.replace(/^['’]+|['’]+$/g, '');
  const from = start + raw.indexOf(word);
  const end = from + word.length;
  return {
    word: wordsOf(word).join(''),
    at: [from, end],
    isCapitals: word.length >= 2 && /\p{Lu}/u.test(word) && word === word.toUpperCase(),
    isQuoted: /["'“”„‘’«»‹›]\s?$/u.test(text.slice(Math.max(0, from - 2), from)),
    isEquated: /^\s?[=:]/.test(text.slice(end, end + 2)),
  };
}

interface Found {
  readonly reserved: ReservedWord;
  readonly length: 1 | 2;
}

/** `opt out` before `opt`, and no `stop` behind the `opt-out` that it belongs to. */
function reservedAt(tokens: readonly Token[], index: number): Found | null {
  for (const length of [2, 1] as const) {
    const words = tokens.slice(index, index + length);
    const reserved = words.length === length ? reservedWord(words.map(({ word }) => word).join(' ')) : null;
    if (reserved) return { reserved, length };
  }
  return null;
}

function isPrompt(tokens: readonly Token[], index: number, length: number, isShouted: boolean): boolean {
  const token = tokens[index];
  if (!token) return false;
  if (isDirectlyAfterVerb(tokens, index)) return true;
  const isMarked = token.isQuoted || (token.isCapitals && !isShouted);
  const isAfterVerb = tokens.slice(0, index).some(({ word }) => VERBS.has(word));
  const next = tokens[index + length];
  const isExplained = token.isEquated || (next !== undefined && AIMS.has(next.word));
  return isMarked && (isAfterVerb || (isExplained && isAtHead(tokens, index)));
}

/** First in its sentence, or after a keyword that is explained: `HELP for help, STOP to end`. */
const isAtHead = (tokens: readonly Token[], index: number) =>
  index === 0 || tokens.slice(0, index).some((token) => token.isCapitals || token.isQuoted);

function isDirectlyAfterVerb(tokens: readonly Token[], index: number): boolean {
  for (let at = index - 1; at >= 0 && at >= index - 4; at -= 1) {
    const word = tokens[at]?.word ?? '';
    if (VERBS.has(word)) return true;
    if (!BETWEEN.has(word)) return false;
  }
  return false;
}

function promptOf(tokens: readonly Token[], index: number, { reserved, length }: Found): ReservedPrompt {
  const rest = tokens.slice(index + length);
  const end = rest.findIndex(
    ({ word, isCapitals, isQuoted }) => OR.has(word) || isQuoted || (isCapitals && word.length > 3),
  );
  const purpose = rest.slice(0, end < 0 ? PURPOSE_WORDS_MAX : Math.min(end, PURPOSE_WORDS_MAX)).map(({ word }) => word);
  const number = purpose.findIndex((word, at) => /^\d{3,15}$/.test(word) && TOWARDS.has(purpose[at - 1] ?? ''));
  const first = tokens[index]?.at[0] ?? 0;
  return {
    reserved,
    at: [first, tokens[index + length - 1]?.at[1] ?? first],
    isProper: isProper(reserved, number < 0 ? purpose : purpose.toSpliced(number - 1, 2)),
    destination: purpose[number] ?? null,
  };
}

const PURPOSE_WORDS_MAX = 8;

function isProper({ word, use, isEveryday }: ReservedWord, purpose: readonly string[]): boolean {
  if (PURPOSES[use].some((phrase) => indexOfPhrase(purpose, phrase) >= 0)) return true;
  if (use !== 'opt_out') return purpose.length === 0;
  const isBare = purpose.every((one) => BARE.has(one));
  // `CANCEL to cancel` says nothing about texts, and the reader has something else to cancel.
  return isBare && (!isEveryday || (purpose.length > 0 && word !== 'cancel' && word !== 'cancelar'));
}

const set = (words: string) => new Set(words.split(' '));

const REPLY_VERBS = set(
  'reply respond répondez repondez repondre reponds responda responde responder conteste contesta antworten antworte ' +
    'antwortet rispondi rispondete rispondere antwoord beantwoord',
);

/** Verbs that ask for a text, in the seven languages of the opt-out texts. */
const VERBS = new Set([
  ...REPLY_VERBS,
  ...set(
    'text txt send sms answer type envoyez envoyer envoie tapez envie envia enviar escriba escribe digite senden sende ' +
      'schreiben schreibe schicken schicke invia inviate inviare scrivi digita stuur sms typ replying texting sending',
  ),
]);

const BETWEEN = set(
  'with the word back us just simply a please keyword par avec le mot svp con la palabra por favor com mit dem wort ' +
    'bitte sie einfach parola met het woord gewoon aan ons',
);

const OR = set('or ou o u oder of');

/** What leads to the purpose: `STOP to end`, `STOP pour`, `STOP zum`. */
const AIMS = set('to 2 for pour para zum um per om sms au a ao an al naar');
const TOWARDS = set('to au a ao an al naar');

/** Ending something without saying what. */
const BARE = set(
  'to 2 for pour para zum um zu per om te the a at any time anytime cancel end quit stop exit leave out now beenden ' +
    'arreter terminar sair salir parar uscire stoppen fin ende fine einde fim',
);

const phrase = (list: string) => list.split('|').map(wordsOf);

const PURPOSES: Readonly<Record<ReservedWord['use'], readonly (readonly string[])[]>> = {
  opt_out: phrase(
    'opt out|optout|unsubscribe|unsub|removed|remove|no more|texting|texts|text|txts|messages|message|msgs|msg|sms|alerts|alert|' +
      'notifications|receiving|subscription|reminders|updates|marketing|offers|promos|list|désabonner|désabonnez|' +
      'désinscrire|désinscription|recevoir|baja|recibir|mensajes|suscripción|inscrição|receber|mensagens|abmelden|abzumelden|' +
      'abbestellen|abmeldung|keine|nachrichten|disiscriverti|disiscrivere|iscrizione|ricevere|messaggi|afmelden|' +
      'af te melden|af|uitschrijven|berichten|ontvangen',
  ),
  opt_in: phrase(
    'subscribe|resubscribe|opt in|opt back in|receive|receiving|texts|messages|again|rejoin|alerts|updates|réabonner|' +
      'recevoir|recibir|erhalten|receber|ricevere|ontvangen',
  ),
  help: phrase('help|info|information|support|assistance|more|aide|ayuda|hilfe|ajuda|aiuto|hulp|details'),
};
