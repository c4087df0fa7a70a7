import { wordsOf } from './words.ts';

/**
 * How people say yes and no by text, in English, French, Spanish, German, Portuguese, Italian and Dutch; written for
 * this project on 2026-11-20. Not here: words that are an answer in one language and everyday in another (`prima`),
 * and every reserved word, so that nothing here can ever be read as consent or as an opt-out.
 */
export const YES = phrases(
  'yes|y|yeah|yea|yep|yup|sure|ok|okay|k|of course|absolutely|definitely|correct|confirm|confirmed|i confirm|approve',
  'approved|agreed|sounds good|that works|works for me|will do|certainly|perfect|yess|yesss|kk|okey|okie|oui|ouais|d’accord|bien sûr|ça marche|je confirme|confirmé|si|claro',
  'vale|de acuerdo|por supuesto|confirmo|confirmado|ja|jawohl|klar|gern|gerne|in ordnung|bestätigt|einverstanden',
  'sim|com certeza|va bene|certo|d’accordo|confermo|jazeker|zeker|is goed|akkoord|👍|✅|✔|☑|👌|🆗',
);

export const NO = phrases(
  'no|n|nope|nah|no way|decline|declined|i decline|reject|rejected|non|nan|pas d’accord|je refuse|para nada|rechazo',
  'nein|nee|neen|não|de jeito nenhum|no thanks|no thank you|non merci|👎|❌|✖',
);

/** Answers so clear that words may follow them: `yes, see you at five`, but not `ok who is this`. */
export const CLEAR = phrases('yes|yeah|yep|oui|ja|jawohl|sim|no|nope|nein|nee|non|não|👍|👎');

/** What people put around an answer without changing it. */
export const POLITE = phrases(
  'no problem|no worries|no prob|please|pls|plz|thanks|thank you|thx|ty|many thanks|sorry|so much|a lot|great|super|cool|awesome|nice|merci beaucoup|muchas gracias|vielen dank|hi|hello|hey|dear|sir|madam|then|well|that|that’s|this|it|is|the',
  'i|i’ll|we|take|choose|pick|option|number|nr|my|answer|choice|for me|merci|svp|s’il vous plaît|s’il te plaît',
  'bonjour|je prends|le|la|gracias|por favor|hola|el|opción|danke|bitte|hallo|ich nehme|die|der|das|nummer|obrigado',
  'obrigada|muito obrigado|muito obrigada|olá|opção|grazie mille|grazie|per favore|ciao|il|numero|opzione|dank je|dank u|bedankt|alsjeblieft|alstublieft',
  'aub|hoi|de|het|optie|🙏|😊|🙂|😀|😄|😃|❤|🎉|🥰|😍',
);

/** With one of these an answer has a condition, is a question, or is about the texts themselves. */
export const DOUBT = phrases(
  'but|maybe|perhaps|unless|except|only if|if|instead|change|however|what|why|how|which|who|when|where|later|can|could',
  'reschedule|another|stop|stopp|unsubscribe|cancel|texting|mais|peut-être|sauf|quand|pourquoi|pero|quizás|tal vez|cuando|cambiar|aber|vielleicht|wenn|wann',
  'warum|talvez|mas|quando|ma|forse|perché|maar|misschien|als|wanneer',
);

/** With one of these a yes is none. */
export const NEGATION = phrases('not|can’t|cannot|don’t|won’t|never|pas|jamais|nunca|nicht|kein|keine|mai|niet|geen');

/** `no problem`, `no sé`, `non lo so`: the first word is a no and the answer is none. */
export const NO_ANSWER_AFTER_NO = phrases(
  'problem|prob|problema|problème|probleem|worries|worry|rush|hurry|doubt|idea|clue|hay|pasa|sé|sei|so|know|sure|seguro',
);

/** The numbers one to nine as words, for choices. */
export const NUMBER_WORDS: ReadonlyMap<string, number> = new Map(
  [
    'one|un|une|uno|una|eins|ein|um|uma|een',
    'two|deux|dos|zwei|dois|duas|due|twee',
    'three|trois|tres|drei|três|tre|drie',
    'four|quatre|cuatro|vier|quatro|quattro',
    'five|cinq|cinco|fünf|cinque|vijf',
    'six|seis|sechs|sei|zes',
    'seven|sept|siete|sieben|sete|sette|zeven',
    'eight|huit|ocho|acht|oito|otto',
    'nine|neuf|nueve|neun|nove|negen',
  ].flatMap((list, index) => list.split('|').map((word) => [wordsOf(word).join(' '), index + 1] as const)),
);

export type Phrases = readonly (readonly string[])[];

/** Longest first, so that `no thanks` is seen before `no`. */
export function phrases(...lists: readonly string[]): Phrases {
  const all = lists.flatMap((list) => list.split('|')).map(wordsOf);
  return all.filter((words) => words.length > 0).sort((a, b) => b.length - a.length);
}
