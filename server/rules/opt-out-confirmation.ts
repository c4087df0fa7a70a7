/**
 * The one text that may follow an opt-out: it confirms, names the programme and markets nothing
 * (47 CFR 64.1200(a)(12)). One segment when the name is short.
 */
export function optOutConfirmation(organisation: string | null): string {
  const programme = organisation === null ? '' : ` from ${organisation}`;
  return `You are unsubscribed and will receive no more texts${programme}. Reply START to resubscribe.`;
}

/** A confirmation within five minutes is presumed to fall under the consent; a later one must not be sent (ibid.). */
export const CONFIRMATION_VALIDITY_SECONDS = 300;
