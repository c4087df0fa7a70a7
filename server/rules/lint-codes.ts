/** What the linter can find, why it matters, and who says so. */
export interface LintDefinition {
  /** error: against the law or the rules of carriers, or it cannot work; warning: it is filtered more often, or reads badly. */
  readonly level: 'warning' | 'error';
  readonly why: string;
  readonly source: string;
}

export type LintCode = keyof typeof LINT_CODES;

export interface LintFinding {
  readonly code: LintCode;
  readonly level: LintDefinition['level'];
  readonly message: string;
  /** In the text, in UTF-16 code units: start, and end behind it. */
  readonly at?: readonly [number, number];
  /** What could be written instead, or done. */
  readonly suggestion?: string;
}

/** A finding of one rule, before the table adds the rest. */
export interface Found {
  readonly code: LintCode;
  /** Instead of the sentence of the table. */
  readonly message?: string;
  readonly at?: readonly [number, number];
  readonly suggestion?: string;
}

const CFR_10 = '47 CFR 64.1200(a)(10), https://www.ecfr.gov/current/title-47/section-64.1200';
const CTIA = 'CTIA Messaging Principles and Best Practices, May 2023';
const TWILIO_30857 = 'https://www.twilio.com/docs/api/errors/30857';
const ADVICE = 'Advice of SMS providers; no rule says so';
const HIPAA = '45 CFR 164.514(b)(2) and 164.502(b), minimum necessary';
const AWS_TOLL_FREE = 'https://docs.aws.amazon.com/sms-voice/latest/userguide/keywords-required.html';

/** Sources verified on 2026-11-20. */
export const LINT_CODES = {
  RESERVED_OPT_OUT_WORD: error(
    'The text asks for a word that opts the recipient out, for another purpose: whoever answers with it gets no more texts.',
    CFR_10,
  ),
  RESERVED_WORD: warning('The text asks for START, HELP or INFO, which phones and carriers answer themselves.', CTIA),
  EXCLUSIVE_OPT_OUT: error('No single way to opt out may be called the only one.', CFR_10),
  OPT_OUT_TEXT_ADDED: warning('A promotional text says how to opt out; the text did not, so it was added.', CTIA),
  OPT_OUT_TEXT_MISSING: warning('A promotional text says how to opt out.', CTIA),
  OPT_OUT_LINK_MISSING: error(
    'A sender that cannot be answered needs another way to opt out in each promotional text, usually a link.',
    CFR_10,
  ),
  OPT_OUT_WORD_NOT_HANDLED: warning(
    'The carrier of a toll-free number acts on STOP and on no other word.',
    AWS_TOLL_FREE,
  ),
  SENDER_CANNOT_BE_ANSWERED: error('The text asks for a reply, and a name as sender cannot be answered.', CTIA),
  SENDER_NOT_NAMED: warning('A promotional text names the organisation that sends it.', CTIA),
  PUBLIC_SHORTENER: warning(
    'Carriers filter links of public shorteners, because they hide where they lead.',
    TWILIO_30857,
  ),
  SUSPICIOUS_LINK: warning('The link looks like those of phishing texts.', TWILIO_30857),
  INSECURE_LINK: warning('The link is not https.', TWILIO_30857),
  SHOUTING: warning('Texts in capitals are filtered more often and read as shouting.', ADVICE),
  EXCLAMATION_MARKS: warning('Rows of exclamation marks are filtered more often.', ADVICE),
  HEALTH_BIRTH_DATE: warning('This may be a date of birth. SMS is not encrypted.', HIPAA),
  HEALTH_RECORD_NUMBER: warning('This may be the number of a patient or a record. SMS is not encrypted.', HIPAA),
  HEALTH_CONDITION: warning('This may tell about the health of a person. SMS is not encrypted.', HIPAA),
} as const satisfies Record<string, LintDefinition>;

function error(why: string, source: string): LintDefinition {
  return { level: 'error', why, source };
}

function warning(why: string, source: string): LintDefinition {
  return { level: 'warning', why, source };
}
