import { z } from 'zod';
import { listOf, orEmpty } from '../seam/setting-kinds.ts';

/**
 * The settings of this connector, in the form in which the server has its own: it reads them with the others, so all
 * faults are told at once and the documentation is generated.
 */

const json = (text: string, context: z.RefinementCtx): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue({ code: 'custom', message: 'It is not JSON.' });
    return z.NEVER;
  }
};

const channelId = z.string().regex(/^[CG][A-Z0-9]{2,20}$/);
const agentId = z.string().regex(/^[UWS][A-Z0-9]{2,20}$/);
const teamId = z.string().regex(/^[TE][A-Z0-9]{2,20}$/);

const rule = z.strictObject({
  channel: channelId,
  our_number: z.string().min(1).max(20).optional(),
  /** ISO 3166-1 of the contact. */
  country: z.string().length(2).optional(),
  /** A word of the first text of a conversation, whatever its case. */
  keyword: z.string().min(1).max(40).optional(),
  owner: z.string().min(1).max(128).optional(),
  tag: z.string().min(1).max(40).optional(),
  /** BCP 47, of the contact. */
  language: z
    .string()
    .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/)
    .optional(),
});

const channel = z.strictObject({ mode: z.enum(['reply', 'explicit', 'alerts']).default('reply') });

const routing = z.strictObject({
  channels: z.record(channelId, channel).default({}),
  rules: z.array(rule).max(100).default([]),
});

const hour = z.int().min(0).max(23);
const visible = z
  .string()
  .max(20)
  .regex(/[^\s\p{Cf}\ufe0f]/u, 'has nothing that can be seen');
