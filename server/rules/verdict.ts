import { ERROR_CODES } from './error-codes.ts';
import type { MessageError, MessageType, Mode, Warning } from './message.ts';
import { optedOutError } from './message-errors.ts';

/**
 * The one judgement about whether a text may go to a number now. Accepting, releasing, claiming and previewing all ask
 * here, so none of them can be more lenient than the others.
 */

/** What is stored about the recipient that may keep a text back. */
export interface ConsentFacts {
  /** An opt-out that covers the text: of everything, or of its topic. */
  readonly optOut: { readonly at: Date; readonly topic: string; readonly source: string } | null;
  readonly suppressions: readonly { readonly list: SuppressionList; readonly at: Date }[];
  /** Asked in HIPAA mode alone: it tells about somebody's health, and the recipient has not agreed to UNENCRYPTED_TOPIC. */
  readonly lacksUnencryptedAck: boolean;
  /** The rest is read for promotional texts alone. */
  readonly isOptedIn: boolean;
  /** A reply that may have been an opt-out waits for somebody to decide. */
  readonly isInReview: boolean;
  /** Until when a conversation with the recipient keeps promotional texts back. */
  readonly conversationUntil: Date | null;
  /** Until when the frequency caps keep the text back. */
  readonly cappedUntil: Date | null;
}

export const NO_FACTS: ConsentFacts = {
  optOut: null,
  suppressions: [],
  lacksUnencryptedAck: false,
  isOptedIn: false,
  isInReview: false,
  conversationUntil: null,
  cappedUntil: null,
};

/** The topic of who was told that texts are not encrypted, and wants them all the same. */
export const UNENCRYPTED_TOPIC = 'unencrypted_sms_ack';

/** `dnc_import` keeps promotional texts back, the others every text. */
export type SuppressionList = 'invalid' | 'landline' | 'dnc_import' | 'reassigned' | 'manual';

/** Whether the hours of the recipient allow a text now. */
export type HoursFact =
  /** `until`: when they end; null = they do not. */
  | { readonly allowed: true; readonly until: Date | null }
  /** `until`: when they begin; null = never in the time that was looked at. */
  | {
      readonly allowed: false;
      readonly until: Date | null;
      readonly rule: string;
      /** Whose hours; left out = those of the recipient. */
      readonly held_by?: 'quiet_hours' | 'send_window';
    };

export interface JudgedText {
  readonly to: string;
  readonly message_type: MessageType;
  readonly mode: Mode;
  readonly topic: string | null;
  /** False for answers to STOP and HELP. */
  readonly obeysOptOut: boolean;
  /** The sender named the hours for it: they are kept whatever is done about those of the recipient. */
  readonly hasWindow?: boolean;
}

export interface VerdictPolicy {
  /** strict: promotional texts need a recorded opt-in; warn: they get a warning. */
  readonly consentMode: 'strict' | 'warn';
  /** What quiet hours do to a text. */
  readonly quietHours: 'hold' | 'reject' | 'ignore';
}

export type HoldReason = 'opt_out_review' | 'conversation' | 'frequency_cap' | 'quiet_hours' | 'send_window';

export type Judgement =
  /** `sendBefore`: it must have left by then; null = any time. */
  | { readonly kind: 'allow'; readonly sendBefore: Date | null; readonly warnings: readonly Warning[] }
  | {
      readonly kind: 'hold';
      readonly reason: HoldReason;
      readonly until: Date | null;
      readonly why: string;
      readonly warnings: readonly Warning[];
    }
  | {
      readonly kind: 'reject';
      readonly error: MessageError & { readonly code: RejectCode };
      readonly detail: string;
      /** What helps, where it is something else than the error usually wants. */
      readonly action?: string;
      readonly extra: Readonly<Record<string, unknown>>;
    };

export type RejectCode = 'OPTED_OUT' | 'CONSENT_REQUIRED' | 'INVALID_NUMBER' | 'QUIET_HOURS';

export function judge(text: JudgedText, facts: ConsentFacts, hours: HoursFact, policy: VerdictPolicy): Judgement {
  const forbidden = text.obeysOptOut ? (optedOut(text, facts) ?? suppressed(text, facts)) : null;
  if (forbidden) return forbidden;
  if (facts.lacksUnencryptedAck) return notAcknowledged(text);
  const warnings: Warning[] = [];
  if (text.message_type === 'promotional') {
    if (!facts.isOptedIn && policy.consentMode === 'strict') return noConsent(text);
    if (!facts.isOptedIn) warnings.push(NO_CONSENT_WARNING);
    const held = kept(facts);
    if (held) return { ...held, warnings };
  }
  if (policy.quietHours === 'ignore' && !text.hasWindow) return { kind: 'allow', sendBefore: null, warnings };
  if (hours.allowed) return { kind: 'allow', sendBefore: hours.until, warnings };
  const reason = hours.held_by ?? 'quiet_hours';
  if (policy.quietHours === 'reject' && reason === 'quiet_hours') return quiet(hours);
  return { kind: 'hold', reason, until: hours.until, why: hours.rule, warnings };
}

