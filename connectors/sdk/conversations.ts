import type {
  ConversationNote,
  AddConversationNoteBody,
  ChangeConversationBody,
  Conversation,
  ListConversationMessagesAnswer,
  ListConversationNotesAnswer,
  ListConversationsAnswer,
  ListConversationsQuery,
  ReplyInConversationAnswer,
  ReplyInConversationBody,
} from './contract.ts';
import { type CallOptions, type Filter, type Item, type SendOptions, type Transport, at } from './transport.ts';

const conversationPath = (id: string) => at`/v1/conversations/${id}`;

/** What goes back and forth between one of our numbers and a contact. */
export const conversationsOf = (http: Transport) => ({
  /** That with the newest text first. */
  list: (
    filter: Filter<ListConversationsQuery> = {},
    options: CallOptions = {},
  ): AsyncGenerator<Item<ListConversationsAnswer>, void> =>
    http.each<ListConversationsAnswer>('/v1/conversations', filter, options),
  get: (id: string): Promise<Conversation> => http.get(conversationPath(id)),
  /** Every text between the two, the newest first. */
  messages: (id: string, options: CallOptions = {}): AsyncGenerator<Item<ListConversationMessagesAnswer>, void> =>
    http.each<ListConversationMessagesAnswer>(`${conversationPath(id)}/messages`, {}, options),
  /** Answers the contact, from the number that they wrote to. */
  reply: (id: string, text: ReplyInConversationBody, options: SendOptions = {}): Promise<ReplyInConversationAnswer> =>
    http.once(`${conversationPath(id)}/messages`, text, options),
  /** What was noted for colleagues, the newest first. */
  notes: (id: string): AsyncGenerator<Item<ListConversationNotesAnswer>, void> =>
    http.each<ListConversationNotesAnswer>(`${conversationPath(id)}/notes`),
  /** Notes something for colleagues; the contact never sees it. */
  note: (id: string, note: AddConversationNoteBody, options?: SendOptions): Promise<ConversationNote> =>
    http.once(`${conversationPath(id)}/notes`, note, options),
  /** Assigns, tags, snoozes, closes or opens it. */
  patch: (id: string, change: ChangeConversationBody): Promise<Conversation> =>
    http.patch(conversationPath(id), change),
});
