import { type Block, plain, section } from './blocks.ts';

/** The dialogs of the app. `private_metadata` says which conversation they are about. */

interface Dialog {
  readonly callbackId: string;
  readonly title: string;
  readonly submit: string;
  readonly about: string;
  readonly blocks: readonly Block[];
}

const dialog = ({ callbackId, title, submit, about, blocks }: Dialog) => ({
  type: 'modal',
  callback_id: callbackId,
  private_metadata: about,
  title: plain(title),
  submit: plain(submit),
  close: plain('Cancel'),
  blocks,
});

interface Field {
  readonly id: string;
  readonly label: string;
  readonly element: Block;
  readonly isOptional?: true;
  readonly hint?: string;
}

const input = ({ id, label, element, isOptional, hint }: Field): Block => ({
  type: 'input',
  block_id: id,
  label: plain(label),
  element: { action_id: id, ...element },
  ...(isOptional ? { optional: true } : {}),
  ...(hint === undefined ? {} : { hint: plain(hint) }),
});

const NOTE_MAX = 3_000;
export const SMS_TEXT_MAX = 1_530;

export const noteDialog = (threadId: string) =>
  dialog({
    callbackId: 'sms_note',
    title: 'Note',
    submit: 'Save',
    about: threadId,
    blocks: [
      input({
        id: 'text',
        label: 'For colleagues; the customer never sees it',
        element: { type: 'plain_text_input', multiline: true, max_length: NOTE_MAX },
      }),
    ],
  });

export const assignDialog = (threadId: string) =>
  dialog({
    callbackId: 'sms_assign',
    title: 'Assign',
    submit: 'Assign',
    about: threadId,
    blocks: [input({ id: 'user', label: 'Who answers this conversation', element: { type: 'users_select' } })],
  });

/** What can be chosen, in minutes. */
export const SNOOZES: ReadonlyMap<string, string> = new Map([
  ['30', '30 minutes'],
  ['120', '2 hours'],
  ['1440', '1 day'],
  ['10080', '1 week'],
]);

export const snoozeDialog = (threadId: string) =>
  dialog({
    callbackId: 'sms_snooze',
    title: 'Snooze',
    submit: 'Snooze',
    about: threadId,
    blocks: [
      input({
        id: 'minutes',
        label: 'A text of the customer wakes it before',
        element: {
          type: 'static_select',
          options: [...SNOOZES].map(([value, label]) => ({ text: plain(label), value })),
        },
      }),
    ],
  });

export interface Draft {
  readonly to: string;
  readonly from: string;
  readonly text: string;
  /** How many SMS it takes, once anything is written. */
  readonly counter: string;
}

/** The ids stay the same while it is typed, or what was typed would be lost. */
export const composeDialog = (draft: Draft, channel: string) =>
  dialog({
    callbackId: 'sms_compose',
    title: 'Send an SMS',
    submit: 'Send',
    about: channel,
    blocks: [
      input({
        id: 'to',
        label: 'To',
        element: { type: 'plain_text_input', placeholder: plain('+14155550123'), ...initial(draft.to) },
      }),
      input({
        id: 'from',
        label: 'From',
        isOptional: true,
        hint: 'One of your numbers; left empty, the server chooses.',
        element: { type: 'plain_text_input', ...initial(draft.from) },
      }),
      {
        ...input({
          id: 'text',
          label: 'Text',
          element: {
            type: 'plain_text_input',
            multiline: true,
            max_length: SMS_TEXT_MAX,
            dispatch_action_config: { trigger_actions_on: ['on_character_entered'] },
            ...initial(draft.text),
          },
        }),
        dispatch_action: true,
      },
      section(draft.counter, 'counter'),
    ],
  });

const initial = (value: string) => (value === '' ? {} : { initial_value: value });
