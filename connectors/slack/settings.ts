import { z } from 'zod';

/**
 * The settings of this connector, in the form in which the server has its own: it reads them with the others, so all
 * faults are told at once and the documentation is generated.
 */

const orEmpty = <Schema extends z.ZodType>(schema: Schema) => z.union([z.literal('').transform(() => null), schema]);
const json = (text: string, context: z.RefinementCtx): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue({ code: 'custom', message: 'It is not JSON.' });
    return z.NEVER;
  }
};

const channelId = z.string().regex(/^[CG][A-Z0-9]{2,20}$/);
const userId = z.string().regex(/^[UW][A-Z0-9]{2,20}$/);

const rule = z.strictObject({
  channel: channelId,
  our_number: z.string().min(1).max(20).optional(),
  /** ISO 3166-1 of the contact. */
  country: z.string().length(2).optional(),
  /** A word of the first text of a conversation, whatever its case. */
  keyword: z.string().min(1).max(40).optional(),
  owner: z.string().min(1).max(128).optional(),
  tag: z.string().min(1).max(40).optional(),
});

const channel = z.strictObject({ mode: z.enum(['reply', 'explicit', 'alerts']).default('reply') });

const routing = z.strictObject({
  channels: z.record(channelId, channel).default({}),
  rules: z.array(rule).max(100).default([]),
});

const hour = z.int().min(0).max(23);
const options = z.strictObject({
  undo_seconds: z.int().min(0).max(30).default(5),
  confirm_segments: z.int().min(1).max(10).default(3),
  catch_up_max_minutes: z.int().min(1).max(1_440).default(30),
  reopen_after_days: z.int().min(1).max(365).default(14),
  retention_days: z.int().min(1).max(3_650).default(90),
  quiet_from_hour: hour.default(21),
  quiet_to_hour: hour.default(8),
  mask_numbers: z.boolean().default(false),
});

export const SLACK_SETTINGS = {
  SLACK_SIGNING_SECRET: {
    schema: orEmpty(z.string().min(8).max(128)),
    fallback: '',
    meaning: 'Signing secret of the Slack app; with SLACK_BOT_TOKEN and SLACK_CHANNEL it turns the Slack connector on.',
    isSecret: true,
  },
  SLACK_BOT_TOKEN: {
    schema: orEmpty(z.string().regex(/^xoxb-[\w-]{4,200}$/)),
    fallback: '',
    meaning: 'Bot token (xoxb-…) of the Slack app in your workspace.',
    isSecret: true,
  },
  SLACK_APP_TOKEN: {
    schema: orEmpty(z.string().regex(/^xapp-[\w-]{4,200}$/)),
    fallback: '',
    meaning:
      'App-level token (xapp-…) for Socket Mode, in place of SLACK_SIGNING_SECRET: Slack needs no address of ours.',
    isSecret: true,
  },
  SLACK_CHANNEL: {
    schema: orEmpty(channelId),
    fallback: '',
    meaning:
      'Id of the Slack channel for every conversation that no rule of SLACK_ROUTING takes, for instance C0123456789.',
  },
  SLACK_ALERT_CHANNEL: {
    schema: orEmpty(channelId),
    fallback: '',
    meaning:
      'Id of the Slack channel for those who run the server: carriers that are down, webhooks switched off, a low balance, unusual or expiring keys, texts to review; empty = nobody is told.',
  },
  SLACK_ROUTING: {
    schema: orEmpty(z.string().max(20_000).transform(json).pipe(routing)),
    fallback: '',
    meaning:
      'Which conversation belongs to which channel, as JSON: rules, of which the first that fits counts, and modes of channels (reply: what is written in a thread is sent; explicit: only with !sms; alerts: nothing), for instance {"rules":[{"our_number":"+15005550100","channel":"C0123456789"}],"channels":{"C0123456789":{"mode":"explicit"}}}.',
  },
  SLACK_AGENTS: {
    schema: z
      .string()
      .transform((text) =>
        text
          .split(',')
          .map((id) => id.trim())
          .filter((id) => id !== ''),
      )
      .pipe(z.array(userId).max(1_000)),
    fallback: '',
    meaning: 'Ids of the people whose replies are sent, comma separated; empty = every full member of the workspace.',
  },
  SLACK_OPTIONS: {
    schema: orEmpty(z.string().max(1_000).transform(json).pipe(options)),
    fallback: '',
    meaning:
      'How the Slack connector behaves, as JSON: undo_seconds (5) between a reply and its text, confirm_segments (3) above which it asks, catch_up_max_minutes (30) after which a late reply is held, reopen_after_days (14) of silence before a new thread, retention_days (90) after which a silent thread is forgotten here, quiet_from_hour (21) and quiet_to_hour (8) at the contact, mask_numbers (false) to show only parts of the numbers of contacts.',
  },
  SLACK_API_URL: {
    schema: z.string().refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)),
    fallback: 'https://slack.com/api/',
    meaning: "Where Slack's Web API is; another address is for tests.",
  },
} as const;

