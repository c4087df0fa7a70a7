import { z } from 'zod';
import { type Preview, SmsApiError } from '../../sdk/index.ts';
import { isOutage } from '../../seam/outage.ts';
import type { Task, TaskOutcome } from '../../seam/tasks.ts';
import { addTask } from '../../seam/tasks.ts';
import { saying } from '../blocks/asks.ts';
import { composeDialog } from '../blocks/dialogs.ts';
import type { SlackClient } from '../egress/client.ts';
import { addRoot, addTell } from '../egress/outbox.ts';
import type { Answer } from '../ingress/receiver.ts';
import { cut, escaped } from '../rules/plain-words.ts';
import { channelFor } from '../rules/routing.ts';
import { insertThread, lockOpenThread } from '../store/threads.ts';
import { type Around, nowOf } from '../threads/around.ts';
import { type Click, filledIn, type Submission } from './payload.ts';

/** A text to somebody who has not written: a dialog that says what it takes while it is typed. */

interface Composing {
  readonly around: Around;
  readonly client: Pick<SlackClient, 'interactive'>;
}

const EMPTY = 'Nothing written yet.';

export async function openCompose(
  { client }: Composing,
  triggerId: string,
  channel: string,
  { to, text }: { to: string; text: string },
): Promise<void> {
  const view = composeDialog({ to, from: '', text, counter: EMPTY }, channel);
  await client.interactive('views.open', { trigger_id: triggerId, view });
}

const stateSchema = z.object({
  values: z.record(z.string(), z.record(z.string(), z.looseObject({ value: z.string().nullish() }))),
});

/** Each change of the text: how many SMS it takes. One that comes too late changes nothing (`hash`). */
export async function changeDraft(
  { around, client }: Composing,
  view: NonNullable<Click['view']>,
  text: string,
): Promise<Answer> {
  const state = stateSchema.safeParse(view.state);
  const field = (name: string) => state.data?.values[name]?.[name]?.value?.trim() ?? '';
  const draft = { to: field('to'), from: field('from'), text };
  const counter = await counterOf(around, draft);
  const given = { view_id: view.id, view: composeDialog({ ...draft, counter }, view.private_metadata ?? '') };
  await client.interactive('views.update', view.hash === undefined ? given : { ...given, hash: view.hash });
  return null;
}

interface Wanted {
  readonly to: string;
  readonly from: string;
  readonly text: string;
}

/** The server counts; a number that is not complete yet is no reason not to. */
async function counterOf(around: Around, { to, from, text }: Wanted): Promise<string> {
  if (text === '') return EMPTY;
  const preview = await previewOf(around, { to, from, text });
  if ('fault' in preview) return 'How many SMS it takes is shown once the number is complete.';
  const { encoding, segments, remaining } = preview;
  return `${segments} SMS (${encoding}), room for ${remaining} more in the last one.`;
}

type Fault = { readonly fault: string; readonly field: 'to' | 'from' | 'text' };

async function previewOf({ sdk }: Around, { to, from, text }: Wanted): Promise<Preview | Fault> {
  try {
    return await sdk.sms.preview({ to, body: text, message_type: 'conversational', ...(from === '' ? {} : { from }) });
  } catch (error) {
    if (!(error instanceof SmsApiError)) throw error;
    const field =
      error.param === 'from' || error.code === 'SENDER_NOT_ALLOWED'
        ? 'from'
        : error.param === 'to' || error.code === 'INVALID_NUMBER'
          ? 'to'
          : 'text';
    return { fault: cut(`${error.detail} ${error.action}`.trim(), 150), field };
  }
}

interface ComposePayload extends Wanted {
  readonly view: string;
  readonly user: string;
  readonly channel: string;
  /** Where it was written. */
  readonly team: string;
}

/** What is wrong is shown in the dialog; what is right is sent once, however often it is submitted. */
export async function submitCompose(around: Around, submission: Submission): Promise<Answer> {
  const field = (name: string) => filledIn(submission, name)?.trim() ?? '';
  const wanted = { to: field('to'), from: field('from'), text: field('text') };
  const preview = await previewOf(around, wanted);
  const fault = 'fault' in preview ? preview : faultOf(preview);
  if (fault) return { json: { response_action: 'errors', errors: { [fault.field]: fault.fault } } };
  const { id: view, private_metadata: channel } = submission.view;
  const payload: ComposePayload = { ...wanted, view, user: submission.user.id, channel, team: around.team };
  const at = nowOf(around);
  await addTask(
    around.storage,
    { key: `compose:${view}`, lane: `compose:${view}`, kind: 'compose', payload, dueAt: at },
    at,
  );
  return null;
}

function faultOf({ verdict }: Preview): Fault | null {
  if (verdict.allowed) return null;
  return {
    field: 'to',
    fault:
      verdict.code === 'OPTED_OUT'
        ? 'This contact has opted out.'
        : cut(verdict.detail ?? 'The server refuses it.', 150),
  };
}

/** Sends it, and opens the thread in which the answers will be. */
export async function sendComposed(around: Around, task: Task): Promise<TaskOutcome> {
  // What submitCompose has written.
  const payload = task.payload as ComposePayload;
  const { to, from, text, view, user } = payload;
  const person = await around.people.find(user);
  try {
    const sent = await around.sdk.sms.send(
      {
        to,
        body: text,
        message_type: 'conversational',
        client_ref: `slack:view:${view}`,
        ...(from === '' ? {} : { from }),
      },
      { idempotencyKey: `slack:view:${view}` },
    );
    const conversation = sent.status === 'rejected' ? null : await conversationOf(around, sent);
    if (conversation === null) return { type: 'done' };
    const about = { ourNumber: sent.from, country: sent.country, owner: null, tags: [], body: text };
    const channel = await around.places.placeFor(channelFor(around.settings, about));
    return {
      type: 'done',
      async record(tx) {
        if (await lockOpenThread(tx, conversation)) return;
        const at = nowOf(around);
        const thread = { id: around.newId(), channel };
        await insertThread(tx, {
          ...thread,
          conversation_id: conversation,
          mode: sent.mode,
          our_number: sent.from,
          contact_number: sent.to,
          contact_name: null,
          country: sent.country,
          owner: null,
          first_text: `${person.name} wrote: ${text}`,
          is_opted_out: false,
          last_inbound_at: null,
          created_at: at,
          assignee: user,
        });
        await addRoot(tx, thread, at);
      },
    };
  } catch (error) {
    if (!(error instanceof SmsApiError)) throw error;
    if (isOutage(error)) return { type: 'failed', reason: error.code, isOutage: true };
    const content = saying(`❌ Your SMS was not sent: ${escaped(`${error.detail} ${error.action}`.trim())}`);
    const tell = { channel: payload.channel || around.settings.catchAll, user, thread: null, content };
    return { type: 'give_up', reason: error.code, record: (tx) => addTell(tx, `compose:${view}`, tell, nowOf(around)) };
  }
}

/** The answer to a new text does not name it yet. */
async function conversationOf({ sdk }: Around, { to, from }: { to: string; from: string }): Promise<string | null> {
  for await (const { id } of sdk.conversations.list({ contact: to, our_number: from })) return id;
  return null;
}

export const composeHelp = (command: string) =>
  [
    `*${escaped(command)} +14155550123 Hello* opens a dialog to send a text; *${escaped(command)}* alone opens an empty one.`,
    `*${escaped(command)} mine* lists your conversations, *${escaped(command)} open* all of them, longest waiting first.`,
    `*${escaped(command)} find 0123* finds one by the end of the number or the beginning of the name.`,
  ].join('\n');
