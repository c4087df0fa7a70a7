import { z } from 'zod';
import { HUBSPOT_API_VERSION, type CHANNELS_VERSIONS } from '../scopes.ts';
import { HubSpotError } from './errors.ts';
import type { Transport } from './transport.ts';

/** Inboxes of HubSpot, and the channel through which texts are in them. The library knows neither. */

const id = z.union([z.string().max(60), z.number().int()]).transform(String);
const paging = z.object({ next: z.object({ after: z.string().max(200) }).optional() }).nullish();
const inboxesSchema = z.object({
  results: z.array(z.object({ id, name: z.string().max(300).nullish(), archived: z.boolean().nullish() })).max(500),
  paging,
});
const accountSchema = z.object({
  id,
  inboxId: id,
  authorized: z.boolean(),
  archived: z.boolean().nullish(),
  deliveryIdentifier: z.object({ type: z.string().max(60), value: z.string().max(100) }).nullish(),
});
const accountsSchema = z.object({ results: z.array(accountSchema).max(500) });
const publishedSchema = z.object({ id, conversationsThreadId: id });
const threadSchema = z.object({ threadAssociations: z.object({ associatedTicketId: id.nullish() }).nullish() });

export interface Inbox {
  readonly id: string;
  readonly name: string;
}

/** One of our numbers as HubSpot knows it. */
export interface ChannelAccount {
  readonly id: string;
  readonly inboxId: string;
  readonly isAuthorized: boolean;
  /** E.164; null = it is no phone number. */
  readonly number: string | null;
}

export interface ChannelMessage {
  readonly accountId: string;
  readonly direction: 'INCOMING' | 'OUTGOING';
  readonly ourNumber: string;
  readonly contactNumber: string;
  readonly contactId: string | null;
  readonly contactName: string | null;
  readonly text: string;
  readonly atMs: number;
  /** The same key is one message, however often it is published. */
  readonly idempotencyId: string;
}

export interface ChannelsOptions {
  readonly transport: Transport;
  readonly version: (typeof CHANNELS_VERSIONS)[number];
  readonly channelId: string;
}

export type ChannelsClient = ReturnType<typeof createChannelsClient>;

const INBOX_PAGES_MAX = 5;
const PHONE = 'HS_PHONE_NUMBER';
const phone = (value: string) => ({ type: PHONE, value });

/** Everything here throws HubSpotError. */
export function createChannelsClient({ transport, version, channelId }: ChannelsOptions) {
  async function ask(portalId: number, method: string, path: string, body?: object): Promise<unknown> {
    const sent =
      body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
    const { text } = await transport.sendFor(portalId, { method, path, ...sent });
    return text === '' ? null : (JSON.parse(text) as unknown);
  }

  const base = `/conversations/custom-channels/${version}/${channelId}`;
  return { ...inboxesOf(ask), ...accountsOf(ask, base), ...messagesOf(ask, base) };
}

type Ask = (portalId: number, method: string, path: string, body?: object) => Promise<unknown>;

const CONVERSATIONS = `/conversations/conversations/${HUBSPOT_API_VERSION}`;

const inboxesOf = (ask: Ask) => ({
  /** Inboxes and help desks that numbers can be connected to. */
  async inboxes(portalId: number): Promise<Inbox[]> {
    const found: Inbox[] = [];
    let after = '';
    for (let page = 0; page < INBOX_PAGES_MAX; page += 1) {
      const more = after === '' ? '' : `&after=${encodeURIComponent(after)}`;
      const { results, paging } = inboxesSchema.parse(
        await ask(portalId, 'GET', `${CONVERSATIONS}/inboxes?limit=100${more}`),
      );
      found.push(
        ...results.filter(({ archived }) => !archived).map(({ id, name }) => ({ id, name: name || `Inbox ${id}` })),
      );
      after = paging?.next?.after ?? '';
      if (after === '') break;
    }
    return found;
  },
  /** Users of HubSpot read it, and nobody else. */
  async comment(portalId: number, threadId: string, text: string): Promise<void> {
    const path = `${CONVERSATIONS}/threads/${encodeURIComponent(threadId)}/messages`;
    await ask(portalId, 'POST', path, { type: 'COMMENT', text, attachments: [] });
  },
  /** What HubSpot made of a conversation in a help desk; null = nothing yet, or it is gone. */
  async ticketOfThread(portalId: number, threadId: string): Promise<string | null> {
    const path = `${CONVERSATIONS}/threads/${encodeURIComponent(threadId)}?association=TICKET`;
    const answer = await ask(portalId, 'GET', path).catch(nullIfGone);
    return answer === null ? null : (threadSchema.parse(answer).threadAssociations?.associatedTicketId ?? null);
  },
});