export type SlackConfig = {
  readonly [Key in keyof typeof SLACK_SETTINGS]: z.output<(typeof SLACK_SETTINGS)[Key]['schema']>;
};

export type ChannelMode = 'reply' | 'explicit' | 'alerts';
export type RoutingRule = z.output<typeof rule>;

export interface SlackSettings {
  /** Null in Socket Mode. */
  readonly signingSecret: string | null;
  /** Null while Slack calls us. */
  readonly appToken: string | null;
  readonly botToken: string;
  /** Ends in a slash. */
  readonly apiUrl: string;
  /** The channel for everything that no rule takes. */
  readonly catchAll: string;
  /** For those who run the server; null = nobody is told. */
  readonly alertChannel: string | null;
  readonly rules: readonly RoutingRule[];
  readonly modes: ReadonlyMap<string, ChannelMode>;
  /** Empty = every full member. */
  readonly agents: readonly string[];
  readonly undoMs: number;
  readonly confirmSegments: number;
  readonly catchUpMaxMs: number;
  readonly reopenAfterMs: number;
  readonly retentionMs: number;
  /** Whole hours of the contact's clock; from may be behind to. */
  readonly quiet: { readonly fromHour: number; readonly toHour: number };
  /** Only the ends of contacts' numbers are shown. */
  readonly areNumbersMasked: boolean;
}

/** Null while the connector is off. */
export function slackSettings(config: SlackConfig): SlackSettings | null {
  const { SLACK_SIGNING_SECRET: signingSecret, SLACK_APP_TOKEN: appToken } = config;
  const { SLACK_BOT_TOKEN: botToken, SLACK_CHANNEL: catchAll } = config;
  if ((signingSecret === null && appToken === null) || botToken === null || catchAll === null) return null;
  const { channels, rules } = config.SLACK_ROUTING ?? routing.parse({});
  const chosen = config.SLACK_OPTIONS ?? options.parse({});
  return {
    signingSecret,
    appToken,
    botToken,
    apiUrl: `${config.SLACK_API_URL.replace(/\/+$/, '')}/`,
    catchAll,
    alertChannel: config.SLACK_ALERT_CHANNEL,
    rules,
    modes: new Map(Object.entries(channels).map(([id, { mode }]) => [id, mode])),
    agents: config.SLACK_AGENTS,
    undoMs: chosen.undo_seconds * 1_000,
    confirmSegments: chosen.confirm_segments,
    catchUpMaxMs: chosen.catch_up_max_minutes * 60_000,
    reopenAfterMs: chosen.reopen_after_days * 86_400_000,
    retentionMs: chosen.retention_days * 86_400_000,
    quiet: { fromHour: chosen.quiet_from_hour, toHour: chosen.quiet_to_hour },
    areNumbersMasked: chosen.mask_numbers,
  };
}

/** What is missing when only a part of it is set, and what does not go together. */
export function slackFaults(config: SlackConfig & { readonly HIPAA_MODE: boolean }): readonly string[] {
  const needed = [
    config.SLACK_APP_TOKEN === null ? 'SLACK_SIGNING_SECRET' : 'SLACK_APP_TOKEN',
    'SLACK_BOT_TOKEN',
    'SLACK_CHANNEL',
  ] as const;
  const missing = needed.filter((name) => config[name] === null);
  if (missing.length === needed.length) return [];
  if (config.HIPAA_MODE)
    return ['SLACK_BOT_TOKEN: not with HIPAA_MODE=1, because what people write would be kept in Slack, unsealed.'];
  return missing.map((name) => `${name}: ${SLACK_SETTINGS[name].meaning}`);
}
