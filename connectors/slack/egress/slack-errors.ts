/** What to do about a refusal of Slack. Never: try the same again blindly. */
export type Remedy =
  /** The app can make itself at home. */
  | 'join'
  /** The channel is gone: another one has to do. */
  | 'reroute'
  /** Nothing will work until somebody changes the token or its scopes. */
  | 'pause'
  /** The blocks: the text alone says the same. */
  | 'plain'
  | 'give_up';

const REMEDIES: ReadonlyMap<string, Remedy> = new Map([
  ['not_in_channel', 'join'],
  ['is_archived', 'reroute'],
  ['channel_not_found', 'reroute'],
  ['restricted_action', 'reroute'],
  ['restricted_action_read_only_channel', 'reroute'],
  ['restricted_action_thread_only_channel', 'reroute'],
  ['restricted_action_non_threadable_channel', 'reroute'],
  // The root is gone, or nobody may answer it.
  ['restricted_action_thread_locked', 'reroute'],
  ['cannot_reply_to_message', 'reroute'],
  ['thread_not_found', 'reroute'],
  ['invalid_auth', 'pause'],
  ['not_authed', 'pause'],
  ['token_revoked', 'pause'],
  ['token_expired', 'pause'],
  ['account_inactive', 'pause'],
  ['missing_scope', 'pause'],
  ['invalid_blocks', 'plain'],
  ['invalid_blocks_format', 'plain'],
  ['msg_blocks_too_long', 'plain'],
]);

/** The token is good for nothing; a scope that is missing is missed by some calls alone. */
export const isOfToken = (error: string): boolean => remedyFor(error) === 'pause' && error !== 'missing_scope';

export const remedyFor = (error: string): Remedy => REMEDIES.get(error) ?? 'give_up';
