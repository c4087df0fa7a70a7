/** What to do about a refusal of Slack. Never: try the same again blindly. */
export type Remedy =
  /** The app can make itself at home. */
  | 'join'
  /** The channel is gone, or takes nothing of the app: another one has to do. */
  | 'reroute'
  /** Nothing will work until somebody acts: on the token, its scopes, the plan of the workspace. */
  | 'pause'
  /** The blocks: the text alone says the same. */
  | 'plain'
  /** Nobody knows what it means. */
  | 'none';

const REMEDIES: ReadonlyMap<string, Remedy> = new Map([
  ['not_in_channel', 'join'],
  ['is_archived', 'reroute'],
  ['channel_not_found', 'reroute'],
  ['ekm_access_denied', 'reroute'],
  ['team_access_not_granted', 'reroute'],
  ['restricted_action', 'reroute'],
  ['restricted_action_non_threadable_channel', 'reroute'],
  ['restricted_action_read_only_channel', 'reroute'],
  ['restricted_action_thread_only_channel', 'reroute'],
  // The root is gone, or nothing may be said below it.
  ['cannot_reply_to_message', 'reroute'],
  ['restricted_action_thread_locked', 'reroute'],
  ['thread_not_found', 'reroute'],
  ['accesslimited', 'pause'],
  ['account_inactive', 'pause'],
  ['app_access_restricted', 'pause'],
  ['invalid_auth', 'pause'],
  ['message_limit_exceeded', 'pause'],
  ['missing_scope', 'pause'],
  ['not_authed', 'pause'],
  ['org_login_required', 'pause'],
  ['team_added_to_org', 'pause'],
  ['token_expired', 'pause'],
  ['token_revoked', 'pause'],
  ['invalid_blocks', 'plain'],
  ['invalid_blocks_format', 'plain'],
  ['msg_blocks_too_long', 'plain'],
]);

/** They are about one method, or one channel: other calls are taken meanwhile. */
const OF_SOME = new Set(['app_access_restricted', 'message_limit_exceeded', 'missing_scope']);

/** Every call of the workspace is refused so. */
export const isOfAll = (error: string): boolean => remedyFor(error) === 'pause' && !OF_SOME.has(error);

export const remedyFor = (error: string): Remedy => REMEDIES.get(error) ?? 'none';
