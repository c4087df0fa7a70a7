import { parseArgs } from 'node:util';
import { METHODS_USED } from './egress/client.ts';
import { STEP } from './steps/read-step.ts';
import { WORKFLOW_STEP } from './steps/workflow-step.ts';

/** The app as Slack wants it described (docs.slack.dev, "App manifest reference"), for "Create app from manifest". */

export interface ManifestOptions {
  /** Where Slack reaches the server: https. */
  readonly publicUrl: string;
  /** The app hears Slack on a socket: no address is needed. */
  readonly isSocketMode?: boolean;
  /** With the step for Workflow Builder, which needs a paid plan and an installation for the organisation. */
  readonly hasWorkflowStep?: boolean;
  /** What people type; a workspace may have another `/sms` already. */
  readonly command: string;
}

/** Whoever does not grant them goes without what they are for. */
export const OPTIONAL_SCOPES: readonly string[] = ['channels:join', 'usergroups:read', 'users:read.email'];
export const SCOPES: readonly string[] = [
  ...new Set(['commands', 'channels:history', 'groups:history', ...Object.values(METHODS_USED).flat()]),
].toSorted();

/** What happens to the app and to channels, beside what is written there. */
const LIFE_EVENTS = [
  'app_uninstalled',
  'tokens_revoked',
  'member_joined_channel',
  'channel_archive',
  'channel_unarchive',
  'channel_deleted',
  'channel_left',
  'channel_rename',
  'channel_id_changed',
  'channel_shared',
  'channel_unshared',
  'group_archive',
  'group_unarchive',
  'group_deleted',
  'group_left',
  'group_rename',
];

export function buildManifest({ publicUrl, command, isSocketMode = false, hasWorkflowStep = false }: ManifestOptions) {
  const base = `${publicUrl.replace(/\/+$/, '')}/connectors/slack`;
  const address = `${base}/events`;
  const request = isSocketMode ? {} : { request_url: address };
  return {
    _metadata: { major_version: 2, minor_version: 1 },
    display_information: {
      name: 'SMS',
      description: 'Answer texts of customers from Slack',
      long_description: LONG_DESCRIPTION,
      background_color: '#0b5d4b',
    },
    features: {
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: true },
      bot_user: { display_name: 'SMS', always_online: true },
      shortcuts: [
        { name: 'Send an SMS', type: 'global', callback_id: 'sms_compose', description: 'Write a text to a customer' },
        {
          name: 'Reply by SMS',
          type: 'message',
          callback_id: 'sms_reply',
          description: 'Answer the customer of this thread, with a preview and templates',
        },
        {
          name: 'SMS conversation',
          type: 'message',
          callback_id: 'sms_conversation',
          description: 'Who the customer is, what was written last, what can be done',
        },
      ],
      slash_commands: [
        {
          command,
          ...(isSocketMode ? {} : { url: address }),
          description: 'Send or find texts',
          usage_hint: '[+14155550123 hello] | mine | open | find <text> | route <number> | help',
          should_escape: false,
        },
      ],
    },
    oauth_config: {
      ...(isSocketMode ? {} : { redirect_urls: [`${base}/oauth_redirect`] }),
      scopes: { bot: [...SCOPES, ...OPTIONAL_SCOPES].toSorted(), bot_optional: OPTIONAL_SCOPES },
    },
    settings: {
      event_subscriptions: {
        ...request,
        bot_events: [...EVENTS, ...LIFE_EVENTS, ...(hasWorkflowStep ? ['function_executed'] : [])],
      },
      interactivity: { is_enabled: true, ...request, ...(isSocketMode ? {} : { message_menu_options_url: address }) },
      org_deploy_enabled: hasWorkflowStep,
      ...(hasWorkflowStep ? { function_runtime: 'remote' } : {}),
      socket_mode_enabled: isSocketMode,
      token_rotation_enabled: false,
    },
    ...(hasWorkflowStep ? { functions: { [STEP]: WORKFLOW_STEP } } : {}),
  };
}

const EVENTS = ['app_home_opened', 'message.channels', 'message.groups'];

const LONG_DESCRIPTION =
  'Routes the texts of customers into channels as threads. What is answered in a thread becomes a text, after a few ' +
  'seconds in which it can be taken back. Notes stay inside, whoever has opted out is not texted, and each reply is ' +
  'ticked when it is delivered. Self-hosted: messages go to the SMS server that you run, and nowhere else.';

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    options: {
      socket: { type: 'boolean', default: false },
      'workflow-step': { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  const publicUrl = process.env['PUBLIC_URL'] ?? '';
  if (!values.socket && !publicUrl.startsWith('https://')) {
    process.stderr.write(
      'PUBLIC_URL is needed, the https address at which Slack reaches the server; or --socket, which needs none.\n',
    );
    process.exit(1);
  }
  const manifest = buildManifest({
    publicUrl,
    command: positionals[0] ?? '/sms',
    isSocketMode: values.socket,
    hasWorkflowStep: values['workflow-step'],
  });
  process.stdout.write(`${JSON.stringify(manifest, null, 2)}\n`);
}