function optedOut({ to }: JudgedText, { optOut }: ConsentFacts): Judgement | null {
  if (!optOut) return null;
  const at = optOut.at.toISOString();
  return {
    kind: 'reject',
    error: { ...optedOutError, code: 'OPTED_OUT' },
    detail: `${to} opted out on ${at}.`,
    extra: { opted_out_at: at, source: optOut.source, scope: optOut.topic },
  };
}

function suppressed(text: JudgedText, { suppressions }: ConsentFacts): Judgement | null {
  const hit = suppressions.find(({ list }) => list !== 'dnc_import' || text.message_type === 'promotional');
  if (!hit) return null;
  const { code, message } = SUPPRESSED[hit.list];
  return {
    kind: 'reject',
    error: { code, class: ERROR_CODES[code].class, reason: `SUPPRESSED_${hit.list.toUpperCase()}`, message },
    detail: `${text.to} is on the suppression list ${hit.list}.`,
    action: 'Do not retry. If it is there by mistake, take it off with DELETE /v1/suppressions/{number}.',
    extra: { suppression: hit.list, suppressed_at: hit.at.toISOString() },
  };
}

const SUPPRESSED: Readonly<Record<SuppressionList, { readonly code: RejectCode; readonly message: string }>> = {
  invalid: { code: 'INVALID_NUMBER', message: 'Carriers have said that the number cannot receive texts.' },
  landline: { code: 'INVALID_NUMBER', message: 'The number is a landline.' },
  reassigned: { code: 'INVALID_NUMBER', message: 'The number belongs to somebody else by now.' },
  dnc_import: { code: 'CONSENT_REQUIRED', message: 'The number is on a do-not-call list.' },
  manual: { code: 'OPTED_OUT', message: 'Texts to the number are suppressed.' },
};

function noConsent({ to, topic }: JudgedText): Judgement {
  return {
    kind: 'reject',
    error: {
      code: 'CONSENT_REQUIRED',
      class: ERROR_CODES.CONSENT_REQUIRED.class,
      message: 'There is no recorded consent to promotional texts.',
    },
    detail: `There is no recorded consent of ${to} to promotional texts.`,
    extra: { topic: topic ?? '*' },
  };
}

function notAcknowledged({ to }: JudgedText): Judgement {
  const message = 'The recipient has not agreed to get health information by text, which is not encrypted.';
  return {
    kind: 'reject',
    error: { code: 'CONSENT_REQUIRED', class: ERROR_CODES.CONSENT_REQUIRED.class, message },
    detail: `The text may tell about somebody's health, and ${to} has not agreed to get that by text, which is not encrypted.`,
    action: `Leave it out of the text, or record what the recipient agreed to with POST /v1/consents, topic ${UNENCRYPTED_TOPIC}.`,
    extra: { topic: UNENCRYPTED_TOPIC },
  };
}

const NO_CONSENT_WARNING: Warning = {
  code: 'CONSENT_REQUIRED',
  message: 'There is no recorded consent to promotional texts; a live key would be refused.',
};

type Kept = Omit<Extract<Judgement, { kind: 'hold' }>, 'warnings'>;

/** A promotional text is no answer to what the recipient is waiting for. */
function kept({ isInReview, conversationUntil, cappedUntil }: ConsentFacts): Kept | null {
  if (isInReview) {
    return { kind: 'hold', reason: 'opt_out_review', until: null, why: 'A reply that may be an opt-out is reviewed.' };
  }
  if (conversationUntil) {
    return { kind: 'hold', reason: 'conversation', until: conversationUntil, why: 'A conversation is open.' };
  }
  if (cappedUntil) {
    return { kind: 'hold', reason: 'frequency_cap', until: cappedUntil, why: 'The recipient had enough texts.' };
  }
  return null;
}

function quiet({ until, rule }: Extract<HoursFact, { allowed: false }>): Judgement {
  const at = until?.toISOString() ?? null;
  return {
    kind: 'reject',
    error: {
      code: 'QUIET_HOURS',
      class: ERROR_CODES.QUIET_HOURS.class,
      message: 'The hours of the recipient do not allow the text.',
    },
    detail: at === null ? `It may not be sent (${rule}).` : `It may be sent from ${at} on (${rule}).`,
    extra: { allowed_at: at, rule },
  };
}
