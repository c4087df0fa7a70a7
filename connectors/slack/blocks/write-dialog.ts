import { type About, type Draft, textBlockOf } from '../rules/draft.ts';
import { cut, masked } from '../rules/plain-words.ts';
import { type Block, plain, section } from './blocks.ts';
import { type Choice, dialog, initial, input, optionOf, select } from './fields.ts';

/** The dialogs in which a text is written: to anybody, or to the contact of a thread. */

export const SMS_TEXT_MAX = 1_530;

export interface WriteContent {
  readonly about: About;
  readonly draft: Draft;
  /** Null: too many to choose from, or none: it is typed. */
  readonly senders: readonly Choice[] | null;
  readonly templates: readonly Choice[];
  /** Below the text, as mrkdwn of ours. */
  readonly counter: string;
  /** What the author is asked before it is sent, as mrkdwn of ours; empty = nothing. */
  readonly doubts: readonly string[];
  /** Above everything, for an answer: who it goes to. */
  readonly heading: string | null;
  readonly areNumbersMasked: boolean;
}

/** The ids stay the same while it is written, or what was typed would be lost. */
export function writeDialog(content: WriteContent) {
  const { about, doubts, heading, counter } = content;
  const isAnswer = about.thread !== null;
  return dialog({
    callbackId: isAnswer ? 'sms_reply' : 'sms_compose',
    title: isAnswer ? 'Reply by SMS' : 'Send an SMS',
    submit: doubts.length > 0 ? 'Send anyway' : 'Send',
    about: JSON.stringify(about),
    blocks: [
      ...(doubts.length > 0 ? [section(`✋ *Not sent yet.* ${doubts.join(' ')}`, 'doubts')] : []),
      ...(heading === null ? [] : [section(heading, 'heading')]),
      ...(isAnswer ? [] : recipient(content)),
      ...templateField(content),
      textField(content),
      section(cut(counter, 2_900), 'counter'),
      whenField(content),
    ],
  });
}

function recipient({ draft, senders, areNumbersMasked }: WriteContent): Block[] {
  const { to, contact, from } = draft;
  const placeholder = plain('+14155550123');
  return [
    input({
      id: 'to',
      label: 'To',
      isOptional: true,
      isHeard: true,
      element: { type: 'plain_text_input', max_length: 40, placeholder, ...initial(cut(to, 40)) },
    }),
    input({
      id: 'contact',
      label: 'Or somebody you know',
      isOptional: true,
      isHeard: true,
      element: {
        type: 'external_select',
        min_query_length: 1,
        placeholder: plain('A name, or the beginning of a number'),
        ...(contact === ''
          ? {}
          : { initial_option: optionOf({ label: areNumbersMasked ? masked(contact) : contact, value: contact }) }),
      },
    }),
    input({
      id: 'from',
      label: 'From',
      isOptional: true,
      isHeard: true,
      hint: 'Left empty, the server chooses.',
      element: senders
        ? select(senders, from)
        : { type: 'plain_text_input', max_length: 40, ...initial(cut(from, 40)) },
    }),
  ];
}

function templateField({ draft, templates }: WriteContent): Block[] {
  if (templates.length === 0) return [];
  const element = select(templates, draft.template);
  return [input({ id: 'template', label: 'Template', isOptional: true, isHeard: true, element })];
}

const textField = ({ about, draft }: WriteContent): Block =>
  input({
    id: textBlockOf(about),
    action: 'text',
    label: 'Text',
    isHeard: true,
    element: {
      type: 'plain_text_input',
      multiline: true,
      max_length: SMS_TEXT_MAX,
      dispatch_action_config: { trigger_actions_on: ['on_character_entered'] },
      ...initial(cut(draft.text, SMS_TEXT_MAX)),
    },
  });

const whenField = ({ draft }: WriteContent): Block =>
  input({
    id: 'at',
    label: 'When',
    isOptional: true,
    isHeard: true,
    hint: 'Left empty, now.',
    element: { type: 'datetimepicker', ...(draft.at === '' ? {} : { initial_date_time: Number(draft.at) }) },
  });

/** Options that the app has found for somebody who types. */
export const optionsAnswer = (choices: readonly Choice[]) => ({ options: choices.map(optionOf) });
