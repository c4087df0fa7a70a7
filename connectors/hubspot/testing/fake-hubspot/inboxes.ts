import type { Answer } from './answer.ts';
import type { Inbox } from './channel-schema.ts';

const INBOXES: readonly Inbox[] = [
  { id: '9001', name: 'Sales inbox', type: 'INBOX' },
  { id: '9002', name: 'Help desk', type: 'HELP_DESK' },
];

/** Every account has both kinds; a test may add others. */
export function openInboxes() {
  const inboxes = new Map<number, Inbox[]>();
  const inboxesOf = (portalId: number): Inbox[] => {
    const found = inboxes.get(portalId) ?? [...INBOXES];
    inboxes.set(portalId, found);
    return found;
  };
  return {
    inboxesOf,
    has: (portalId: number, id: string) => inboxesOf(portalId).some((one) => one.id === id),
    isDesk: (portalId: number, id: string) =>
      inboxesOf(portalId).some((one) => one.id === id && one.type === 'HELP_DESK'),
    list(portalId: number, now: string): Answer {
      const results = inboxesOf(portalId).map((one) => ({ ...one, createdAt: now, updatedAt: now, archived: false }));
      return { status: 200, json: { total: results.length, results } };
    },
  };
}

export type Inboxes = ReturnType<typeof openInboxes>;
