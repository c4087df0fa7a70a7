import { cut, seen } from '../rules/plain-words.ts';

/** The few blocks that this connector uses, within Slack's limits whatever people write. */
export type Block = Readonly<Record<string, unknown>>;

const SECTION_MAX = 3_000;
const RICH_TEXT_MAX = 2_900;
const BUTTON_MAX = 75;

export const section = (mrkdwn: string, blockId?: string): Block => ({
  type: 'section',
  ...(blockId === undefined ? {} : { block_id: blockId }),
  text: marked(mrkdwn),
});

export const context = (mrkdwn: string): Block => ({
  type: 'context',
  elements: [marked(mrkdwn)],
});

/** `verbatim`, or Slack makes links and mentions of what looks like them. */
const marked = (mrkdwn: string) => ({ type: 'mrkdwn', text: cut(mrkdwn, SECTION_MAX) || ' ', verbatim: true });

/** Words of people: nothing in a text element is ever read as markup, so nothing can ping or pretend. */
export const words = (text: string, blockId?: string): Block => ({
  ...line([{ text: cut(seen(text), RICH_TEXT_MAX) || '(empty)' }], blockId),
});

interface Piece {
  readonly text: string;
  readonly isBold?: true;
  /** Makes a link of it. */
  readonly url?: string;
}

/** A line of pieces, in none of which anything is read as markup. */
export const line = (pieces: readonly Piece[], blockId?: string): Block => ({
  type: 'rich_text',
  ...(blockId === undefined ? {} : { block_id: blockId }),
  elements: [
    {
      type: 'rich_text_section',
      elements: pieces.map(({ text, isBold, url }) => ({
        ...(url === undefined ? { type: 'text' } : { type: 'link', url }),
        text,
        ...(isBold ? { style: { bold: true } } : {}),
      })),
    },
  ],
});

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

export const plain = (text: string) => ({ type: 'plain_text', text });
