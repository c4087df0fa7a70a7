import type { Route } from './contract-route.ts';

interface Tag {
  readonly name: string;
  readonly description?: string;
  /** The first part of the paths that belong to it. */
  readonly parts: readonly string[];
}

/** The chapters of the reference, in their order. A path that none of them names gets a chapter of its own name. */
const TAGS: readonly Tag[] = [
  {
    name: 'Messages',
    description: 'Send a text, and learn what became of it.',
    parts: ['messages', 'sms', 'batches', 'campaigns'],
  },
  { name: 'Templates', description: 'Texts with variables, in versions.', parts: ['templates', 'numbers'] },
  {
    name: 'Webhooks and events',
    description: 'What happened, told to others: signed POSTs, a list, a stream.',
    parts: ['webhook-endpoints', 'webhook-deliveries', 'webhook-secret', 'events'],
  },
  {
    name: 'Consent',
    description: 'Who may be texted: opt-outs, recorded consent, suppressions, and who has to hear of an opt-out.',
    parts: ['consents', 'opt-outs', 'suppressions', 'connected-systems'],
  },
  {
    name: 'Conversations',
    description: 'Answering people: conversations, contacts, keyword rules, waiting for a reply.',
    parts: ['conversations', 'contacts', 'rules', 'reply-waits'],
  },
  {
    name: 'Senders and routes',
    description: 'From which number or name, and by which carrier.',
    parts: ['senders', 'sender-pools', 'sender-rules', 'routes'],
  },
  { name: 'Carriers', description: 'SMPP accounts and their binds.', parts: ['smsc'] },
  {
    name: 'Operation',
    description: 'Queues, failed texts to look at, figures, the kill switch.',
    parts: ['queues', 'review-queue', 'analytics', 'pause', 'resume', 'healthz', 'readyz'],
  },
  { name: 'Money', description: 'What texts cost, and the balance that pays for them.', parts: ['balance', 'prices'] },
  {
    name: 'Access',
    description: 'API keys, access tokens, the audit log.',
    parts: ['me', 'api-keys', 'oauth', 'audit-log', '.well-known'],
  },
  { name: 'Privacy', description: 'What is stored about a number: given out, or taken away.', parts: ['privacy'] },
  {
    name: 'Sandbox',
    description: 'The simulated carrier and its phones. Test keys only.',
    parts: ['sandbox', 'phone'],
  },
  { name: 'Documentation', parts: ['docs', 'openapi.json'] },
  { name: 'Opt-out page', description: 'What a recipient sees behind the link in a text.', parts: ['o'] },
];

export function tagOf({ path }: Pick<Route, 'path'>): string {
  const part = partOf(path);
  const words = part.replaceAll('-', ' ');
  return TAGS.find(({ parts }) => parts.includes(part))?.name ?? words.slice(0, 1).toUpperCase() + words.slice(1);
}

/** Those that have a route. */
export function tagsOf(routes: readonly Route[]): readonly object[] {
  const used = new Set(routes.map(tagOf));
  const described = TAGS.filter(({ name }) => used.has(name)).map(({ parts: _parts, ...tag }) => tag);
  const others = [...used].filter((name) => !TAGS.some((tag) => tag.name === name));
  return [...described, ...others.map((name) => ({ name }))];
}

/** `messages` of /v1/messages/send, `healthz` of /healthz. */
const partOf = (path: string) => path.split('/').find((part) => part !== '' && !/^v\d+$/.test(part)) ?? '';
