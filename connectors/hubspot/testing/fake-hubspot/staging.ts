import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../../server/clock.ts';
import { type Answer, fieldsOf, notFound, textOf } from './answer.ts';
import type { ChannelAccounts } from './channel-accounts.ts';
import type { ChannelRegistry } from './channel-registry.ts';
import type { Channel } from './channel-schema.ts';
import type { CrmCall } from './crm.ts';

interface Staged {
  readonly portalId: number;
  readonly channelId: string;
  readonly inboxId: string;
}

/** Users who connect a number from HubSpot's inbox settings: they go to the app with a token, and the app names the number. */
export function openStaging(clock: Clock, registry: ChannelRegistry, accounts: ChannelAccounts) {
  const staged = new Map<string, Staged>();
  return {
    /** A user begins to connect the channel to an inbox: HubSpot opens the page of the app with what is answered here. */
    begin(portalId: number, channelId: string, inboxId: string, appUrl: string): string {
      const accountToken = randomUUID();
      staged.set(accountToken, { portalId, channelId, inboxId });
      const back = `${appUrl}/live-messages-settings/${portalId}/done`;
      const query = { accountToken, channelId, inboxId, portalId: String(portalId), redirectUrl: back };
      const page = textOf(registry.channelOf(channelId).given['channelAccountConnectionRedirectUrl']);
      return `${page}?${new URLSearchParams(query).toString()}`;
    },
    connect(call: CrmCall, channel: Channel, accountToken: string): Answer {
      const token = staged.get(accountToken);
      if (token?.portalId !== call.portal.id || token.channelId !== channel.id)
        throw notFound('There is no such token');
      const { accountName, deliveryIdentifier } = fieldsOf(call.body);
      const { inboxId } = token;
      accounts.connect(call.portal.id, channel, { inboxId, name: accountName, authorized: true, deliveryIdentifier });
      staged.delete(accountToken);
      const ids = { genericChannelId: Number(channel.id), inboxId: Number(inboxId), userId: 77 };
      return {
        status: 200,
        json: { accountToken, accountName, deliveryIdentifier, createdAt: new Date(clock.now()).toISOString(), ...ids },
      };
    },
  };
}

export type Staging = ReturnType<typeof openStaging>;
