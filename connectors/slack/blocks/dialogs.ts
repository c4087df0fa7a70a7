import { section } from './blocks.ts';
import { dialog, initial, input, select } from './fields.ts';

/** The small dialogs. What they are about is the id of a conversation. */

const NOTE_MAX = 3_000;
const NAME_MAX = 200;
const OWNER_MAX = 128;
const REASON_MIN = 10;
const REASON_MAX = 500;

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
        element: select(
          [...SNOOZES].map(([value, label]) => ({ label, value })),
          '',
        ),
      }),
    ],
  });

/** Only the contact can want that, and somebody has to say how they said so. */
export const optInDialog = (threadId: string) =>
  dialog({
    callbackId: 'sms_opt_in',
    title: 'Take the opt-out back',
    submit: 'They asked for it',
    about: threadId,
    blocks: [
      section('Only when the customer has asked for it. It is kept with your name; texting START is their own way.'),
      input({
        id: 'reason',
        label: 'How and when they asked',
        element: { type: 'plain_text_input', multiline: true, min_length: REASON_MIN, max_length: REASON_MAX },
      }),
    ],
  });

export const isReason = (text: string) => text.length >= REASON_MIN;

export const contactDialog = (threadId: string, { name, owner }: { readonly name: string; readonly owner: string }) =>
  dialog({
    callbackId: 'sms_contact',
    title: 'Contact',
    submit: 'Save',
    about: threadId,
    blocks: [
      input({
        id: 'name',
        label: 'Name',
        isOptional: true,
        element: { type: 'plain_text_input', max_length: NAME_MAX, ...initial(name.slice(0, NAME_MAX)) },
      }),
      input({
        id: 'owner',
        label: 'Owner',
        isOptional: true,
        hint: 'Who looks after this contact, as your other systems name people: an address or a name.',
        element: { type: 'plain_text_input', max_length: OWNER_MAX, ...initial(owner.slice(0, OWNER_MAX)) },
      }),
    ],
  });

/** One sentence, where there is no other place for it. */
export const sayingDialog = (title: string, text: string) =>
  dialog({ callbackId: 'sms_saying', title, submit: null, about: '', blocks: [section(text)] });
