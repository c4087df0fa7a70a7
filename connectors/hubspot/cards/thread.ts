import type { SmsClient, Text } from '../../sdk/index.ts';
import type { Choice, Line, ThreadAnswer } from '../app/src/app/packages/ask/shapes.ts';
import { senderFor } from '../people/senders.ts';
import type { Portal } from '../store/portals.ts';
import { type Found, type OnRecord, peopleOf, type PeopleOptions, personIn, WHY_NOT } from './people.ts';

export interface ThreadOptions extends PeopleOptions {
  readonly sdk: Pick<SmsClient, 'numbers' | 'consents' | 'conversations' | 'senders'>;
}

const LINES_MAX = 50;
/** Of our numbers, with one contact. */
const CONVERSATIONS_MAX = 5;

/** The conversation of a record: with the contact that was chosen, else with the first that can be texted. */
export async function threadOf(
  options: ThreadOptions,
  portal: Portal,
  on: OnRecord & { readonly contactId?: string | undefined },
): Promise<ThreadAnswer> {
  const { found, more } = await peopleOf(options, portal, on);
  const chosen =
    found.find(({ contact }) => contact.id === on.contactId) ??
    found.find(({ recipient }) => recipient.ok) ??
    found.find(({ recipient }) => recipient.number !== null) ??
    found[0];
  const [lines, senders, isOut] = await Promise.all([
    linesWith(options.sdk, chosen?.recipient.number ?? null),
    sendersOf(options.sdk),
    hasOptedOut(options.sdk, chosen),
  ]);
  const people = found.map((one) => {
    const person = personIn(one);
    return one === chosen && isOut ? { ...person, blocked: WHY_NOT.opted_out } : person;
  });
  const sender = senderFor(portal.settings, '', chosen?.contact.properties['hubspot_owner_id'] || null);
  return { people, morePeople: more, contactId: chosen?.contact.id ?? null, lines, senders, sender };
}

/** The server knows what HubSpot may not have heard of yet. */
async function hasOptedOut({ consents }: ThreadOptions['sdk'], chosen: Found | undefined): Promise<boolean> {
  const number = chosen?.recipient.number ?? null;
  return number !== null && (await consents.get(number)).status === 'opted_out';
}

export async function sendersOf({ senders }: Pick<SmsClient, 'senders'>): Promise<Choice[]> {
  const listed = await senders.list();
  return listed.map(({ value, type }) => ({ value, label: `${value} (${type.replaceAll('_', ' ')})` }));
}

/** The newest texts with a number, over all of our numbers, the oldest first. */
async function linesWith({ conversations }: ThreadOptions['sdk'], number: string | null): Promise<Line[]> {
  if (number === null) return [];
  const lines: Line[] = [];
  let count = 0;
  for await (const { id } of conversations.list({ contact: number })) {
    let inThis = 0;
    for await (const text of conversations.messages(id)) {
      lines.push(lineOf(text));
      inThis += 1;
      if (inThis >= LINES_MAX) break;
    }
    count += 1;
    if (count >= CONVERSATIONS_MAX) break;
  }
  return lines.sort((one, other) => one.at.localeCompare(other.at)).slice(-LINES_MAX);
}

function lineOf(text: Text): Line {
  const { message_id: id, direction, status, created_at: at, segments, ambiguous, error, body } = text;
  return { id, direction, status, at, segments, ambiguous, error: error?.message ?? null, body: body ?? '(not shown)' };
}
