import { optOutAnswer } from './opt-out-texts.ts';

/**
 * The one text that may follow an opt-out: it confirms, names the programme and markets nothing
 * (47 CFR 64.1200(a)(12)). One segment when the name is short. In the language of the keyword (`Intent.language`).
 */
export function optOutConfirmation(organisation: string | null, language: string | null = null): string {
  return optOutAnswer({ organisation, language });
}

/** A confirmation within five minutes is presumed to fall under the consent; a later one must not be sent (ibid.). */
export const CONFIRMATION_VALIDITY_SECONDS = 300;
