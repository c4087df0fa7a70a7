import { z } from 'zod';

const ts = z.string().max(32).nullish();

/** An event as Slack sends it (Events API); `event` is kept as it came, and read when it is dealt with. */
const envelopeSchema = z.object({
  type: z.literal('event_callback'),
  event_id: z.string().min(1).max(64),
  /** Unix seconds. */
  event_time: z.number().nullish(),
  team_id: z.string().max(32),
  is_ext_shared_channel: z.boolean().nullish(),
  authorizations: z
    .array(
      z.object({
        team_id: z.string().max(32).nullish(),
        enterprise_id: z.string().max(32).nullish(),
        is_enterprise_install: z.boolean().nullish(),
      }),
    )
    .max(10)
    .nullish(),
  event: z.looseObject({
    type: z.string().max(64),
    channel: z.unknown().optional(),
    ts,
    thread_ts: ts,
    deleted_ts: ts,
    message: z.looseObject({ ts, thread_ts: ts }).nullish(),
    previous_message: z.looseObject({ thread_ts: ts }).nullish(),
  }),
});

export interface Envelope {
  readonly id: string;
  /** The workspace in which the app is installed, whoever wrote it. */
  readonly team: string;
  /** The organisation, where the app is installed for all of it. */
  readonly enterprise?: string | null;
  /** What happens in one thread is dealt with in order. */
  readonly lane: string;
  /** The channel is shared with another organisation. */
  readonly isShared: boolean;
  /** Unix milliseconds; null = Slack does not say. */
  readonly at?: number | null;
  readonly event: Readonly<Record<string, unknown>>;
}

/** Null for what is no event; Slack may invent other envelopes at any time. */
export function readEnvelope(body: unknown): Envelope | null {
  const parsed = envelopeSchema.safeParse(body);
  if (!parsed.success) return null;
  const { event_id: id, team_id, event, event_time, is_ext_shared_channel } = parsed.data;
  const isShared = is_ext_shared_channel === true;
  const [authorized] = parsed.data.authorizations ?? [];
  const team = authorized?.team_id ?? team_id;
  const enterprise = authorized?.is_enterprise_install === true ? (authorized.enterprise_id ?? null) : null;
  const at = typeof event_time === 'number' ? event_time * 1_000 : null;
  const channel = typeof event.channel === 'string' ? event.channel : '';
  const thread =
    event.thread_ts ?? event.message?.thread_ts ?? event.previous_message?.thread_ts ?? event.message?.ts ?? event.ts;
  return { id, team, enterprise, lane: `in:${team}:${channel}:${thread ?? ''}`, isShared, at, event };
}
