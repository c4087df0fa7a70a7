import { wordsOf } from './words.ts';

/**
 * The text that asks somebody to confirm that they want texts (CTIA Messaging Principles, May 2023, 5.1.2.1): what they
 * agree to, in the words of the operator or of ours, then how to confirm and how to end it.
 */
export function optInRequestText(asked: {
  readonly organisation: string | null;
  /** What they agree to; null = our texts. */
  readonly text: string | null;
  /** BCP 47; a language that is not here, and null, are English. */
  readonly language: string | null;
}): string {
  const [mine, how] = TEXTS.get(asked.language?.toLowerCase().split('-')[0] ?? 'en') ?? ENGLISH;
  const what = asked.text?.trim() ?? `${asked.organisation === null ? '' : `${asked.organisation}: `}${mine}`;
  return `${what} ${how}`;
}

/** Whether a text says yes to it and nothing else: more words may be a condition. */
export function isConfirmation(text: string): boolean {
  return CONFIRMATIONS.has(wordsOf(text).join(' '));
}

/** Until when an answer counts. */
export const OPT_IN_REQUEST_MS = 86_400_000;

const CONFIRMATIONS: ReadonlySet<string> = new Set(['y', 'yes', 'oui', 'si', 'sí', 'ja', 'sim']);

type Wording = readonly [mine: string, how: string];

const ENGLISH: Wording = ['You asked for our texts.', 'Reply Y to confirm or STOP to opt out.'];

/** Written for this project on 2026-11-20. */
const TEXTS: ReadonlyMap<string, Wording> = new Map<string, Wording>([
  ['en', ENGLISH],
  ['fr', ['Vous avez demandé nos SMS.', 'Répondez OUI pour confirmer ou STOP pour refuser.']],
  ['es', ['Ha pedido nuestros SMS.', 'Responda SI para confirmar o STOP para no recibirlos.']],
  ['de', ['Sie möchten unsere SMS bekommen.', 'Antworten Sie JA zum Bestätigen oder STOP zum Abmelden.']],
  ['pt', ['Recebemos seu pedido de SMS.', 'Responda SIM para confirmar ou STOP para sair.']],
  ['it', ['Ha chiesto i nostri SMS.', 'Risponda SI per confermare o STOP per rifiutare.']],
  ['nl', ['U heeft om onze sms-berichten gevraagd.', 'Antwoord JA om te bevestigen of STOP om af te melden.']],
]);
