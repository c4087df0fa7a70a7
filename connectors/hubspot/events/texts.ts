import type { Clock } from '../../../server/clock.ts';
import type { Queries } from '../../seam/storage.ts';
import { addTask } from '../../seam/tasks.ts';
import type { SmsEvent } from '../../sdk/index.ts';
import { isPerhapsOurs, sendOfEvent } from '../actions/send-text.ts';
import { takeForChannels } from '../channels/follow-texts.ts';
import type { Received } from '../replies/receive.ts';
import { connectedPortals } from '../store/portals.ts';
import { lastSendTo, recordSend, type Send } from '../store/sends.ts';

/** What the connector hears of the server. */
export const EVENT_TYPES = [
  'message.received',
  'message.sent',
  'message.delivered',
  'message.undelivered',
  'message.failed',
  'message.rejected',
  'message.expired',
  'message.canceled',
  'contact.opted_out',
  'contact.opted_in',
] as const;

export interface ReceivedTask extends Received {
  readonly portalId: number;
}

export interface StatusTask {
  readonly portalId: number;
  readonly send: Send;
  readonly atMs: number;
}

export interface ConsentTask {
  readonly portalId: number;
  readonly number: string;
  readonly isOptOut: boolean;
  readonly source: string;
  readonly topic: string;
  readonly eventId: string | null;
  readonly atMs: number;
}

/** Of these the server answers itself. What only may be meant as an opt-out is for a person to read. */
const KEYWORDS = new Set(['opt_out', 'opt_in', 'help']);

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Of all texts of the server, those that a record of HubSpot may have asked for. */
export const isWanted = ({ type, data }: SmsEvent): boolean =>
  type === 'message.received' || type.startsWith('contact.') || isPerhapsOurs(data);

/** Writes down what each account has to hear of an event; what concerns one person there is told in order. */
export function takeEvents(clock: Clock) {
  return async (tx: Queries, event: SmsEvent): Promise<void> => {
    if (event.type === 'message.received') return takeReply(tx, event, clock);
    if (event.type.startsWith('contact.')) return takeConsent(tx, event, clock);
    return takeStatus(tx, event, clock);
  };
}

async function takeReply(tx: Queries, event: SmsEvent, clock: Clock): Promise<void> {
  const { data } = event;
  const [from, to] = [textOf(data['from']), textOf(data['to'])];
  const intent = data['intent'];
  const type = typeof intent === 'object' && intent !== null && 'type' in intent ? textOf(intent.type) : 'none';
  const text = {
    messageId: textOf(data['message_id']),
    from,
    to,
    body: textOf(data['body']),
    receivedAtMs: Date.parse(textOf(data['received_at'])) || Date.parse(event.created_at),
    isKeyword: KEYWORDS.has(type),
  };
  for (const portalId of await portalsOfReply(tx, from, to))
    await add(tx, clock, event, portalId, from, 'received', { portalId, ...text });
}

/** The account that texted this person last; when none did, every one that is connected looks whether it knows them. */
async function portalsOfReply(tx: Queries, from: string, to: string): Promise<number[]> {
  const connected = (await connectedPortals(tx)).map(({ portalId }) => portalId);
  const last = await lastSendTo(tx, to, from);
  return last && connected.includes(last.portalId) ? [last.portalId] : connected;
}

async function takeConsent(tx: Queries, event: SmsEvent, clock: Clock): Promise<void> {
  const { data } = event;
  const number = textOf(data['number']);
  for (const { portalId } of await connectedPortals(tx)) {
    const task: ConsentTask = {
      portalId,
      number,
      isOptOut: event.type === 'contact.opted_out',
      source: textOf(data['source']),
      topic: textOf(data['topic']),
      eventId: textOf(data['event_id']) || null,
      atMs: Date.parse(event.created_at),
    };
    if (event.type !== 'contact.opt_out_review')
      await add(tx, clock, event, portalId, `consent:${number}`, 'consent', task);
  }
}

async function takeStatus(tx: Queries, event: SmsEvent, clock: Clock): Promise<void> {
  const send = await sendOfEvent(tx, event.data, event.sequence);
  await takeForChannels(tx, event, send, clock);
  if (!send || !(await connectedPortals(tx)).some(({ portalId }) => portalId === send.portalId)) return;
  await recordSend(tx, send, new Date(clock.now()));
  await add(tx, clock, event, send.portalId, send.contactNumber, 'status', {
    portalId: send.portalId,
    send,
    atMs: Date.parse(event.created_at),
  });
  if (send.callbackId === null) return;
  const key = `complete:${send.callbackId}:${event.id}`;
  const lane = `action:${send.portalId}:${send.callbackId}`;
  const at = new Date(clock.now());
  const payload = { portalId: send.portalId, callbackId: send.callbackId };
  await addTask(tx, { key, lane, kind: 'complete', payload, dueAt: at }, at);
}

async function add(
  tx: Queries,
  clock: Clock,
  event: SmsEvent,
  portalId: number,
  lane: string,
  kind: string,
  payload: object,
): Promise<void> {
  const at = new Date(clock.now());
  await addTask(
    tx,
    { key: `${kind}:${event.id}:${portalId}`, lane: `talk:${portalId}:${lane}`, kind, payload, dueAt: at },
    at,
  );
}
