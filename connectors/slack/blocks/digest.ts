import { inLine, masked } from '../rules/plain-words.ts';
import type { Waiting } from '../store/digests.ts';
import { context, plain, section } from './blocks.ts';
import { type Content, dateIn } from './card.ts';

/** More would not be read, and the blocks of a message may not be longer than about 13,000 characters together. */
export const LISTED_MAX = 12;
const NAME_MAX = 40;
const LINE_MAX = 80;

/** The `block_id` by which a digest is found again. */
export const digestKey = (id: string) => `digest_${id}`;

/** What waits for its thread: how much, the oldest of it, and a button to have one at once. */
export function digest(id: string, count: number, listed: readonly Waiting[]): Content {
  const text = `📥 ${count} new conversations wait for their thread. They come one by one, the oldest first.`;
  const more = count - listed.length;
  return {
    text,
    blocks: [
      section(`*${text}*`, digestKey(id)),
      ...listed.map(entry),
      context(more > 0 ? `… and ${more} more. Answers belong into their threads, not here.` : NOT_HERE),
    ],
  };
}

const NOT_HERE = 'Answers belong into their threads, not here.';

/** Nobody's words are left in it. */
export function endedDigest(id: string, count: number): Content {
  const text = `📥 All ${count} new conversations have their thread.`;
  return { text, blocks: [section(text, digestKey(id))] };
}

function entry({ id, contact_name: name, contact_number: number, first_text, created_at }: Waiting) {
  const shown = inLine(masked(number), NAME_MAX);
  const who = name === null ? shown : `${inLine(name, NAME_MAX)} (${shown})`;
  const [line = ''] = first_text.trim().split('\n', 1);
  return {
    ...section(`${who}  ·  ${dateIn(created_at)}\n${inLine(line, LINE_MAX)}`),
    accessory: { type: 'button' as const, action_id: 'digest_open', text: plain('Open'), value: id },
  };
}
