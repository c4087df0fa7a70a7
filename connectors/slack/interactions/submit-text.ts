import type { Doubt } from '../blocks/asks.ts';
import type { Answer } from '../ingress/receiver.ts';
import { type About, aboutOf, type Draft, textBlockOf } from '../rules/draft.ts';
import type { Measured } from '../rules/draft-words.ts';
import { placesIn } from '../rules/fill-template.ts';
import { cut } from '../rules/plain-words.ts';
import { type Thread, threadById } from '../store/threads.ts';
import type { Around } from '../threads/around.ts';
import { doubtsOfThread, writeByDialog } from '../threads/write-by-dialog.ts';
import { addComposed } from './compose.ts';
import { type DraftField, measureDraft } from './measure-draft.ts';
import type { Submission } from './payload.ts';
import { draftIn, viewFor, wantedOf, type Writing } from './write-text.ts';
import { UNKNOWN_CONVERSATION } from '../rules/sentences.ts';

/**
 * A text was written in a dialog. What is wrong is said at its field; what may not be meant is asked once, and sent when
 * it is submitted again; what is right is sent once, however often it is submitted.
 */
export async function submitText(writing: Writing, submission: Submission): Promise<Answer> {
  const { around } = writing;
  const { view, user } = submission;
  const about = aboutOf(view.private_metadata);
  const draft = draftIn(view, about);
  const thread = about.thread === null ? null : await threadById(around.storage, about.thread);
  if (about.thread !== null && !thread) return errorAt(textBlockOf(about), UNKNOWN_CONVERSATION);
  const fault = faultOf(draft, about, thread);
  if (fault) return fault;
  const wanted = wantedOf(draft, thread);
  const result = await measureDraft(around, wanted);
  if (result.type === 'fault') return errorAt(blockOf(result.field, draft, about, thread), result.fault);
  const { measured, preview } = result;
  if (measured.refusal !== null) return errorAt(blockOf('to', draft, about, thread), measured.refusal);
  const asked = doubtsOfText(measured, around.settings);
  const unconfirmed = ({ key }: Doubt) => !about.confirmed.includes(key);
  if (thread) {
    const given = { view: view.id, user: user.id, text: draft.text, at: wanted.at, heardAt: about.heardAt };
    const doubts = [...asked, ...doubtsOfThread(thread, given)];
    if (doubts.some(unconfirmed)) return ask(writing, { about, draft, thread, doubts });
    const written = await writeByDialog(around, thread.id, { ...given, isConfirmed: (doubt) => !unconfirmed(doubt) });
    if (written.type === 'asked') return ask(writing, { about, draft, thread, doubts: written.doubts });
    return written.type === 'refused' ? errorAt(textBlockOf(about), written.why) : null;
  }
  if (asked.some(unconfirmed)) return ask(writing, { about, draft, thread, doubts: asked });
  await addComposed(around, { ...wanted, to: preview.to }, preview, {
    view: view.id,
    user: user.id,
    channel: about.channel,
  });
  return null;
}

function faultOf(draft: Draft, about: About, thread: Thread | null): Answer {
  const { to, contact, text } = draft;
  if (!thread && to === '' && contact === '') return errorAt('to', 'Type a number, or choose somebody below.');
  if (!thread && to !== '' && contact !== '' && to.replaceAll(/[\s().-]/g, '') !== contact)
    return errorAt('contact', 'There is another number above: empty one of the two.');
  if (text === '') return errorAt(textBlockOf(about), 'Write something.');
  const places = placesIn(text);
  if (places.length === 0) return null;
  return errorAt(
    textBlockOf(about),
    cut(`Still to be filled in: ${places.map((name) => `{{${name}}}`).join(', ')}`, 150),
  );
}

/** Where the field is that is at fault; a conversation has no field for its number. */
function blockOf(field: DraftField, draft: Draft, about: About, thread: Thread | null): string {
  if (field === 'text' || (thread && field !== 'at')) return textBlockOf(about);
  return field === 'to' && draft.to === '' ? 'contact' : field;
}

function doubtsOfText({ segments, quietTime }: Measured, { confirmSegments }: Around['settings']): Doubt[] {
  return [
    ...(quietTime === null ? [] : [{ key: 'quiet_hours', says: `It will be ${quietTime} for the customer.` }]),
    ...(segments > confirmSegments
      ? [{ key: `segments:${segments}`, says: `It takes ${segments} SMS, each of which costs.` }]
      : []),
  ];
}

interface Asked {
  readonly about: About;
  readonly draft: Draft;
  readonly thread: Thread | null;
  readonly doubts: readonly Doubt[];
}

/** The same dialog with a question above it: submitting it again is the answer. */
async function ask(writing: Writing, { about, draft, thread, doubts }: Asked): Promise<Answer> {
  const next = { ...about, confirmed: doubts.map(({ key }) => key) };
  const says = doubts.map((doubt) => doubt.says);
  return { json: { response_action: 'update', view: await viewFor(writing, next, draft, thread, says) } };
}

const errorAt = (block: string, says: string): Answer => ({
  json: { response_action: 'errors', errors: { [block]: says } },
});
