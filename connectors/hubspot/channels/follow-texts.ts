import type { Clock } from '../../../server/clock.ts';
import type { Queries } from '../../seam/storage.ts';
import type { SmsEvent } from '../../sdk/index.ts';
import { channelStatusOf, type TextError } from '../rules/channel-status.ts';
import { channelsOfNumber } from '../store/numbers.ts';
import type { Send } from '../store/sends.ts';
import { addDoubt } from './doubt.ts';
import { addPublish } from './publish.ts';
import { addStatus } from './status.ts';

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/**
 * What an inbox has to hear of a text of ours: what became of an answer of its agents, and that somebody else texted the
 * same person. `send`: what HubSpot asked for; null for a text of anybody else.
 */
export async function takeForChannels(
  tx: Queries,
  { id, type, data, created_at }: SmsEvent,
  send: Send | null,
  clock: Clock,
): Promise<void> {
  const [messageId, ourNumber, contactNumber] = ['message_id', 'from', 'to'].map((name) => textOf(data[name]));
  if (!messageId || !ourNumber || !contactNumber) return;
  const status = channelStatusOf(textOf(data['status']), errorOf(data['error']));
  if (status === null) return;
  const known = { contactNumber, messageId, status };
  if (send?.source === 'channel') {
    const answer = { key: id, portalId: send.portalId, channelMessageId: send.objectId };
    await addStatus(tx, { ...known, ...answer }, clock);
    const { portalId, objectId: channelMessageId } = send;
    if (data['ambiguous'] === true) await addDoubt(tx, { portalId, ourNumber, contactNumber, channelMessageId }, clock);
  }
  for (const { portalId } of await channelsOfNumber(tx, ourNumber)) {
    if (send?.source === 'channel' && send.portalId === portalId) continue;
    const isAsked = send?.portalId === portalId && send.source !== 'bulk';
    const contactId = (send?.portalId === portalId && !send.isForeign && send.contactId) || null;
    if (type === 'message.sent') {
      const text = { direction: 'OUTGOING' as const, body: null, contactName: null, needsThread: !isAsked };
      const atMs = Date.parse(created_at);
      const pair = { portalId, ourNumber, contactNumber };
      await addPublish(tx, { ...pair, ...text, messageId, contactId, atMs }, new Date(clock.now()));
    } else await addStatus(tx, { ...known, key: `${id}:${portalId}`, portalId, channelMessageId: null }, clock);
  }
}

function errorOf(value: unknown): TextError | null {
  if (typeof value !== 'object' || value === null) return null;
  const { code, message } = value as Readonly<Record<string, unknown>>;
  return { code: textOf(code), message: textOf(message) };
}
