import { z } from 'zod';

/** What an event about a message says, as far as conversations are concerned. */
export type ThreadMessage =
  | { readonly type: 'ignored'; readonly why: string }
  | ({ readonly type: 'written' } & Written)
  | ({ readonly type: 'edited' } & Written)
  | {
      readonly type: 'deleted';
      readonly channel: string;
      readonly thread: string | null;
      readonly ts: string;
    };

export interface Written {
  readonly channel: string;
  /** Of the root; null = it is no answer in a thread, or, of an edit, nobody says where it was. */
  readonly thread: string | null;
  readonly ts: string;
  readonly user: string;
  readonly text: string;
  readonly blocks: unknown;
  readonly hasFiles: boolean;
  /** By `/me`: the author says what they are doing. */
  readonly isAboutSelf: boolean;
  /** The workspace of the author, where the event tells. */
  readonly team: string | null;
}

const short = z.string().max(64);
const messageSchema = z.object({
  ts: short,
  user: short.nullish(),
  text: z.string().max(60_000).nullish(),
  thread_ts: short.nullish(),
  subtype: short.nullish(),
  bot_id: short.nullish(),
  app_id: short.nullish(),
  hidden: z.boolean().nullish(),
  team: short.nullish(),
  user_team: short.nullish(),
  source_team: short.nullish(),
  files: z.array(z.unknown()).nullish(),
  attachments: z.array(z.looseObject({ is_share: z.unknown().optional() })).nullish(),
  blocks: z.unknown().optional(),
});
const beforeSchema = messageSchema.partial();
const eventSchema = z.object({
  type: z.literal('message'),
  channel: short,
  channel_type: short.nullish(),
  subtype: short.nullish(),
  message: messageSchema.nullish(),
  previous_message: beforeSchema.nullish(),
  deleted_ts: short.nullish(),
});

type RawMessage = z.output<typeof messageSchema>;
type BeforeMessage = z.output<typeof beforeSchema>;
type Maybe<T> = T | null | undefined;

/** Subtypes that a person causes by writing. */
const WRITTEN = new Set(['', 'thread_broadcast', 'file_share', 'me_message']);

/** Only what a person wrote, edited or deleted counts: never apps, never Slack itself, never our own changes. */
export function threadMessageOf(event: unknown): ThreadMessage {
  const parsed = eventSchema.safeParse(event);
  if (!parsed.success) return ignored('no message');
  const { channel, channel_type: kind, subtype, message, previous_message: before, deleted_ts } = parsed.data;
  if (kind === 'im' || kind === 'mpim') return ignored('direct message');
  if (subtype === 'message_deleted') {
    if (!deleted_ts || isFromApp(before)) return ignored('deleted message of an app');
    return { type: 'deleted', channel, thread: before?.thread_ts ?? null, ts: deleted_ts };
  }
  if (subtype === 'message_changed') return editedOf(channel, message, before);
  const raw = messageSchema.safeParse(event);
  if (!raw.success || !WRITTEN.has(subtype ?? '') || raw.data.hidden === true)
    return ignored(subtype ?? 'not readable');
  return personal('written', channel, raw.data);
}

function editedOf(channel: string, message: Maybe<RawMessage>, before: Maybe<BeforeMessage>): ThreadMessage {
  if (!message || message.subtype === 'tombstone') return ignored('deleted root');
  // Link previews and our own updates change a message, too.
  if (message.text === before?.text && JSON.stringify(message.blocks) === JSON.stringify(before?.blocks))
    return ignored('same text');
  return personal('edited', channel, { ...message, thread_ts: message.thread_ts ?? before?.thread_ts });
}

function personal(type: 'written' | 'edited', channel: string, message: RawMessage): ThreadMessage {
  const { user, ts, text, thread_ts, blocks, subtype } = message;
  if (isFromApp(message)) return ignored('written by an app');
  if (!user || user === 'USLACK' || user === 'USLACKBOT') return ignored('written by Slack');
  return {
    type,
    channel,
    thread: thread_ts ?? null,
    ts,
    user,
    text: text ?? '',
    blocks,
    // A message that is passed on is no text either; the preview of a link is nobody's doing.
    hasFiles: (message.files ?? []).length > 0 || (message.attachments ?? []).some(({ is_share }) => is_share === true),
    isAboutSelf: subtype === 'me_message',
    team: [message.user_team, message.source_team, message.team].find(isWorkspace) ?? null,
  };
}

/** In an organisation its id may be there in place of a workspace's, and says nothing: who wrote is asked all the same. */
const isWorkspace = (id: Maybe<string>) => Boolean(id) && id?.startsWith('E') !== true;

const isFromApp = (message: Maybe<BeforeMessage>) => Boolean(message?.bot_id) || Boolean(message?.app_id);

const ignored = (why: string): ThreadMessage => ({ type: 'ignored', why });
