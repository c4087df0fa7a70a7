import type { Clock } from '../../../server/clock.ts';
import type { Storage } from '../../seam/storage.ts';
import type { TaskOutcome } from '../../seam/tasks.ts';
import { type SmsClient, SmsApiError } from '../../sdk/index.ts';
import { sendText } from '../actions/send-text.ts';
import type { HubSpotClient } from '../api/client.ts';
import { HubSpotError } from '../api/errors.ts';
import { CONTACT_FIELDS } from '../people/properties.ts';
import { readNumber } from '../people/recipients.ts';
import { isAnswer, numberOfThread, publishingTo } from '../store/channels.ts';
import { numberOfAccount } from '../store/numbers.ts';
import type { Portal } from '../store/portals.ts';
import { addStatus } from './status.ts';

/** What an agent wrote in an inbox. */
export interface AnswerTask {
  readonly portalId: number;
  readonly channelMessageId: string;
  readonly accountId: string;
  readonly threadId: string | null;
  /** As HubSpot names the recipient; empty = it names only a contact. */
  readonly to: string;
  readonly hasOthers: boolean;
  readonly contactId: string | null;
  readonly text: string;
  readonly hasAttachments: boolean;
  /** `app`: another one than ours. `unknown`: it may be what we published ourselves. */
  readonly writer?: 'person' | 'app' | 'unknown';
  readonly atMs: number;
}

export interface AnswerOptions {
  readonly storage: Storage;
  readonly client: Pick<HubSpotClient, 'read'>;
  readonly sdk: Pick<SmsClient, 'sms' | 'numbers'>;
  readonly clock: Clock;
}

/** Longer than it is tried to publish something. */
const IN_DOUBT_MS = 80 * 3_600_000;
const LATE_MS = 86_400_000;

/** Texts what an agent wrote, once, or says in the inbox why it was not sent. */
export async function sendAnswer(options: AnswerOptions, portal: Portal, task: AnswerTask): Promise<TaskOutcome> {
  const { storage, clock } = options;
  const { portalId, channelMessageId } = task;
  const to = await recipientOf(options, portal, task);
  // In this order: publishing that ends between the two is known by the second.
  if (to !== null && (await mayBeOurs(options, { ...task, to })))
    return { type: 'wait', ms: 1_000, reason: 'the same text is being published' };
  if (!(await isAnswer(storage, portalId, channelMessageId))) return { type: 'done' };
  const fault = faultOf(task, clock.now());
  if (fault !== null) return refused(options, task, fault);
  const own = await numberOfAccount(storage, portalId, task.accountId);
  if (own?.mode !== 'channel') return refused(options, task, 'This number is not connected to SMS Bridge any more.');
  if (to === null) return refused(options, task, 'The contact has no number that can be texted.');
  // What is told of it goes in one line with what the events of the text say.
  const known = { ...task, to };
  const contact = await readContact(options, known);
  if (contact?.properties['sms_opt_out'] === 'true')
    return refused(options, known, 'The contact has opted out of texts.');
  return send(options, known, own.number, contact?.properties['hubspot_owner_id'] || null);
}

/** Null: there is no number that can be texted. The conversation knows with whom it is. */
async function recipientOf({ storage, sdk }: AnswerOptions, portal: Portal, task: AnswerTask): Promise<string | null> {
  const read = await readNumber(sdk, task.to, portal.settings.default_country);
  if (typeof read === 'object') return read.e164;
  return task.threadId === null ? null : numberOfThread(storage, task.portalId, task.threadId);
}

async function send(
  options: AnswerOptions,
  task: AnswerTask,
  from: string,
  ownerId: string | null,
): Promise<TaskOutcome> {
  const { portalId, channelMessageId, contactId, to, text: body } = task;
  const origin = {
    portalId,
    source: 'channel' as const,
    // Its events find the way back to the inbox by it.
    objectType: 'channel_message',
    objectId: channelMessageId,
    callbackId: null,
    ruleId: null,
  };
  // Written to this contact by a person.
  const text = { contactId: contactId ?? '', ownerId, to, from, body, type: 'conversational' as const };
  const key = `hubspot:${portalId}:channel:${channelMessageId}`.slice(0, 255);
  const result = await sendText(options, origin, text, key, new Date(options.clock.now()));
  return result.type === 'refused' ? refused(options, task, WHY[result.outcome] ?? result.detail) : { type: 'done' };
}

const WHY: Readonly<Record<string, string>> = {
  blocked_opted_out: 'The contact has opted out of texts, or has not agreed to them.',
  blocked_no_number: 'The contact has no number that can be texted.',
  blocked_quiet_hours: 'It is night where the contact is.',
};

function faultOf(task: AnswerTask, nowMs: number): string | null {
  if (task.writer === 'app') return 'Another app wrote this, and only what people write is texted.';
  if (task.hasAttachments) return 'Files and pictures cannot be sent as a text.';
  if (task.hasOthers) return 'A text goes to one person.';
  if (task.text.trim() === '') return 'The message has no text.';
  return nowMs - task.atMs > LATE_MS ? 'It could not be sent for a day, and is too old now.' : null;
}

const refused = (options: AnswerOptions, task: AnswerTask, why: string): TaskOutcome => ({
  type: 'done',
  record: (tx) => {
    const { portalId, channelMessageId, to } = task;
    const status = { type: 'FAILED' as const, reason: `${why} Nothing was sent.` };
    const told = { portalId, channelMessageId, messageId: null, status };
    return addStatus(tx, { key: `refused:${portalId}:${channelMessageId}`, contactNumber: to, ...told }, options.clock);
  },
});

/**
 * While HubSpot has not answered what we publish, nobody knows its id. Of what a person wrote only the same words are
 * doubtful; whatever else comes to the same contact may be it.
 */
async function mayBeOurs({ storage, sdk, clock }: AnswerOptions, { portalId, to, text, writer }: AnswerTask) {
  const since = new Date(clock.now() - IN_DOUBT_MS);
  for (const messageId of await publishingTo(storage, portalId, to, since)) {
    if (writer !== 'person') return true;
    const { body } = await sdk.sms.getStatus(messageId).catch(unlessGone);
    if (body !== null && (text.trim() === body.trim() || text.startsWith(`${body}\n(`))) return true;
  }
  return false;
}

function unlessGone(error: unknown): { body: string | null } {
  if (error instanceof SmsApiError && error.status === 404) return { body: null };
  throw error;
}

/** The server is asked anyway when the text is handed over; HubSpot may know of an opt-out that it has not told yet. */
async function readContact({ client }: AnswerOptions, { portalId, contactId }: AnswerTask) {
  if (contactId === null) return null;
  try {
    return (await client.read(portalId, 'contacts', [contactId], CONTACT_FIELDS))[0] ?? null;
  } catch (error) {
    // No text waits for HubSpot.
    if (error instanceof HubSpotError) return null;
    throw error;
  }
}
