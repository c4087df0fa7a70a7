import type { ChatPostMessageArguments } from '@slack/web-api';
import { cut, seen } from '../rules/plain-words.ts';

/** The few blocks that this connector uses, within Slack's limits whatever people write. */
export type Block = Known<Extract<ChatPostMessageArguments, { blocks: unknown }>['blocks'][number]>;

/** The library takes any `type` for a block; those that it knows are the ones that Slack documents. */
type Known<T extends { type: string }> = T extends unknown ? (string extends T['type'] ? never : T) : never;
export type BlockOf<Type extends Block['type']> = Extract<Block, { type: Type }>;

const SECTION_MAX = 3_000;
/**
 * Slack refuses blocks of more than about 13,200 characters together (measured: slackapi/bolt-js#2509), and does not say
 * how it counts them. So much is for words, and the rest for what stands around them.
 */
const WORDS_WEIGHT_MAX = 10_000;
/** Of one element, in characters. Nobody says how long one may be; a section takes 3,000. */
const ELEMENT_MAX = 1_450;
const BUTTON_MAX = 75;

export const section = (mrkdwn: string, blockId?: string): BlockOf<'section'> => ({
  type: 'section',
  ...(blockId === undefined ? {} : { block_id: blockId }),
  text: marked(mrkdwn),
});

export const context = (mrkdwn: string): Block => ({
  type: 'context',
  elements: [marked(mrkdwn)],
});

/** `verbatim`, or Slack makes links and mentions of what looks like them. */
const marked = (mrkdwn: string) => ({ type: 'mrkdwn', text: cut(mrkdwn, SECTION_MAX) || ' ', verbatim: true }) as const;

/** Words of people: nothing in a text element is ever read as markup, so nothing can ping or pretend. */
export function words(text: string, blockId?: string): Block {
  const all = seen(text);
  const shown = fitting(all);
  const elements = (shown.match(new RegExp(`.{1,${ELEMENT_MAX}}`, 'gsu')) ?? ['(empty)']).map((part) => ({
    text: part,
  }));
  const left = all.length - shown.length;
  if (left === 0) return line(elements, blockId);
  const more = `\n… and ${left} more characters. The server has the whole text: GET /v1/messages.`;
  return line([...elements, { text: more, isBold: true }], blockId);
}

/** The beginning that Slack takes, never half a character. */
function fitting(text: string): string {
  let weight = 0;
  let length = 0;
  for (const character of text) {
    weight += weightOf(character);
    if (weight > WORDS_WEIGHT_MAX) return text.slice(0, length);
    length += character.length;
  }
  return text;
}

/** As JSON, with the entities of `escaped`, and an emoji by a name (`:thumbsup:`), whichever of them Slack counts. */
function weightOf(character: string): number {
  if (character.length > 1) return 12;
  if (character === '&') return 5;
  if (character === '<' || character === '>') return 4;
  return '"\\\n\t'.includes(character) ? 2 : 1;
}

interface Words {
  readonly text: string;
  readonly isBold?: true;
  /** Makes a link of it. */
  readonly url?: string;
}

/** Calls somebody: an id that Slack has given, never words of others. */
interface Mention {
  readonly user: string;
}

/** A line of pieces, in none of which anything is read as markup. */
export const line = (pieces: readonly (Words | Mention)[], blockId?: string): Block => ({
  type: 'rich_text',
  ...(blockId === undefined ? {} : { block_id: blockId }),
  elements: [
    {
      type: 'rich_text_section',
      elements: pieces.map(elementOf),
    },
  ],
});

function elementOf(piece: Words | Mention) {
  if ('user' in piece) return { type: 'user' as const, user_id: piece.user };
  const { text, isBold, url } = piece;
  const style = isBold ? { style: { bold: true } } : {};
  return url === undefined ? { type: 'text' as const, text, ...style } : { type: 'link' as const, url, text, ...style };
}

export interface Button {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly style?: 'primary' | 'danger';
  /** Opens it in a browser. */
  readonly url?: string;
  /** Asks before it does anything. */
  readonly confirm?: { readonly title: string; readonly text: string; readonly yes: string };
}

export const actions = (buttons: readonly Button[]): Block => ({
  type: 'actions',
  elements: buttons.map(({ id, label, value, style, url, confirm }) => ({
    type: 'button',
    action_id: id,
    text: plain(cut(label, BUTTON_MAX)),
    value,
    ...(style ? { style } : {}),
    ...(url === undefined ? {} : { url }),
    ...(confirm
      ? {
          confirm: {
            title: plain(confirm.title),
            text: plain(confirm.text),
            confirm: plain(confirm.yes),
            deny: plain('Cancel'),
          },
        }
      : {}),
  })),
});

export const plain = (text: string) => ({ type: 'plain_text', text }) as const;
