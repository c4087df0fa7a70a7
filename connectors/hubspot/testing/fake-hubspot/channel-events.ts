import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../../server/clock.ts';
import { textOf } from './answer.ts';
import type { Channel } from './channel-schema.ts';
import type { Caller } from './webhooks.ts';

export interface ChannelEvent {
  readonly channel: Channel;
  readonly event: object;
}

export type ChannelEvents = ReturnType<typeof openChannelEvents>;

/** What the app is told of its channel: one object a request, to the address that it registered. It waits for a test. */
export function openChannelEvents(caller: Caller, clock: Clock) {
  const waiting: ChannelEvent[] = [];
  return {
    waiting,
    tell(channel: Channel, type: string, portalId: number, more: object): void {
      const ids = { type, portalId: String(portalId), channelId: channel.id, eventId: randomUUID() };
      waiting.push({ channel, event: { ...ids, eventTimestamp: new Date(clock.now()).toISOString(), ...more } });
    },
    /** Answers the statuses. What was not answered 2xx stays, as HubSpot repeats it. */
    async deliver(how: { readonly copies?: number; readonly isReversed?: boolean } = {}): Promise<number[]> {
      const events = waiting.splice(0);
      if (how.isReversed) events.reverse();
      const statuses: number[] = [];
      for (const one of events) {
        const { pathname } = new URL(textOf(one.channel.given['webhookUrl']));
        for (let copy = 0; copy < (how.copies ?? 1); copy += 1) {
          const { status } = await caller
            .call('POST', pathname, JSON.stringify(one.event))
            .catch(() => ({ status: 0 }));
          statuses.push(status);
          if (copy === 0 && (status < 200 || status >= 300)) waiting.push(one);
        }
      }
      return statuses;
    },
  };
}
