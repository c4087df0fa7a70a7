/** The lists of the Home tab. */
export const INBOX_LISTS = ['mine', 'unassigned', 'waiting', 'snoozed', 'failed'] as const;
export type InboxList = (typeof INBOX_LISTS)[number];
export type InboxCounts = Readonly<Record<InboxList, number>>;

export const isInboxList = (word: string): word is InboxList => INBOX_LISTS.some((list) => list === word);
