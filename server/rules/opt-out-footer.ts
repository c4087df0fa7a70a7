import { linksIn } from './links.ts';
import { reservedPrompts } from './prompts.ts';
import { segment } from './segments.ts';
import { indexOfPhrase, wordsOf } from './words.ts';

export interface OptOutTextRequest {
  /** What the recipient is to read. */
  readonly text: string;
  /** BCP 47; English where we have no text in it. */
  readonly language: string | null;
  /** Nobody can answer the sender: a name instead of a number. */
  readonly senderIsOneWay: boolean;
  /** Where this recipient opts out on the web, null if there is no such page. */
  readonly optOutUrl: string | null;
  /** SMS that a text takes; by default in GSM-7 where possible, with a header of 6 octets. */
  readonly segmentsOf?: (text: string) => number;
}

export interface WithOptOutText {
  readonly text: string;
  /** What was added, null if the text says already how to opt out, or if nothing can be offered. */
  readonly added: string | null;
}

/**
 * A promotional text with how to end such texts, in the clearest wording that costs no more SMS than the shortest one.
 * A text that says it already stays as it is, so doing this twice changes nothing. A sender that cannot be answered
 * gets a link, because the rules ask for a "reasonable alternative way" there (47 CFR 64.1200(a)(10)); without
 * `optOutUrl` nothing is added, and the linter refuses such a text.
 */
export function withOptOutText(request: OptOutTextRequest): WithOptOutText {
  const { text, senderIsOneWay, optOutUrl, segmentsOf = (whole) => segment(whole).segments } = request;
  if (offersOptOut(text, request) || (senderIsOneWay && optOutUrl === null)) return { text, added: null };
  const wordings = senderIsOneWay
    ? wordingsOf(LINK_WORDINGS, request.language).map((wording) => `${wording} ${optOutUrl ?? ''}`)
    : wordingsOf(REPLY_WORDINGS, request.language);
  const start = text.trimEnd();
  const all = wordings.map((wording) => {
    const added = separatorAfter(start) + wording;
    return { text: start + added, added, segments: segmentsOf(start + added) };
  });
  const fewest = Math.min(...all.map(({ segments }) => segments));
  const best = all.find(({ segments }) => segments === fewest);
  return best ? { text: best.text, added: best.added } : { text, added: null };
}

/**
 * Whether a text says how to opt out, in any of the seven languages: a reply (`Text STOP to end`, `STOP au 36111`), or
 * a link to do it (`Unsubscribe: https://…`). To a sender that cannot be answered, a reply to it is none.
 */
export function offersOptOut(
  text: string,
  { senderIsOneWay, optOutUrl }: { readonly senderIsOneWay: boolean; readonly optOutUrl: string | null },
): boolean {
  if (offersLink(text, optOutUrl)) return true;
  const isReachable = ({ destination }: { readonly destination: string | null }) =>
    !senderIsOneWay || destination !== null;
  const prompts = reservedPrompts(text).filter(({ reserved }) => reserved.use === 'opt_out');
  return prompts.some((prompt) => prompt.isProper && isReachable(prompt)) || (!senderIsOneWay && COMPACT.test(text));
}

/** `STOP2END`, `STOP=END`, `STOP2QUIT`. */
const COMPACT = /(?<![\p{L}\p{N}])STOP(?:2|=|to)(?:END|QUIT|STOP|CANCEL|OPT-?OUT|UNSUB)(?![\p{L}\p{N}])/iu;

function offersLink(text: string, optOutUrl: string | null): boolean {
  if (optOutUrl !== null && optOutUrl !== '' && text.includes(optOutUrl)) return true;
  return linksIn(text).some(({ at, url }) => {
    const before = wordsOf(text.slice(Math.max(0, at[0] - WORDS_BEFORE_LINK), at[0]));
    return LINK_WORDS.some((phrase) => indexOfPhrase(before, phrase) >= 0) || /unsubscribe|opt-?out/i.test(url);
  });
}

const WORDS_BEFORE_LINK = 40;

const LINK_WORDS = (
  'opt out|optout|unsubscribe|unsub|stop texts|désabonner|désinscription|désinscrire|baja|abmelden|abmeldung|' +
  'abbestellen|cancelar inscrição|remover|sair da lista|disiscriverti|disiscrizione|afmelden|uitschrijven'
)
  .split('|')
  .map(wordsOf);

function wordingsOf(table: Readonly<Record<string, readonly string[]>>, language: string | null): readonly string[] {
  return table[(language ?? 'en').toLowerCase().split('-', 1)[0] ?? 'en'] ?? table['en'] ?? [];
}

const separatorAfter = (text: string) => (text === '' ? '' : /[.!?…:)\n]$/u.test(text) ? ' ' : '. ');

/**
 * Clearest first, and only characters of the GSM 7-bit alphabet, so that no wording turns a text into UCS-2. Always
 * the word STOP, in every language: it is the one that works everywhere, and local words are understood beside it.
 */
export const REPLY_WORDINGS: Readonly<Record<string, readonly string[]>> = {
  en: ['Reply STOP to opt out', 'STOP to opt out', 'STOP=end'],
  fr: ['Répondez STOP pour vous désabonner', 'STOP pour se désabonner', 'STOP=fin'],
  es: ['Responda STOP para darse de baja', 'STOP para baja', 'STOP=baja'],
  de: ['Antworten Sie STOP zum Abmelden', 'STOP zum Abmelden', 'STOP=Ende'],
  pt: ['Responda STOP para sair', 'STOP para sair', 'STOP=sair'],
  it: ['Rispondi STOP per disiscriverti', 'STOP per uscire', 'STOP=fine'],
  nl: ['Antwoord STOP om af te melden', 'STOP om af te melden', 'STOP=einde'],
};

/** Followed by the link. */
export const LINK_WORDINGS: Readonly<Record<string, readonly string[]>> = {
  en: ['Opt out:'],
  fr: ['Se désabonner:'],
  es: ['Baja:'],
  de: ['Abmelden:'],
  pt: ['Sair da lista:'],
  it: ['Disiscrizione:'],
  nl: ['Afmelden:'],
};