const options = z.strictObject({
  undo_seconds: z.int().min(0).max(30).default(5),
  confirm_segments: z.int().min(1).max(10).default(3),
  catch_up_max_minutes: z.int().min(1).max(1_440).default(30),
  reopen_after_days: z.int().min(1).max(365).default(14),
  retention_days: z.int().min(1).max(3_650).default(90),
  quiet_from_hour: hour.default(21),
  quiet_to_hour: hour.default(8),
  mask_numbers: z.boolean().default(false),
  allow_slack_connect: z.boolean().default(false),
  digest_above: z.int().min(1).max(1_000).default(30),
  quiet_minutes: z.int().min(0).max(1_440).default(3),
  sla_minutes: z.int().min(1).max(10_080).optional(),
  queue_old_minutes: z.int().min(1).max(1_440).default(10),
  note_prefixes: z.array(visible).max(20).default([]),
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
  SLACK_CLIENT_ID: {
    schema: orEmpty(z.string().min(3).max(128)),
    fallback: '',
    meaning:
      'Client id of the Slack app; with SLACK_CLIENT_SECRET and SLACK_TEAMS, several workspaces can be connected at /connectors/slack/install.',
  },
  SLACK_CLIENT_SECRET: {
    schema: orEmpty(z.string().min(8).max(128)),
    fallback: '',
    meaning: 'Client secret of the Slack app.',
    isSecret: true,
  },
  SLACK_TEAMS: {
    schema: listOf(teamId, 100),
    fallback: '',
    meaning:
      'Ids of the workspaces (T…) and organisations (E…) that may connect, comma separated: whoever is connected can text your customers.',
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
      'Id of the Slack channel for those who run the server: carriers that are down, texts that wait for long, many opt-outs, webhooks switched off, a low balance, unusual or expiring keys, texts to review; empty = nobody is told.',
  },
  SLACK_ROUTING: {
    schema: orEmpty(z.string().max(20_000).transform(json).pipe(routing)),
    fallback: '',
    meaning:
      'Which conversation belongs to which channel, as JSON: rules, of which the first that fits counts, and modes of channels (reply: what is written in a thread is sent; explicit: only with !sms; alerts: nothing), for instance {"rules":[{"our_number":"+15005550100","channel":"C0123456789"}],"channels":{"C0123456789":{"mode":"explicit"}}}.',
  },
  SLACK_AGENTS: {
    schema: listOf(agentId, 1_000),
    fallback: '',
    meaning:
      'Ids of the people (U…) and user groups (S…) whose replies are sent, comma separated; empty = every full member of the workspace. User groups need the scope usergroups:read.',
  },
  SLACK_OPTIONS: {
    schema: orEmpty(z.string().max(4_000).transform(json).pipe(options)),
    fallback: '',
    meaning:
      'How the Slack connector behaves, as JSON: undo_seconds (5) between a reply and its text, confirm_segments (3) above which it asks, catch_up_max_minutes (30) after which a late reply is held, reopen_after_days (14) of silence before a new thread, retention_days (90) after which words are taken out of Slack and a silent thread is forgotten here, quiet_from_hour (21) and quiet_to_hour (8) at the contact, mask_numbers (false) to show only parts of the numbers of contacts, allow_slack_connect (false) for conversations in channels that are shared with other organisations, digest_above (30) new conversations waiting for one channel before they are listed in one message, quiet_minutes (3) of silence before a text is shown in the channel again, sla_minutes (off) without an answer before the thread is, queue_old_minutes (10) that a text may wait before SLACK_ALERT_CHANNEL is told, note_prefixes ([]) with which a note begins, beside //, ;;, note:, internal:, 🔒 and 🔇.',
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

/** What the app is by OAuth; null = the bot token of the settings is all there is. */
export interface SlackOAuth {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Workspaces and organisations that may connect. */
  readonly teams: readonly string[];
  /** How browsers reach the server, without a slash at the end. */
  readonly publicUrl: string;
}

/** As they hold in one workspace. */
export interface SlackSettings {
  /** Null in Socket Mode. */
  readonly signingSecret: string | null;
  /** Null while Slack calls us. */
  readonly appToken: string | null;
  /** Ends in a slash. */
  readonly apiUrl: string;
  /** The channel for everything that no rule takes. */
  readonly catchAll: string;
  /** For those who run the server; null = nobody is told. */
  readonly alertChannel: string | null;
  readonly rules: readonly RoutingRule[];
  readonly modes: ReadonlyMap<string, ChannelMode>;
  /** People and user groups; empty = every full member. */
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
  /** Conversations may be in channels that are shared with other organisations. */
  readonly allowsSlackConnect: boolean;
  /** So many new conversations may wait for one channel before they are listed in one message. */
  readonly digestAbove: number;
  /** After so much silence in a thread, the channel is told of the next text. */
  readonly silenceMs: number;
  /** Without an answer for so long, the channel is told; null = never. */
  readonly slaMs: number | null;
  /** A text that waits for its carrier for so long is told to those who run the server. */
  readonly queueOldMs: number;
  /** With which notes begin, beside the marks that everybody has. */
  readonly notePrefixes: readonly string[];
}

/** As they are written down: which workspaces there are is known later. */
export interface SlackSetup extends Omit<SlackSettings, 'catchAll'> {
  /** Of the one workspace that needs no OAuth; null = there is none. */
  readonly botToken: string | null;
  /** Null = the first channel that the app is invited to. */
  readonly catchAll: string | null;
  readonly oauth: SlackOAuth | null;
}

/** Null while the connector is off. `publicUrl` matters to OAuth alone. */
export function slackSettings(config: SlackConfig, publicUrl = ''): SlackSetup | null {
  if (isOff(config) || missingOf(config).length > 0) return null;
  const { channels, rules } = config.SLACK_ROUTING ?? routing.parse({});
  const chosen = config.SLACK_OPTIONS ?? options.parse({});
  return {
    signingSecret: config.SLACK_SIGNING_SECRET,
    appToken: config.SLACK_APP_TOKEN,
    botToken: config.SLACK_BOT_TOKEN,
    oauth: oauthOf(config, publicUrl),
    apiUrl: `${config.SLACK_API_URL.replace(/\/+$/, '')}/`,
    catchAll: config.SLACK_CHANNEL,
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
    allowsSlackConnect: chosen.allow_slack_connect,
    digestAbove: chosen.digest_above,
    silenceMs: chosen.quiet_minutes * 60_000,
    slaMs: chosen.sla_minutes === undefined ? null : chosen.sla_minutes * 60_000,
    queueOldMs: chosen.queue_old_minutes * 60_000,
    notePrefixes: chosen.note_prefixes,
  };
}

function oauthOf(config: SlackConfig, publicUrl: string): SlackOAuth | null {
  const { SLACK_CLIENT_ID: clientId, SLACK_CLIENT_SECRET: clientSecret, SLACK_TEAMS: teams } = config;
  if (clientId === null || clientSecret === null) return null;
  return { clientId, clientSecret, teams, publicUrl: publicUrl.replace(/\/+$/, '') };
}

const TOKEN = ['SLACK_BOT_TOKEN', 'SLACK_CHANNEL'] as const;
const OAUTH = ['SLACK_CLIENT_ID', 'SLACK_CLIENT_SECRET', 'SLACK_TEAMS'] as const;
type Needed = (typeof TOKEN | typeof OAUTH)[number] | 'SLACK_SIGNING_SECRET' | 'SLACK_APP_TOKEN';

const isSet = (config: SlackConfig, name: Needed) => config[name] !== null && config[name].length > 0;

/** One way to hear Slack, and a token, OAuth or both. */
function neededOf(config: SlackConfig): readonly Needed[] {
  const usesOAuth = isSet(config, 'SLACK_CLIENT_ID') || isSet(config, 'SLACK_CLIENT_SECRET');
  const usesToken = isSet(config, 'SLACK_BOT_TOKEN') || !usesOAuth;
  const ear = isSet(config, 'SLACK_APP_TOKEN') ? 'SLACK_APP_TOKEN' : 'SLACK_SIGNING_SECRET';
  return [ear, ...(usesToken ? TOKEN : []), ...(usesOAuth ? OAUTH : [])];
}

const missingOf = (config: SlackConfig) => neededOf(config).filter((name) => !isSet(config, name));
const isOff = (config: SlackConfig) => missingOf(config).length === neededOf(config).length;

/** What is missing when only a part of it is set, and what does not go together. */
export function slackFaults(config: SlackConfig & { readonly HIPAA_MODE: boolean }): readonly string[] {
  if (isOff(config)) return [];
  if (config.HIPAA_MODE)
    return ['SLACK_BOT_TOKEN: not with HIPAA_MODE=1, because what people write would be kept in Slack, unsealed.'];
  return missingOf(config).map((name) => `${name}: ${SLACK_SETTINGS[name].meaning}`);
}
