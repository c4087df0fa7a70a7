import type { Clock } from '../../../../server/clock.ts';
import { type Answer, type Fields, fieldsOf, invalid, notFound, textOf } from './answer.ts';
import type { ChannelEvents } from './channel-events.ts';
import type { ChannelRegistry } from './channel-registry.ts';
import { type Account, type Channel, identifierOf, shownAccount } from './channel-schema.ts';
import type { CrmCall } from './crm.ts';
import type { Inboxes } from './inboxes.ts';

export interface AccountsOptions {
  readonly clock: Clock;
  readonly nextId: () => string;
  readonly registry: ChannelRegistry;
  readonly inboxes: Inboxes;
  readonly events: ChannelEvents;
}

export type ChannelAccounts = ReturnType<typeof openChannelAccounts>;

/** Numbers of the channel, each connected to an inbox of an account. */
export function openChannelAccounts({ clock, nextId, registry, inboxes, events }: AccountsOptions) {
  const accounts = new Map<string, Account>();
  const now = () => new Date(clock.now()).toISOString();
  const live = () => [...accounts.values()].filter((one) => !one.archived);
  const tell = (account: Account, type: string) =>
    events.tell(registry.channelOf(account.channelId), type, account.portalId, {
      channelAccountId: account.id,
      channelAccountDeliveryIdentifier: account.deliveryIdentifier,
      authorized: account.authorized,
    });

  function accountOf(portalId: number, id: unknown): Account {
    const found = accounts.get(textOf(id));
    if (!found || found.portalId !== portalId || found.archived) throw notFound('There is no such channel account');
    return found;
  }

  function connect(portalId: number, channel: Channel, body: Fields): Account {
    const { inboxId, name, authorized } = body;
    if (textOf(inboxId) === '' || textOf(name) === '' || typeof authorized !== 'boolean')
      throw invalid('Some required fields were not set: inboxId, name, authorized');
    if (!inboxes.has(portalId, textOf(inboxId))) throw invalid('There is no such inbox');
    const deliveryIdentifier = identifierOf(body['deliveryIdentifier'], channel);
    const { value } = deliveryIdentifier;
    if (live().some((one) => one.portalId === portalId && one.deliveryIdentifier.value === value))
      throw invalid('A channel account with this delivery identifier exists already');
    const known = { portalId, channelId: channel.id, inboxId: textOf(inboxId), name: textOf(name), deliveryIdentifier };
    const account: Account = { ...known, id: nextId(), createdAt: now(), authorized, archived: false };
    accounts.set(account.id, account);
    tell(account, 'CHANNEL_ACCOUNT_CREATED');
    return account;
  }

  function authorize(account: Account, authorized: boolean): void {
    if (account.authorized === authorized) return;
    account.authorized = authorized;
    tell(account, 'CHANNEL_ACCOUNT_UPDATED');
  }

  return {
    accounts,
    accountOf,
    connect,
    /** In HubSpot's inbox settings. */
    authorize,
    list({ portal: { id }, query }: CrmCall, channel: Channel): Answer {
      const values = query.getAll('deliveryIdentifierValue');
      const results = live()
        .filter((one) => one.portalId === id && one.channelId === channel.id)
        .filter((one) => values.length === 0 || values.includes(one.deliveryIdentifier.value));
      return { status: 200, json: { total: results.length, results: results.map(shownAccount) } };
    },
    create: (call: CrmCall, channel: Channel): Answer => ({
      status: 201,
      json: shownAccount(connect(call.portal.id, channel, fieldsOf(call.body))),
    }),
    show: ({ portal }: CrmCall, id: string): Answer => ({ status: 200, json: shownAccount(accountOf(portal.id, id)) }),
    change(call: CrmCall, id: string): Answer {
      const account = accountOf(call.portal.id, id);
      const { authorized } = fieldsOf(call.body);
      if (typeof authorized === 'boolean') authorize(account, authorized);
      return { status: 200, json: shownAccount(account) };
    },
    purge(account: Account): void {
      account.archived = true;
      tell(account, 'CHANNEL_ACCOUNT_PURGED');
    },
  };
}
