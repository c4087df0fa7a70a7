import type { Choice } from '../blocks/fields.ts';
import { optionsAnswer } from '../blocks/write-dialog.ts';
import type { Answer } from '../ingress/receiver.ts';
import { masked } from '../rules/plain-words.ts';
import { foundThreads } from '../store/thread-lists.ts';
import type { Around } from '../threads/around.ts';
import { within } from './within.ts';

/** Who can be chosen, while somebody types a name or a number: Slack waits 3 s. */

const PATIENCE_MS = 1_500;
const EACH_MAX = 20;
const QUERY_MAX = 80;

interface Found {
  readonly number: string;
  readonly name: string | null;
}

export async function suggestContacts(around: Around, typed: string): Promise<Answer> {
  const q = typed.trim().slice(0, QUERY_MAX);
  if (q === '') return { json: optionsAnswer([]) };
  const tooLate = new AbortController();
  const found: Found[] = [];
  const sources = [fromContacts, fromConversations, fromThreads];
  const asking = Promise.all(
    sources.map((ask) =>
      ask(around, q, tooLate.signal).then(
        (some) => found.push(...some),
        () => 0,
      ),
    ),
  );
  await within(around.clock, PATIENCE_MS, asking);
  tooLate.abort();
  return { json: optionsAnswer(choicesOf(found, around.settings)) };
}

const fromContacts = ({ sdk }: Around, q: string, signal: AbortSignal) =>
  first(sdk.contacts.list({ q }, { signal }), ({ number, name }) => ({ number, name }));

const fromConversations = ({ sdk }: Around, q: string, signal: AbortSignal) =>
  first(sdk.conversations.list({ q }, { signal }), ({ contact }) => contact);

async function fromThreads({ storage, team }: Around, q: string): Promise<Found[]> {
  const threads = await foundThreads(storage, team, q, EACH_MAX);
  return threads.map(({ contact_number: number, contact_name: name }) => ({ number, name }));
}

async function first<Item>(items: AsyncIterable<Item>, read: (item: Item) => Found): Promise<Found[]> {
  const found: Found[] = [];
  for await (const item of items) {
    found.push(read(item));
    if (found.length >= EACH_MAX) break;
  }
  return found;
}

/** Each number once, with a name where anybody knew one. */
function choicesOf(found: readonly Found[], { areNumbersMasked }: Around['settings']): Choice[] {
  const names = new Map<string, string | null>();
  for (const { number, name } of found) names.set(number, names.get(number) ?? name);
  return [...names].map(([number, name]) => {
    const shown = areNumbersMasked ? masked(number) : number;
    return { value: number, label: name === null ? shown : `${name.slice(0, 50)} (${shown})` };
  });
}
