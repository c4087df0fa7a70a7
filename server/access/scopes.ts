/** What a key may be allowed to do. A key without the scope of a route gets 403 with the scope's name. */
export const SCOPES = [
  'messages:send',
  'messages:read',
  'messages:cancel',
  'messages:content',
  'conversations:read',
  'conversations:write',
  'contacts:read',
  'contacts:write',
  'contacts:export',
  'consents:read',
  'consents:write',
  'optouts:write',
  'suppressions:read',
  'suppressions:write',
  'templates:read',
  'templates:write',
  'rules:read',
  'rules:write',
  'senders:read',
  'senders:write',
  'events:read',
  'webhooks:read',
  'webhooks:write',
  'analytics:read',
  'balance:read',
  'prices:read',
  'prices:write',
  'keys:manage',
  'routes:manage',
  'smsc:read',
  'smsc:manage',
  'queues:read',
  'reviews:manage',
  'audit:read',
  'privacy:manage',
  'sandbox:use',
  'admin',
] as const;

export type Scope = (typeof SCOPES)[number];

/** What a key gets when nothing else is asked for. */
export const SEND_ONLY: readonly Scope[] = ['messages:send', 'messages:read'];

const EVENTS: readonly Scope[] = ['events:read', 'webhooks:read', 'webhooks:write'];
const TALKS: readonly Scope[] = [...SEND_ONLY, 'messages:content', 'conversations:read', 'contacts:read', ...EVENTS];
const KEEPS_CONSENT: readonly Scope[] = ['consents:read', 'consents:write', 'optouts:write'];
/** What a text is written with: a contact, a template, a sender. */
const WRITES: readonly Scope[] = ['contacts:write', 'templates:read', 'senders:read'];
const CONVERSES: readonly Scope[] = [...TALKS, ...KEEPS_CONSENT, 'messages:cancel', 'conversations:write', ...WRITES];

/** Scopes by what a key is for. `admin` has all of them. */
export const PRESETS = {
  send_only: SEND_ONLY,
  n8n: [...CONVERSES, 'balance:read'],
  hubspot: [...TALKS, ...KEEPS_CONSENT, 'messages:cancel', ...WRITES],
  slack: [...CONVERSES, 'reviews:manage', 'queues:read', 'analytics:read'],
  read_only: SCOPES.filter((scope) => scope.endsWith(':read')),
  admin: SCOPES,
} as const satisfies Record<string, readonly Scope[]>;

export type Preset = keyof typeof PRESETS;
export const PRESET_NAMES = Object.keys(PRESETS) as [Preset, ...Preset[]];
