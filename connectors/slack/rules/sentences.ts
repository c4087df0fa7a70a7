/** Sentences that people read in more than one place. */

export const OPTED_OUT = 'This contact has opted out: nothing can be sent.';
export const MAY_OPT_IN = 'They can opt back in by texting START.';
export const UNKNOWN_CONVERSATION = 'This conversation is not known any more.';
export const NO_BODY = '(The words of this text are not shown here.)';
