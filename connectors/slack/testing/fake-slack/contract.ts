/**
 * What the stand-in knows of each method of Slack's Web API: its arguments, the errors it may answer beside those of
 * every method, the scopes of which a token needs one, and its rate limit (docs.slack.dev/reference/methods, 2026-08).
 */
export interface MethodContract {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  readonly errors: readonly string[];
  readonly scopes: readonly string[];
  /** Calls per minute and workspace; `channel`: one per second and channel, with a little patience. */
  readonly limit: number | 'channel' | null;
}

const TIER_2 = 20;
const TIER_3 = 50;
const TIER_4 = 100;

const READS_CHANNELS = ['channels:read', 'groups:read'];
const READS_HISTORY = ['channels:history', 'groups:history'];

export const METHODS = {
  'apps.connections.open': { required: [], optional: [], errors: [], scopes: [], limit: TIER_3 },
  'oauth.v2.access': {
    required: [],
    optional: ['client_id', 'client_secret', 'code', 'redirect_uri', 'grant_type', 'refresh_token'],
    errors: [
      'invalid_client_id',
      'bad_client_secret',
      'invalid_code',
      'bad_redirect_uri',
      'invalid_grant_type',
      'invalid_refresh_token',
    ],
    scopes: [],
    limit: null,
  },
  'auth.revoke': { required: [], optional: ['test'], errors: ['not_bearer_token'], scopes: [], limit: TIER_3 },
  'apps.uninstall': {
    required: ['client_id', 'client_secret'],
    optional: [],
    errors: ['invalid_client_id', 'bad_client_secret', 'client_id_token_mismatch'],
    scopes: [],
    limit: null,
  },
  'usergroups.users.list': {
    required: ['usergroup'],
    optional: ['include_disabled', 'team_id'],
    errors: ['no_such_subteam', 'plan_upgrade_required'],
    scopes: ['usergroups:read'],
    limit: TIER_2,
  },
  'auth.test': { required: [], optional: [], errors: ['invalid_auth', 'internal_error'], scopes: [], limit: null },
  'chat.postMessage': {
    required: ['channel'],
    optional: [
      'text',
      'markdown_text',
      'blocks',
      'thread_ts',
      'reply_broadcast',
      'unfurl_links',
      'unfurl_media',
      'link_names',
      'parse',
      'mrkdwn',
      'metadata',
    ],
    errors: [
      'channel_not_found',
      'not_in_channel',
      'is_archived',
      'no_text',
      'invalid_blocks',
      'invalid_blocks_format',
      'msg_blocks_too_long',
      'message_limit_exceeded',
      'rate_limited',
      'app_access_restricted',
      'restricted_action',
      'restricted_action_non_threadable_channel',
      'restricted_action_read_only_channel',
      'restricted_action_thread_locked',
      'restricted_action_thread_only_channel',
      'cannot_reply_to_message',
      'markdown_text_conflict',
      'metadata_too_large',
    ],
    scopes: ['chat:write'],
    limit: 'channel',
  },
  'chat.update': {
    required: ['channel', 'ts'],
    optional: ['text', 'markdown_text', 'blocks', 'link_names', 'parse', 'metadata', 'reply_broadcast'],
    errors: [
      'channel_not_found',
      'message_not_found',
      'cant_update_message',
      'edit_window_closed',
      'no_text',
      'invalid_blocks',
      'markdown_text_conflict',
      'metadata_too_large',
      'update_failed',
    ],
    scopes: ['chat:write'],
    limit: TIER_3,
  },
  'chat.delete': {
    required: ['channel', 'ts'],
    optional: [],
    errors: ['channel_not_found', 'message_not_found', 'cant_delete_message'],
    scopes: ['chat:write'],
    limit: TIER_3,
  },
  'chat.postEphemeral': {
    required: ['channel', 'user'],
    optional: ['text', 'markdown_text', 'blocks', 'thread_ts', 'link_names', 'parse'],
    errors: [
      'channel_not_found',
      'not_in_channel',
      'user_not_in_channel',
      'is_archived',
      'no_text',
      'invalid_blocks',
      'markdown_text_conflict',
      'restricted_action',
    ],
    scopes: ['chat:write'],
    limit: TIER_4,
  },
  'chat.getPermalink': {
    required: ['channel', 'message_ts'],
    optional: [],
    errors: ['channel_not_found', 'message_not_found'],
    scopes: [],
    limit: null,
  },
  'reactions.add': {
    required: ['channel', 'timestamp', 'name'],
    optional: [],
    errors: [
      'already_reacted',
      'bad_timestamp',
      'channel_not_found',
      'invalid_name',
      'is_archived',
      'message_not_found',
      'too_many_reactions',
    ],
    scopes: ['reactions:write'],
    limit: TIER_3,
  },
  'conversations.info': {
    required: ['channel'],
    optional: ['include_num_members'],
    errors: ['channel_not_found', 'missing_scope'],
    scopes: READS_CHANNELS,
    limit: TIER_3,
  },
  'conversations.join': {
    required: ['channel'],
    optional: [],
    errors: ['channel_not_found', 'is_archived', 'method_not_supported_for_channel_type', 'missing_scope'],
    scopes: ['channels:join'],
    limit: TIER_3,
  },
  'conversations.history': {
    required: ['channel'],
    optional: ['oldest', 'latest', 'inclusive', 'limit', 'cursor', 'include_all_metadata'],
    errors: ['channel_not_found', 'not_in_channel', 'invalid_ts_oldest', 'invalid_ts_latest', 'invalid_cursor'],
    scopes: READS_HISTORY,
    limit: TIER_3,
  },
  'conversations.replies': {
    required: ['channel', 'ts'],
    optional: ['oldest', 'latest', 'inclusive', 'limit', 'cursor', 'include_all_metadata'],
    errors: ['channel_not_found', 'thread_not_found', 'invalid_ts_oldest', 'invalid_ts_latest', 'invalid_cursor'],
    scopes: READS_HISTORY,
    limit: TIER_3,
  },
  'users.info': {
    required: ['user'],
    optional: ['include_locale'],
    errors: ['user_not_found', 'user_not_visible'],
    scopes: ['users:read'],
    limit: TIER_4,
  },
  'users.lookupByEmail': {
    required: ['email'],
    optional: [],
    errors: ['users_not_found'],
    scopes: ['users:read.email'],
    limit: TIER_3,
  },
  'views.open': {
    required: ['view'],
    optional: ['trigger_id'],
    errors: ['expired_trigger_id', 'exchanged_trigger_id', 'invalid_trigger_id', 'view_too_large'],
    scopes: [],
    limit: TIER_4,
  },
  'views.push': {
    required: ['view'],
    optional: ['trigger_id'],
    errors: [
      'expired_trigger_id',
      'exchanged_trigger_id',
      'invalid_trigger_id',
      'not_found',
      'push_limit_reached',
      'view_too_large',
    ],
    scopes: [],
    limit: TIER_4,
  },
  'views.update': {
    required: ['view'],
    optional: ['view_id', 'external_id', 'hash'],
    errors: ['not_found', 'hash_conflict', 'view_too_large'],
    scopes: [],
    limit: TIER_4,
  },
  'views.publish': {
    required: ['user_id', 'view'],
    optional: ['hash'],
    errors: ['hash_conflict', 'not_enabled', 'view_too_large'],
    scopes: [],
    limit: TIER_4,
  },
  'functions.completeSuccess': {
    required: ['function_execution_id', 'outputs'],
    optional: [],
    errors: [
      'function_execution_not_found',
      'access_denied',
      'execution_not_in_running_state',
      'parameter_validation_failed',
    ],
    scopes: [],
    limit: TIER_3,
  },
  'functions.completeError': {
    required: ['function_execution_id', 'error'],
    optional: [],
    errors: ['function_execution_not_found', 'access_denied', 'execution_not_in_running_state'],
    scopes: [],
    limit: TIER_3,
  },
} as const satisfies Record<string, MethodContract>;

export type MethodName = keyof typeof METHODS;

/** What every method may answer. */
export const GENERAL_ERRORS = [
  'not_authed',
  'invalid_auth',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'missing_scope',
  'access_denied',
  'accesslimited',
  'ekm_access_denied',
  'no_permission',
  'org_login_required',
  'team_access_not_granted',
  'team_added_to_org',
  'invalid_arguments',
  'invalid_json',
  'json_not_object',
  'ratelimited',
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
] as const;

/** Whether Slack may answer that: nothing is tested against a refusal that cannot come. */
export const mayAnswer = (method: MethodName, error: string): boolean => {
  const documented: readonly string[] = METHODS[method].errors;
  return documented.includes(error) || GENERAL_ERRORS.some((each) => each === error);
};
