/** What became of a text, in the words of the workflow action's output `sms_status`. */
export const OUTCOMES = [
  'delivered',
  'accepted',
  'expired',
  'waiting',
  'failed',
  'blocked_frequency',
  'blocked_quiet_hours',
  'blocked_no_number',
  'blocked_opted_out',
] as const;

export type Outcome = (typeof OUTCOMES)[number];

/** Of several recipients the worst counts: a branch on "delivered" means everybody. */
export function worstOf(outcomes: readonly Outcome[]): Outcome {
  const worst = Math.max(...outcomes.map((one) => OUTCOMES.indexOf(one)));
  return OUTCOMES[worst] ?? 'blocked_no_number';
}

/** A status of the API, with the code of its error. `accepted` says that it is on its way, never that it arrived. */
export function outcomeOfStatus(status: string, code: string | null): Outcome {
  switch (status) {
    case 'delivered':
      return 'delivered';
    case 'expired':
      return 'expired';
    case 'undelivered':
    case 'failed':
    case 'rejected':
    case 'canceled':
      return outcomeOfRefusal(code);
    default:
      return 'accepted';
  }
}

/** When nobody waits any longer: no receipt of a text that has left, or a text that may still leave, in the morning. */
export function outcomeInTheEnd(status: string, code: string | null): Outcome {
  if (isFinal(status)) return outcomeOfStatus(status, code);
  return status === 'sent' ? 'expired' : 'waiting';
}

/** Why the API refused a text. Without recorded consent nobody is texted, as after an opt-out. */
export function outcomeOfRefusal(code: string | null): Outcome {
  switch (code) {
    case 'OPTED_OUT':
    case 'CONSENT_REQUIRED':
      return 'blocked_opted_out';
    case 'QUIET_HOURS':
      return 'blocked_quiet_hours';
    case 'INVALID_NUMBER':
      return 'blocked_no_number';
    default:
      return 'failed';
  }
}

/** For cards: why nobody was texted, in the same word whether HubSpot or the server knew it first. */
export const codeOf = (outcome: Outcome): string => outcome.replace(/^blocked_/, '').toUpperCase();

const FINAL = new Set(['delivered', 'undelivered', 'failed', 'rejected', 'expired', 'canceled']);

export const isFinal = (status: string): boolean => FINAL.has(status);