const accountsOf = (ask: Ask, base: string) => ({
  /** Null: HubSpot has none of this id any more. */
  async account(portalId: number, accountId: string): Promise<ChannelAccount | null> {
    const answer = await ask(portalId, 'GET', `${base}/channel-accounts/${encodeURIComponent(accountId)}`).catch(
      nullIfGone,
    );
    return answer === null ? null : accountOf(accountSchema.parse(answer));
  },
  /** Whether the number is connected already: of an answer that was lost nobody knows. */
  async accountOfNumber(portalId: number, number: string): Promise<ChannelAccount | null> {
    const query = `deliveryIdentifierType=${PHONE}&deliveryIdentifierValue=${encodeURIComponent(number)}`;
    const { results } = accountsSchema.parse(await ask(portalId, 'GET', `${base}/channel-accounts?${query}`));
    return results.flatMap((one) => accountOf(one) ?? []).find((one) => one.number === number) ?? null;
  },
  async createAccount(portalId: number, number: string, inboxId: string): Promise<ChannelAccount> {
    const body = { inboxId, name: nameOf(number), deliveryIdentifier: phone(number), authorized: true };
    const account = accountOf(accountSchema.parse(await ask(portalId, 'POST', `${base}/channel-accounts`, body)));
    if (!account) throw new Error('HubSpot made a channel account that is archived.');
    return account;
  },
  /** False: nobody can answer from it any more, and nothing can be put into it. */
  async authorize(portalId: number, accountId: string, isAuthorized: boolean): Promise<void> {
    const path = `${base}/channel-accounts/${encodeURIComponent(accountId)}`;
    await ask(portalId, 'PATCH', path, { authorized: isAuthorized });
  },
  /** An administrator began in HubSpot: `accountToken` is what they came with. HubSpot makes the account of it. */
  async connectStaged(portalId: number, accountToken: string, number: string): Promise<void> {
    const path = `${base}/channel-account-staging-tokens/${encodeURIComponent(accountToken)}`;
    await ask(portalId, 'PATCH', path, { accountName: nameOf(number), deliveryIdentifier: phone(number) });
  },
});

const messagesOf = (ask: Ask, base: string) => ({
  async publish(portalId: number, message: ChannelMessage): Promise<{ id: string; threadId: string }> {
    const { id, conversationsThreadId: threadId } = publishedSchema.parse(
      await ask(portalId, 'POST', `${base}/messages`, eggOf(message)),
    );
    return { id, threadId };
  },
  /** `errorMessage`: for an agent. */
  async setStatus(
    portalId: number,
    channelMessageId: string,
    status: { readonly statusType: 'SENT' | 'FAILED'; readonly errorMessage?: string },
  ): Promise<void> {
    await ask(portalId, 'PATCH', `${base}/messages/${encodeURIComponent(channelMessageId)}`, status);
  },
});

const nameOf = (number: string) => `SMS ${number}`;

function accountOf(account: z.output<typeof accountSchema>): ChannelAccount | null {
  const { id, inboxId, authorized, archived, deliveryIdentifier } = account;
  if (archived) return null;
  const number = deliveryIdentifier?.type === PHONE ? deliveryIdentifier.value : null;
  return { id, inboxId, isAuthorized: authorized, number };
}

function eggOf(message: ChannelMessage): object {
  const { accountId, direction, ourNumber, contactNumber, contactId, contactName, text, atMs, idempotencyId } = message;
  const ours = { deliveryIdentifier: phone(ourNumber) };
  const theirs = { deliveryIdentifier: phone(contactNumber), ...(contactName === null ? {} : { name: contactName }) };
  const isIncoming = direction === 'INCOMING';
  return {
    channelAccountId: accountId,
    messageDirection: direction,
    senders: [isIncoming ? theirs : ours],
    recipients: [isIncoming ? ours : theirs],
    text,
    timestamp: new Date(atMs).toISOString(),
    attachments: [],
    integrationIdempotencyId: idempotencyId,
    ...(contactId === null ? {} : { associateWithContactId: Number(contactId) }),
  };
}

function nullIfGone(error: unknown): null {
  if (error instanceof HubSpotError && error.kind === 'notFound') return null;
  throw error;
}
