/** What HubSpot shows at a message of an agent. Nobody can tell whether a text was read, so READ is never said. */
export type ChannelStatus =
  | { readonly type: 'SENT' }
  /** `reason`: one sentence for the agent. */
  | { readonly type: 'FAILED'; readonly reason: string };

export interface TextError {
  readonly code: string;
  readonly message: string;
}

/**
 * What a status of ours is in HubSpot; null = nothing yet. SENT comes when the carrier has taken the text, and says no
 * more; what was accepted and waits is not SENT. A receipt that it arrived has no word there: it stays SENT.
 */
export function channelStatusOf(status: string, error: TextError | null): ChannelStatus | null {
  switch (status) {
    case 'sent':
    // After `expired` it takes the failure back.
    case 'delivered':
      return { type: 'SENT' };
    case 'undelivered':
    case 'failed':
    case 'rejected':
    case 'expired':
    case 'canceled':
      return { type: 'FAILED', reason: reasonOf(error) ?? WHY[status] };
    default:
      return null;
  }
}

const WHY = {
  undelivered: 'The text did not arrive: the carrier says so.',
  failed: 'The carrier did not take the text.',
  rejected: 'The text was not let out.',
  expired: 'The time of the text was over before it arrived.',
  canceled: 'The text was called back before it left.',
} as const;

/** What an agent can understand of a refusal; null = the code says nothing to them. */
const reasonOf = (error: TextError | null): string | null =>
  error === null ? null : (REASONS[error.code] ?? (error.message === '' ? null : error.message.slice(0, 300)));

const REASONS: Readonly<Record<string, string>> = {
  OPTED_OUT: 'The contact has opted out of texts. Nothing was sent.',
  CONSENT_REQUIRED: 'The contact has not agreed to texts. Nothing was sent.',
};
