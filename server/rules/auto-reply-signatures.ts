import { wordsOf } from './words.ts';

/** What machines write when nobody reads a phone. */
export interface AutoReplySignature {
  /** Compared as whole words, without case, accents and punctuation. */
  readonly phrase: string;
  /** BCP 47. */
  readonly language: string;
  /** `start`: only at the beginning of a text, because people write it in the middle of one. */
  readonly where: 'anywhere' | 'start';
}

/**
 * Texts that phones, mailboxes and services send by themselves: the driving modes and busy texts of common phones, and
 * the usual beginnings of out-of-office texts. Collected for this project on 2026-11-20; extend it from what comes in.
 */
export const AUTO_REPLY_SIGNATURES: readonly AutoReplySignature[] = [
  ...anywhere('en', 'automatic reply|automated reply|auto reply|autoreply|auto response|automated response'),
  ...anywhere('en', 'automated message|this is an automated|do not reply to this|this number is not monitored'),
  ...anywhere('en', 'this inbox is not monitored|mailbox is full|mailbox full|out of office|out of the office'),
  ...anywhere('en', 'driving with do not disturb|driving right now and|i’m driving and|sent by driving mode'),
  ...anywhere('en', 'we have received your message and will|thank you for contacting|thanks for contacting'),
  ...atStart('en', 'i’m driving|i am driving|i’m not available right now|i’m currently unavailable|i am on vacation'),
  ...atStart('en', 'sorry i can’t talk right now|i’m in a meeting|free msg|freemsg|message undeliverable'),
  ...anywhere('fr', 'réponse automatique|message automatique|absent du bureau|absente du bureau|ne pas répondre à ce'),
  ...anywhere('fr', 'boîte vocale est pleine|boîte pleine|merci de ne pas répondre'),
  ...atStart('fr', 'je conduis|je suis au volant|je suis en réunion|désolé je ne peux pas parler'),
  ...anywhere('es', 'respuesta automática|mensaje automático|fuera de la oficina|fuera de oficina|buzón lleno'),
  ...anywhere('es', 'no responda a este mensaje'),
  ...atStart('es', 'estoy conduciendo|estoy manejando|estoy en una reunión|ahora no puedo hablar'),
  ...anywhere('de', 'automatische antwort|automatische nachricht|abwesenheitsnotiz|nicht im büro|mailbox ist voll'),
  ...anywhere('de', 'bitte antworten sie nicht auf diese'),
  ...atStart('de', 'ich fahre gerade|ich bin gerade nicht erreichbar|bin im meeting|ich kann gerade nicht sprechen'),
  ...anywhere(
    'pt',
    'resposta automática|mensagem automática|fora do escritório|caixa cheia|não responda a esta mensagem',
  ),
  ...atStart('pt', 'estou dirigindo|estou a conduzir|estou em reunião|não posso falar agora'),
  ...anywhere('it', 'risposta automatica|messaggio automatico|fuori ufficio|casella piena|non rispondere a questo'),
  ...atStart('it', 'sto guidando|sono in riunione|ora non posso parlare'),
  ...anywhere('nl', 'automatisch antwoord|automatisch bericht|niet op kantoor|afwezigheidsbericht|mailbox is vol'),
  ...anywhere('nl', 'niet op dit bericht antwoorden'),
  ...atStart('nl', 'ik rijd nu|ik ben aan het rijden|ik zit in een vergadering|ik kan nu niet praten'),
];

/** The same phrases cut into words once. */
export const SIGNATURE_WORDS = AUTO_REPLY_SIGNATURES.map((signature) => ({
  ...signature,
  words: wordsOf(signature.phrase),
}));

function listed(language: string, where: AutoReplySignature['where'], phrases: string): AutoReplySignature[] {
  return phrases.split('|').map((phrase) => ({ phrase, language, where }));
}

function anywhere(language: string, phrases: string): AutoReplySignature[] {
  return listed(language, 'anywhere', phrases);
}

function atStart(language: string, phrases: string): AutoReplySignature[] {
  return listed(language, 'start', phrases);
}
