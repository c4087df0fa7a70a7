import { type Found, LINT_CODES, type LintFinding } from './lint-codes.ts';
import { healthFindings } from './lint-health.ts';
import { linkFindings } from './lint-links.ts';
import { exclusiveFindings, promptFindings, toneFindings } from './lint-wording.ts';
import type { MessageType } from './message.ts';
import { offersOptOut } from './opt-out-footer.ts';
import { asksForReply, reservedPrompts } from './prompts.ts';
import type { Sender } from './sender.ts';
import { indexOfPhrase, wordsOf } from './words.ts';

export interface LintRequest {
  /** As it was written: smart replacements and the opt-out text come later. */
  readonly text: string;
  readonly message_type: MessageType;
  /** null = nobody has set it. */
  readonly organisation: string | null;
  /** null = not known yet, as in a template. */
  readonly sender: Pick<Sender, 'value' | 'type' | 'opt_out_managed_by'> | null;
  /** What `withOptOutText` adds, null if nothing. */
  readonly addedOptOutText: string | null;
  readonly optOutUrl: string | null;
  /** The words of `expect_reply.match` that are waited for; null = no reply is waited for. */
  readonly expectedWords: readonly string[] | null;
  /** HIPAA_MODE. */
  readonly isHealth: boolean;
}

/** More of the same helps nobody. */
export const FINDINGS_MAX = 20;

/** What is wrong, or likely to be filtered, about a text; in the order of the text, findings without a place first. */
export function lint(request: LintRequest): readonly LintFinding[] {
  const found: readonly Found[] = [
    ...optOutFindings(request),
    ...replyFindings(request),
    ...nameFindings(request),
    ...promptFindings(request.text, request.expectedWords ?? []),
    ...exclusiveFindings(request.text),
    ...toneFindings(request.text, request.organisation),
    ...linkFindings(request.text),
    ...(request.isHealth ? healthFindings(request.text) : []),
  ];
  return found
    .toSorted((a, b) => (a.at?.[0] ?? -1) - (b.at?.[0] ?? -1))
    .slice(0, FINDINGS_MAX)
    .map((one) => ({ ...one, level: LINT_CODES[one.code].level, message: one.message ?? LINT_CODES[one.code].why }));
}

const isOneWay = ({ sender }: LintRequest) => sender?.type === 'alphanumeric';

function optOutFindings(request: LintRequest): Found[] {
  if (request.message_type !== 'promotional') return [];
  const { text, addedOptOutText: added, optOutUrl, sender } = request;
  const senderIsOneWay = isOneWay(request);
  if (added !== null) {
    const message = `A promotional text says how to opt out: "${added.replace(/^[. ]+/, '')}" is added and counted.`;
    return [{ code: 'OPT_OUT_TEXT_ADDED', message }];
  }
  if (!offersOptOut(text, { senderIsOneWay, optOutUrl })) {
    return senderIsOneWay
      ? [{ code: 'OPT_OUT_LINK_MISSING', suggestion: 'Add a link by which the recipient can opt out.' }]
      : [{ code: 'OPT_OUT_TEXT_MISSING', suggestion: 'Add "Reply STOP to opt out".' }];
  }
  return sender?.opt_out_managed_by === 'carrier' ? notHandled(text) : [];
}

/** Texts that offer other words than STOP to a number whose carrier knows only that. */
function notHandled(text: string): Found[] {
  const words = reservedPrompts(text).filter(({ reserved, isProper }) => reserved.use === 'opt_out' && isProper);
  if (words.length === 0 || words.some(({ reserved }) => reserved.word === 'stop')) return [];
  return words.map(({ at }) => ({ code: 'OPT_OUT_WORD_NOT_HANDLED', at, suggestion: 'STOP' }));
}

function replyFindings(request: LintRequest): Found[] {
  if (!isOneWay(request)) return [];
  const reserved = reservedPrompts(request.text);
  // `Text STOP to 36111` gives a way to answer.
  const hasWay = reserved.some(({ destination }) => destination !== null) || NUMBER_TO_TEXT.test(request.text);
  const asks = asksForReply(request.text) || reserved.length > 0;
  if (request.expectedWords === null && (!asks || hasWay)) return [];
  return [{ code: 'SENDER_CANNOT_BE_ANSWERED', suggestion: 'Send from a number, or name one that can be texted.' }];
}

const NUMBER_TO_TEXT = /(?:^|[\s:])(?:to|au|an|al|ao|naar|at)\s\+?\d[\d ().-]{3,18}/iu;

function nameFindings({ message_type, organisation, sender, text }: LintRequest): Found[] {
  if (message_type !== 'promotional') return [];
  const code = 'SENDER_NOT_NAMED';
  if (organisation === null) return [{ code, suggestion: 'Set ORGANISATION_NAME, and name it in the text.' }];
  if (isNamed(organisation, `${sender?.type === 'alphanumeric' ? sender.value : ''} ${text}`)) return [];
  return [{ code, suggestion: `Begin with "${organisation}: ".` }];
}

/** `Acme Ltd` is named by `ACME`, and by `AcmeShop` in a link or as a sender. */
function isNamed(organisation: string, text: string): boolean {
  const name = wordsOf(organisation).filter((word) => !LEGAL_FORMS.has(word));
  if (name.length === 0) return true;
  const words = wordsOf(text);
  return indexOfPhrase(words, name) >= 0 || words.join('').includes(name.join(''));
}

const LEGAL_FORMS = new Set(
  'inc llc ltd limited corp corporation co company gmbh ag sa sas sarl srl spa bv nv lda oy ab'.split(' '),
);
