import type { Clock } from '../../../../server/clock.ts';
import { type Answer, fieldsOf, invalid, notFound } from './answer.ts';
import { type Account, shownComment, shownThread, type Thread } from './channel-schema.ts';
import type { CrmCall } from './crm.ts';
import type { Inboxes } from './inboxes.ts';
import type { Portal } from './portal.ts';

export interface ThreadsOptions {
  readonly clock: Clock;
  readonly appId: number;
  readonly nextId: () => string;
  readonly inboxes: Inboxes;
}

export type Threads = ReturnType<typeof openThreads>;

/** Conversations: one that is open for a number of ours and one of theirs. A help desk makes a ticket of each. */
export function openThreads({ clock, appId, nextId, inboxes }: ThreadsOptions) {
  const threads = new Map<string, Thread>();

  function threadOf(portalId: number, id: string): Thread {
    const found = threads.get(id);
    if (found?.portalId !== portalId) throw notFound();
    return found;
  }

  return {
    threads,
    with(owner: Portal, account: Account, number: string, contactId: string | null): Thread {
      const open = [...threads.values()].find(
        (one) => one.account === account && one.number === number && one.status === 'OPEN',
      );
      if (open) return open;
      const id = nextId();
      const ticketId = inboxes.isDesk(owner.id, account.inboxId) ? deskTicket(owner, number, contactId) : null;
      const known = { id, portalId: owner.id, account, number, contactId, ticketId, comments: [] };
      const thread: Thread = { ...known, createdAtMs: clock.now(), status: 'OPEN' };
      threads.set(id, thread);
      return thread;
    },
    show: ({ portal, query }: CrmCall, id: string): Answer => ({
      status: 200,
      json: shownThread(threadOf(portal.id, id), query.getAll('association').includes('TICKET'), clock),
    }),
    /** Of the messages of a conversation, only the comment among users is played. */
    comment(call: CrmCall, id: string): Answer {
      const thread = threadOf(call.portal.id, id);
      const { type, text, attachments } = fieldsOf(call.body);
      if (type !== 'COMMENT' || typeof text !== 'string' || !Array.isArray(attachments))
        throw invalid('A comment has a type, a text and attachments');
      thread.comments.push(text);
      return { status: 201, json: shownComment(thread, nextId(), text, appId, new Date(clock.now()).toISOString()) };
    },
  };
}

function deskTicket(owner: Portal, number: string, contactId: string | null): string {
  const properties = { subject: `Conversation with ${number}`, hs_pipeline: '8001', hs_pipeline_stage: '80011' };
  const ticket = owner.create('tickets', { properties });
  if (contactId !== null) owner.link('tickets', ticket.id, 'contacts', contactId, [16]);
  return ticket.id;
}
