import type { ViewsOpenArguments } from '@slack/web-api';
import { cut, seen } from '../rules/plain-words.ts';
import { type Block, type BlockOf, plain } from './blocks.ts';

/** What the dialogs are made of. */

type Element = BlockOf<'input'>['element'];

export interface DialogContent {
  readonly callbackId: string;
  readonly title: string;
  /** Null: there is nothing to submit. */
  readonly submit: string | null;
  /** What it is about; comes back with whatever is done in it. */
  readonly about: string;
  readonly blocks: readonly Block[];
}

export const dialog = ({ callbackId, title, submit, about, blocks }: DialogContent) =>
  ({
    type: 'modal',
    callback_id: callbackId,
    private_metadata: about,
    title: plain(title),
    ...(submit === null ? {} : { submit: plain(submit) }),
    close: plain(submit === null ? 'Close' : 'Cancel'),
    blocks: [...blocks],
  }) satisfies Extract<ViewsOpenArguments['view'], { type: 'modal' }>;

export interface Field {
  /** Of the block. */
  readonly id: string;
  /** Of the element; that of the block when left out. */
  readonly action?: string;
  readonly label: string;
  readonly element: Element;
  readonly isOptional?: boolean;
  readonly hint?: string;
  /** The app hears of every change. */
  readonly isHeard?: boolean;
}

export const input = ({ id, action, label, element, isOptional, hint, isHeard }: Field): Block => ({
  type: 'input',
  block_id: id,
  label: plain(label),
  element: { action_id: action ?? id, ...element },
  ...(isOptional ? { optional: true } : {}),
  ...(hint === undefined ? {} : { hint: plain(hint) }),
  ...(isHeard ? { dispatch_action: true } : {}),
});

export interface Choice {
  readonly label: string;
  readonly value: string;
}

const OPTION_MAX = 75;
export const OPTIONS_MAX = 100;

export const optionOf = ({ label, value }: Choice) => ({ text: plain(cut(seen(label), OPTION_MAX) || '?'), value });

/** With what is chosen already, if it is still offered. */
export const select = (choices: readonly Choice[], chosen: string): Element => {
  const found = choices.find(({ value }) => value === chosen);
  return {
    type: 'static_select',
    options: choices.slice(0, OPTIONS_MAX).map(optionOf),
    ...(found ? { initial_option: optionOf(found) } : {}),
  };
};

export const initial = (value: string) => (value === '' ? {} : { initial_value: value });
