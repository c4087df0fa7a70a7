import { atStart, linesOf, readable, withoutLead } from './line-start.ts';
import { hasMark } from './note-marks.ts';

/**
 * How a remark to a colleague reads, so that a person looks at it before a customer does. Collected from support teams'
 * habits in the languages of most workspaces; a remark that is missed cannot be taken back, and a text that is held
 * needlessly costs a click, so both what is rare and what is doubtful is in.
 */

/** "Internal" at the beginning of a line, whatever follows. */
const INTERNAL =
  '(?:internal(?:ly)?|intern(?:e|es|er|em|a|o|al)?|interní|interná|interně|wewnętrzn\\p{L}*|внутр\\p{L}*|εσωτερικ\\p{L}*|sisäi\\p{L}*|belső|dahili|内部\\p{L}*|內部\\p{L}*|社内\\p{L}*|내부\\p{L}*|داخلي\\p{L}*|פנימי\\p{L}*)';

const NOTE =
  '(?:note|nota|notiz|vermerk|anmerkung|bemerkung|notitie|opmerking|notering|notat|merknad|notatka|uwaga|poznámka|megjegyzés|huomio|muistiinpano|заметка|примечание|нотатка|σημείωση|notă|备注|備註|备忘|メモ|메모|ملاحظة|הערה|remark|remarque)';

/** "Note" and what else stands with a sign behind it: alone it begins many a sentence. */
const LABEL = `(?:${NOTE}|comment|private|confidential|confidentiel|confidencial|riservato|vertraulich|vertrouwelijk|poufne|draft|entwurf|borrador|brouillon|bozza|rascunho|wip|tbd|to[ -]?do|cc|attn|fao|int)`;

const SIGN = '\\s*(?:[:：=)\\]|>!]|[-–—](?!\\p{L})|$)';

/** Words for somebody: who gets the note. */
const TO_WHOM = '\\s+(?:to|for|für|an|para|pour|per|voor|till|til|dla|для)\\s';

const AT_LINE = new RegExp(
  `^(?:${INTERNAL}(?!\\p{L})|${LABEL}(?:${SIGN}|${TO_WHOM}|\\s+${INTERNAL}(?!\\p{L}))|iç not|\\p{L}{2,12} ${INTERNAL}${SIGN}|(?!please)(?:\\p{L}+[ -]){0,2}\\p{L}*(?:note|notiz|memo|handover|übergabe)(?:\\s*[:：]|\\s+[-–—]|${TO_WHOM}))`,
  'iu',
);

/** Begins a remark as often as a sentence to a customer. */
const MAYBE =
  /^(?:note|fyi|todo|wip|private|privat|team|n\.?b\.?|ps+t+|heads[- ]?up|ping(?:ing)?|attn|cc|lgtm|for us|für uns|pour nous|para nosotros|per noi|voor ons)(?!\p{L})/iu;

