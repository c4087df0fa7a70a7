/** What an event says about who sent a text. */
export interface Origin {
  readonly client_ref?: string | null | undefined;
  readonly sent_by?: string | null | undefined;
  readonly campaign_id?: string | null | undefined;
  readonly batch_id?: string | null | undefined;
  readonly in_reply_to?: string | null | undefined;
  readonly metadata?: Readonly<Record<string, string>> | null | undefined;
}

export interface Source {
  /** The words of others in it are not escaped. */
  readonly says: string;
  /** Somebody wrote it for this contact: it counts as an answer. */
  readonly isPerson: boolean;
}

/** Who sent a text that was not written here. */
export function sourceOf({ client_ref, sent_by, campaign_id, batch_id, in_reply_to, metadata }: Origin): Source {
  if (sent_by) return { says: `Sent by ${sent_by}`, isPerson: true };
  if (client_ref?.startsWith('slack-step:')) return { says: 'Sent by a workflow', isPerson: false };
  if (campaign_id) return { says: 'Sent by a campaign', isPerson: false };
  if (batch_id) return { says: 'Sent in a batch', isPerson: false };
  const hubspot = metadata?.['hubspot_source'];
  if (hubspot !== undefined) return { says: 'Sent from HubSpot', isPerson: hubspot === 'card' };
  if (in_reply_to) return { says: 'Sent automatically', isPerson: false };
  return { says: 'Sent by another system', isPerson: false };
}
