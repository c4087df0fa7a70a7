/** What is going on between one of our numbers and a contact; one for each pair, opened and closed again and again. */
export interface Conversation {
  readonly status: ConversationStatus;
  /** As the front end names people; null = nobody. */
  readonly assignee: string | null;
  /** Only of a snoozed one. */
  readonly snoozed_until: Date | null;
  readonly last_inbound_at: Date | null;
  readonly last_outbound_at: Date | null;
  readonly last_message_at: Date;
  /** Only of a closed one that was open before. */
  readonly closed_at: Date | null;
}

export type ConversationStatus = 'open' | 'snoozed' | 'closed';

export type ConversationChange =
  /** `needsPerson`: false for what the server answers by itself: consent, HELP, replies that a wait takes. */
  | { readonly type: 'inbound'; readonly needsPerson: boolean }
  /** `isConversational`: written to this contact by a person (message_type `conversational`), not sent by a system. */
  | { readonly type: 'outbound'; readonly isConversational: boolean }
  | { readonly type: 'assign'; readonly assignee: string | null }
  /** Until a moment that is over already: the same as `open`. */
  | { readonly type: 'snooze'; readonly until: Date }
  /** The time of a snooze may be over; changes nothing while it is not. */
  | { readonly type: 'wake' }
  | { readonly type: 'open' }
  | { readonly type: 'close' };

export type ConversationEvent = 'conversation.created' | 'conversation.assigned' | 'conversation.closed';

export interface ConversationStep {
  readonly conversation: Conversation;
  /** In the order in which they happened. */
  readonly events: readonly ConversationEvent[];
  /** False: nothing to write. */
  readonly isChanged: boolean;
}

/**
 * What a text, a person or time does to a conversation; null = there is none yet. A contact's text opens it, also from
 * snoozed or closed, and so does a text that a person writes. What a system sends (a receipt, a campaign) makes none and
 * opens none: a list of 100,000 would otherwise be 100,000 open conversations. Reopening has no event of its own, since
 * the text that does it has one. Answers null where there is no conversation to change.
 */
export function changeConversation(
  before: Conversation | null,
  change: ConversationChange,
  at: Date,
): ConversationStep | null {
  if (before) return step(before, next(before, change, at));
  const first = begin(change, at);
  return first && { conversation: first, events: ['conversation.created'], isChanged: true };
}

function begin(change: ConversationChange, at: Date): Conversation | null {
  const none = { assignee: null, snoozed_until: null, last_message_at: at, closed_at: null };
  if (change.type === 'inbound') {
    const status = change.needsPerson ? 'open' : 'closed';
    return { ...none, status, last_inbound_at: at, last_outbound_at: null };
  }
  if (change.type === 'outbound' && change.isConversational)
    return { ...none, status: 'open', last_inbound_at: null, last_outbound_at: at };
  return null;
}

function next(before: Conversation, change: ConversationChange, at: Date): Conversation {
  switch (change.type) {
    case 'inbound': {
      const after = change.needsPerson ? opened(before) : before;
      return { ...after, last_inbound_at: later(before.last_inbound_at, at), ...messageAt(before, at) };
    }
    case 'outbound': {
      // Someone who snoozed it may well write again before it wakes.
      const after = change.isConversational && before.status === 'closed' ? opened(before) : before;
      return { ...after, last_outbound_at: later(before.last_outbound_at, at), ...messageAt(before, at) };
    }
    case 'assign':
      return { ...before, assignee: change.assignee };
    case 'snooze':
      return change.until > at
        ? { ...before, status: 'snoozed', snoozed_until: change.until, closed_at: null }
        : opened(before);
    case 'wake':
      return isAwake(before, at) ? opened(before) : before;
    case 'open':
      return opened(before);
    case 'close':
      return before.status === 'closed' ? before : { ...before, status: 'closed', snoozed_until: null, closed_at: at };
  }
}

const opened = (before: Conversation): Conversation => ({
  ...before,
  status: 'open',
  snoozed_until: null,
  closed_at: null,
});

const messageAt = (before: Conversation, at: Date) => ({ last_message_at: later(before.last_message_at, at) });

/** Texts can be handled in another order than they came. */
const later = (known: Date | null, at: Date) => (known && known > at ? known : at);

const isAwake = ({ status, snoozed_until }: Conversation, at: Date) =>
  status === 'snoozed' && (snoozed_until === null || snoozed_until <= at);

function step(before: Conversation, after: Conversation): ConversationStep {
  const events: ConversationEvent[] = [];
  if (after.assignee !== before.assignee) events.push('conversation.assigned');
  if (after.status === 'closed' && before.status !== 'closed') events.push('conversation.closed');
  return { conversation: after, events, isChanged: !isSame(before, after) };
}

const isSame = (a: Conversation, b: Conversation) =>
  a.status === b.status &&
  a.assignee === b.assignee &&
  a.snoozed_until?.getTime() === b.snoozed_until?.getTime() &&
  a.last_inbound_at?.getTime() === b.last_inbound_at?.getTime() &&
  a.last_outbound_at?.getTime() === b.last_outbound_at?.getTime() &&
  a.last_message_at.getTime() === b.last_message_at.getTime() &&
  a.closed_at?.getTime() === b.closed_at?.getTime();

/** Nobody closes most conversations; three days after the contact's last text one no longer keeps campaigns away. */
export const SUPPORT_HOURS = 72;

/**
 * Whether a person may be waiting for help, so that a promotional text would be out of place: the conversation is not
 * closed and the contact's last text is not older than `hours`. A snoozed one counts at least until it wakes.
 */
export function isSupportExpected(conversation: Conversation | null, at: Date, hours = SUPPORT_HOURS): boolean {
  const until = supportExpectedUntil(conversation, hours);
  return until !== null && until > at;
}

/** When a promotional text may go although nobody closes the conversation; null = it may go now. */
export function supportExpectedUntil(conversation: Conversation | null, hours = SUPPORT_HOURS): Date | null {
  if (!conversation || conversation.status === 'closed' || conversation.last_inbound_at === null) return null;
  const quiet = new Date(conversation.last_inbound_at.getTime() + hours * 3_600_000);
  const { snoozed_until } = conversation;
  return snoozed_until && snoozed_until > quiet ? snoozed_until : quiet;
}