/** Who is spoken of is not spoken to; "customer service" and the like are neither. */
const CUSTOMER =
  /^(?:cust(?:omer)?|client|kunde|kundin|kunden har|client[ea]|klant|klient|asiakas|клиент\p{L}*|πελάτ\p{L}*|müşteri|客户|客戶|고객[이은을]|العميل|הלקוח)(?!\p{L}|['’]?s? ?-?(?:service|support|care|portal|area|app))|^(?:客户|客戶)(?!服)/iu;

/** A question to colleagues. */
const TO_ANYBODY =
  /^(?:(?:does|do|has|did|can|could) )?any(?:one|body)(?!\p{L})|^(?:is this |is that )?ok(?:ay)? to send|^can i send (?:this|it)|^thoughts\s*\?|^who (?:is on|has context)/iu;

/** The same in brackets, anywhere. */
const IN_BRACKETS = new RegExp(`[([{（【［]\\s*(?:${INTERNAL}(?!\\p{L})|${LABEL}${SIGN})`, 'iu');

/** The words of marks, with a sign behind them, where a sentence begins: `please note: …` is said to customers. */
const AT_SENTENCE = new RegExp(
  `(?:(?:^|[^\\p{L}\\p{N}\\p{M}\\s'@#/-])\\s*|\\s[/-]\\s+)(?:(?:${NOTE}\\s+)?${INTERNAL}(?:\\s+${NOTE})?|${NOTE}(?:${TO_WHOM}\\p{L}+)?|notes)\\.?(?:\\s*:|\\s+[-–—]\\s)`,
  'iu',
);

const COMMAND = '(?:note|claim|resolve|snooze|sms)(?!\\p{L})';
const LATER = new RegExp(`\\s(?:!${COMMAND}|#(?:${INTERNAL}|${NOTE})(?!\\p{L}))`, 'iu');

/** Signs that whisper, double signs with a space between, commands, and tags. */
const SIGNS = atStart(
  `(?:🤫|🤐|🙊|🔐|🔏|/[a-z]|([/;\\\\])\\s*\\1|!\\p{L}|!\\s+${COMMAND}|#(?:${INTERNAL}|${LABEL})(?!\\p{L}))`,
);

/** Somebody's name after an @ that Slack has made no mention of; an address has something in front of it. */
const TYPED_NAME = /(?:^|[\s([{,;:.!?¿¡"'-])@\p{L}/u;

const ANYWHERE: readonly RegExp[] = [
  /\b(?:do not|don't|dont|not) (?:send|sending|text|forward)(?: (?:this|it|that|yet|out|anything)\b| to (?:the |this )?(?:customer|client)|\s*(?:[:.!,-]|$))/iu,
  /\b(?:don't|dont|do not|never) (?:tell|show|mention (?:it |this )?to|let) (?:him|her|them|the (?:customer|client))\b/iu,
  /\bnot for (?:the |this )?(?:customer|client)s?\b/iu,
  /\b(?:for|just|only) us (?:only|alone)\b|\bonly (?:for )?us\b|\bour eyes only\b/iu,
  /\bbetween (?:us|ourselves|you and me)\b|\boff the record\b/iu,
  /\b(?:keep|stays?|strictly|purely) (?:(?:this|it|that) )?internal\b|\binternal(?:ly)? (?:only|use|note)\b/iu,
  /\bentre nous\b|\bunter uns\b|\bentre nosotros\b|\bentre nós\b|\btra (?:di )?noi\b|\bonder ons\b|\bmellan oss\b|между нами/iu,
  /\bnur (?:intern|für uns)\b|\b(?:nicht|nix) (?:weiterleiten|(?:ab)?senden|schicken|versenden)\b/iu,
  /\b(?:no|não) (?:enviar|responder|reenviar)\b|\bne pas (?:envoyer|répondre|transmettre)\b|\bnon inviare\b|не отправлять/iu,
  /\b(?:uso|usage|us) intern[eo]\b/iu,
  // Who is spoken of is not spoken to.
  /\b(?:the|this|that) (?:custo?mer|client)\b(?!['’]?s? ?-?(?:service|support|care|portal|number|no\b|id\b|area|desk|hotline|cent|login|account|app))/iu,
  /\b(?:der|die|den|dem|dieser|diese|diesen) kund(?:e|en|in)\b(?!\p{L})/iu,
  /\b(?:el|la|este|esta|ese|esa) client[ea]\b|\b(?:le|la|ce|cette) cliente?\b|\b(?:il|questo|questa) cliente\b/iu,
  /(?:^|[\s.,;])(?:o|a) cliente (?:est|é|não|quer|diz|já)/iu,
  /\b(?:de|deze|die) klant\b|(?:^|[\s.,;])(?:klient|клиент) /iu,
  /\bthis (?:guy|lady|dude|idiot)\b/iu,
  /\b(?:refund|ban|block|charge|offer|warn|bill|reply to|answer|ignore|tell|give|remind) (?:him|her|them)\b/iu,
  // Nobody is told not to answer what they are just told.
  /\b(?:do not|don't|dont|not|nobody) (?:reply|answer|respond)(?: (?:to )?(?:him|her|them|yet|until|for now|please|pls)\b|\s*[!.]*$)/iu,
  /\bhold off\b|\bnicht antworten\s*[!.]*$|\bno (?:contestar|contesten|respondan)\b|\bne répond(?:ez|s) pas\b|\bnão respond|\bnon rispond/iu,
  /\bniet antwoorden\b|\bsvara inte\b|не отвечай|不要回[复覆]|返信しない/iu,
  // What only those inside have.
  /\b(?:crm|jira|zendesk|salesforce|hubspot|confluence|night shift)\b/iu,
  /\b(?:need|needs|waiting (?:for|on)) (?:an? )?(?:approval|legal|finance|sign-?off)\b/iu,
  /\bwhat (?:do|should|shall|can) (?:we|i) (?:tell|say|answer|reply|write)\b|\b(?:should|shall|can|could) we (?:refund|offer him|offer her|block|ban)\b/iu,
  /\bhow about we\b|\breport as spam\b|\bblock this number\b/iu,
  // Who is asked to do it is not a customer.
  /\b(?:can|could|would|will) (?:some|any)(?:one|body)(?: else| here| please)? (?:take|check|look|handle|cover|pick|grab|jump|reply|answer|respond|deal|help (?:him|her|them))\b/iu,
  /\bwho(?:'s|’s)? (?:is )?(?:takes|taking|handles|handling|can take|owns|picks up)\b/iu,
  /\b(?:take|taking|took) (?:this (?:one|customer|conversation|thread)|over)\b/iu,
  /\b(?:re)?assign(?:ing|ed)? (?:this |it )?to\b|\bescalat(?:e|ing) (?:this |it )?to\b|\bpassing (?:this |it )?(?:on |over )?to\b/iu,
];

/** The beginning of a message to several colleagues. */
const TO_COLLEAGUES =
  /^(?:(?:hey|hi|hello|ok|so) )?(?:team|guys|folks|everyone|everybody|colleagues|equipo|équipe|kollegen|collègues|colleghi|squad)\s*[,:!–-]/iu;

/** `For Ana: check it`, as opposed to `for pickup: desk 3`. */
const FOR_NAME = /^(?:[Ff]or|[Ff]ür|[Pp]ara|[Pp]our|[Pp]er|[Vv]oor) \p{Lu}\p{Ll}+\s*:/u;

/** Nothing but that. */
const WHOLE =
  /^(?:mine|on it|got this|i got this|i'll take (?:this|it)|i take (?:this|it)|got it, mine|i(?:'m| am) on it|spam|agreed|\+1(?: from me)?|(?:i'm )?taking (?:this|it)|claiming (?:this|it)|claimed|test(?:ing)?(?: \d+)*|ignore(?: this)?(?:,.*)?)[.!]*$/iu;

/** About somebody, and to nobody. */
const ABOUT = /^(?:he|she|he's|she's|they're|his|her|their|this person|dude)(?!\p{L})/iu;
const TO_SOMEBODY = /(?<!\p{L})(?:you|your|yours|we|our|us)(?!\p{L})/iu;

/** Of a line as it is, and of one without what decorates it. */
const IN_LINE = [SIGNS, LATER, IN_BRACKETS, AT_SENTENCE, TYPED_NAME];
const OF_WORDS = [AT_LINE, MAYBE, TO_COLLEAGUES, TO_ANYBODY, FOR_NAME, CUSTOMER, ...ANYWHERE];

/** Whether these words may be meant for a colleague. */
export function looksInternal(text: string): boolean {
  const lines = linesOf(readable(text));
  const bare = lines.map(withoutLead);
  return (
    lines.some((line) => hasMark(line) || IN_LINE.some((one) => one.test(line))) ||
    bare.some((line) => OF_WORDS.some((one) => one.test(line))) ||
    [lines, bare].some((all) => WHOLE.test(all.join(' ').trim())) ||
    (ABOUT.test(bare[0] ?? '') && !TO_SOMEBODY.test(text))
  );
}
