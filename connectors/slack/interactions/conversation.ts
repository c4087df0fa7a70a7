import { conversationDialog, type ConversationContent } from '../blocks/conversation-dialog.ts';
import type { SlackClient } from '../egress/client.ts';
import { type Thread, threadById } from '../store/threads.ts';
import type { Around } from '../threads/around.ts';

const TEXTS_MAX = 5;
const NOTES_MAX = 3;

/** What is known of a conversation, asked for now; what nobody can say is left out. */
export async function conversationView(around: Around, thread: Thread, notice: string | null = null) {
  return conversationDialog({ ...(await knownOf(around, thread)), notice });
}

async function knownOf({ sdk, settings }: Around, thread: Thread): Promise<Omit<ConversationContent, 'notice'>> {
  const { conversation_id: id, contact_number: number } = thread;
  const [conversation, contact, consent, texts, notes] = await Promise.all([
    sdk.conversations.get(id).catch(() => null),
    sdk.contacts.get(number).catch(() => null),
    sdk.optOuts.get(number).catch(() => null),
    some(sdk.conversations.messages(id), TEXTS_MAX),
    some(sdk.conversations.notes(id), NOTES_MAX),
  ]);
  const updatedAt = consent?.updated_at ?? null;
  return {
    thread,
    contact,
    tags: conversation?.tags ?? [],
    consent: { status: consent?.status ?? 'unknown', at: updatedAt === null ? null : new Date(updatedAt) },
    texts: texts.map(({ direction, body, created_at }) => ({
      isOurs: direction === 'outbound',
      body,
      at: new Date(created_at),
    })),
    notes: notes.map(({ author, body }) => ({ author, body })),
    areNumbersMasked: settings.areNumbersMasked,
  };
}

async function some<Item>(items: AsyncIterable<Item>, max: number): Promise<Item[]> {
  const found: Item[] = [];
  try {
    for await (const item of items) {
      found.push(item);
      if (found.length >= max) break;
    }
  } catch {
    // What is shown without them is better than nothing at all.
  }
  return found;
}

/** Shows what has changed in a dialog that is open; one that was closed meanwhile needs nothing. */
export async function refreshConversation(
  { around, client }: { readonly around: Around; readonly client: Pick<SlackClient, 'interactive'> },
  viewId: string,
  threadId: string,
  notice: string | null,
): Promise<void> {
  const thread = await threadById(around.storage, threadId);
  if (!thread) return;
  const view = await conversationView(around, thread, notice);
  await client.interactive('views.update', { view_id: viewId, view });
}
