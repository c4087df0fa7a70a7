import type { Template } from '../../sdk/index.ts';
import { whoIs } from '../blocks/card.ts';
import { writeDialog, type WriteContent } from '../blocks/write-dialog.ts';
import type { SlackClient } from '../egress/client.ts';
import type { Answer } from '../ingress/receiver.ts';
import { type About, aboutOf, type Draft, EMPTY_DRAFT, NOTHING_ABOUT, textBlockOf } from '../rules/draft.ts';
import { draftWords } from '../rules/draft-words.ts';
import { fillTemplate, type KnownContact } from '../rules/fill-template.ts';
import { modeOf } from '../rules/routing.ts';
import { type Thread, threadById } from '../store/threads.ts';
import { type Around, sha256 } from '../threads/around.ts';
import type { Choices } from './choices.ts';
import { measureDraft, type Wanted } from './measure-draft.ts';
import { filledIn, type ShownView } from './payload.ts';
import type { ViewHashes } from './view-hashes.ts';
import { MAY_OPT_IN, OPTED_OUT } from '../rules/sentences.ts';

/** A text is written in a dialog that says what it takes while it is typed. */

export interface Writing {
  readonly around: Around;
  readonly client: Pick<SlackClient, 'interactive'>;
  readonly choices: Choices;
  readonly hashes: ViewHashes;
}

export const draftIn = (view: Pick<ShownView, 'state'>, about: About): Draft => ({
  to: filledIn(view, 'to'),
  contact: filledIn(view, 'contact'),
  from: filledIn(view, 'from'),
  template: filledIn(view, 'template'),
  text: filledIn(view, textBlockOf(about)),
  at: filledIn(view, 'at'),
});

/** A text to anybody. */
export async function composeView(
  writing: Writing,
  channel: string,
  given: { readonly to: string; readonly text: string },
) {
  return viewFor(writing, { ...NOTHING_ABOUT, channel }, { ...EMPTY_DRAFT, ...given }, null);
}

export type AnswerView = { readonly view: object } | { readonly says: string };

/** An answer in a thread; where nothing can be sent from, why. */
export async function answerView(writing: Writing, thread: Thread): Promise<AnswerView> {
  const { settings } = writing.around;
  if (modeOf(settings, thread.channel) === 'alerts')
    return { says: 'Nothing is sent from this channel: it is for alerts.' };
  if (thread.is_opted_out) return { says: `${OPTED_OUT} ${MAY_OPT_IN}` };
  const heardAt = thread.last_inbound_at?.toISOString() ?? null;
  return { view: await viewFor(writing, { ...NOTHING_ABOUT, thread: thread.id, heardAt }, EMPTY_DRAFT, thread) };
}

/** Each change: how many SMS it takes, and what stands in its way. */
export async function changeDraft(writing: Writing, view: ShownView, changed: string, order: number): Promise<Answer> {
  const { around } = writing;
  const before = aboutOf(view.private_metadata);
  const typed = draftIn(view, before);
  const thread = before.thread === null ? null : await threadById(around.storage, before.thread);
  if (before.thread !== null && !thread) return null;
  // Whatever was confirmed was another text.
  const asked: About = { ...before, confirmed: [] };
  const next =
    changed === 'template' ? await withTemplate(writing, asked, typed, thread) : { about: asked, draft: typed };
  const shown = await viewFor(writing, next.about, next.draft, thread);
  await writing.hashes.update(writing.client, view, shown, order);
  return null;
}

export async function viewFor(
  writing: Writing,
  about: About,
  draft: Draft,
  thread: Thread | null,
  doubts: readonly string[] = [],
) {
  const [senders, templates, counter] = await Promise.all([
    thread ? null : writing.choices.senders(),
    writing.choices.templates(),
    counterOf(writing.around, draft, thread),
  ]);
  const content: WriteContent = {
    about,
    draft,
    senders,
    templates: templates.map(({ id, name }) => ({ label: name, value: id })),
    counter,
    doubts,
    heading: thread && headingOf(writing.around, thread),
    areNumbersMasked: writing.around.settings.areNumbersMasked,
  };
  return writeDialog(content);
}

function headingOf({ settings }: Around, thread: Thread): string {
  const taken = thread.assignee === null ? '' : `  ·  <@${thread.assignee}> has this conversation`;
  return `To *${whoIs(thread, settings.areNumbersMasked)}*${taken}`;
}

async function counterOf(around: Around, draft: Draft, thread: Thread | null): Promise<string> {
  const wanted = wantedOf(draft, thread);
  const isMeasurable = wanted.to !== '' && wanted.text !== '';
  const result = isMeasurable ? await measureDraft(around, wanted) : null;
  if (result?.type === 'measured') return draftWords(draft.text, result.measured, around.settings);
  // A number that is not complete yet is no fault to speak of.
  return draftWords(draft.text, result && result.field !== 'to' ? result.fault : null, around.settings);
}

export function wantedOf(draft: Draft, thread: Thread | null): Wanted {
  const at = draft.at === '' ? null : new Date(Number(draft.at) * 1_000);
  if (thread) return { to: thread.contact_number, from: thread.our_number, text: draft.text, at };
  return { to: draft.to === '' ? draft.contact : draft.to, from: draft.from, text: draft.text, at };
}

/** The words of a template take the place of those of another one; what a person has typed stays in front of them. */
async function withTemplate(writing: Writing, about: About, draft: Draft, thread: Thread | null) {
  const templates = await writing.choices.templates();
  const template = templates.find(({ id }) => id === draft.template);
  if (!template) return { about, draft };
  const filled = await filledFor(writing.around, template, wantedOf(draft, thread).to, thread);
  const isOurs = draft.text === '' || sha256(draft.text) === about.made;
  const text = isOurs ? filled : `${draft.text}\n${filled}`;
  const made = isOurs ? sha256(filled) : '';
  return {
    about: { ...about, textBlock: about.textBlock + 1, template: template.id, made },
    draft: { ...draft, text },
  };
}

async function filledFor({ sdk }: Around, { body }: Template, number: string, thread: Thread | null): Promise<string> {
  if (number === '') return fillTemplate(body, null);
  const contact = await sdk.contacts.get(number).catch(() => null);
  const known: KnownContact = {
    name: contact?.name ?? thread?.contact_name ?? null,
    attributes: contact?.attributes ?? {},
  };
  return fillTemplate(body, known);
}
