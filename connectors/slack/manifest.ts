import { METHODS_USED } from './egress/client.ts';

/** The app as Slack wants it described (docs.slack.dev, "App manifest reference"), for "Create app from manifest". */

export interface ManifestOptions {
  /** Where Slack reaches the server: https. */
  readonly publicUrl: string;
  /** What people type; a workspace may have another `/sms` already. */
  readonly command: string;
}

export function buildManifest({ publicUrl, command }: ManifestOptions) {
  const address = `${publicUrl.replace(/\/+$/, '')}/connectors/slack/events`;
  const optional = ['channels:join'];
  const scopes = [
    ...new Set(['commands', 'channels:history', 'groups:history', ...Object.values(METHODS_USED).flat(), ...optional]),
  ];
  return {
    _metadata: { major_version: 2, minor_version: 1 },
    display_information: {
      name: 'SMS',
      description: 'Answer texts of customers from Slack',
      long_description: LONG_DESCRIPTION,
      background_color: '#0b5d4b',
    },
    features: {
      bot_user: { display_name: 'SMS', always_online: true },
      shortcuts: [
        { name: 'Send an SMS', type: 'global', callback_id: 'sms_compose', description: 'Write a text to a customer' },
      ],
      slash_commands: [
        {
          command,
          url: address,
          description: 'Send or find texts',
          usage_hint: '[+14155550123 hello] | mine | open | find <text> | help',
          should_escape: false,
        },
      ],
    },
    oauth_config: { scopes: { bot: scopes.toSorted(), bot_optional: optional } },
    settings: {
      event_subscriptions: { request_url: address, bot_events: ['message.channels', 'message.groups'] },
      interactivity: { is_enabled: true, request_url: address },
      org_deploy_enabled: false,
      socket_mode_enabled: false,
      token_rotation_enabled: false,
    },
  };
}

const LONG_DESCRIPTION =
  'Routes the texts of customers into channels as threads. What is answered in a thread becomes a text, after a few ' +
  'seconds in which it can be taken back. Notes stay inside, whoever has opted out is not texted, and each reply is ' +
  'ticked when it is delivered. Self-hosted: messages go to the SMS server that you run, and nowhere else.';

if (import.meta.main) {
  const publicUrl = process.env['PUBLIC_URL'] ?? '';
  if (!publicUrl.startsWith('https://')) {
    process.stderr.write('PUBLIC_URL is needed: the https address at which Slack reaches the server.\n');
    process.exit(1);
  }
  const manifest = buildManifest({ publicUrl, command: process.argv[2] ?? '/sms' });
  process.stdout.write(`${JSON.stringify(manifest, null, 2)}\n`);
}
