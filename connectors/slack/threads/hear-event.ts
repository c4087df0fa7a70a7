import type { SmsEvent } from '../../sdk/index.ts';
import type { TaskOutcome } from '../../seam/tasks.ts';
import { type Alert, ALERTS, alertWords, isAlert } from '../rules/alert-words.ts';
import { tellChannel } from '../workspaces/tell-operators.ts';
import { type Around, nowOf } from './around.ts';
import { FOLLOWED, followText, isFollowed, isOfReply } from './follow-text.ts';
import { hearOptOut, hearReview } from './hear-consent.ts';
import type { OpenContacts } from './open-contacts.ts';
import { receiveText } from './receive-text.ts';
import { isOwnRef, isTellable, tellOfText } from './tell-of-text.ts';

/** What the server tells of, by its event types. */
export const HEARD = [
  'message.received',
  ...FOLLOWED,
  'contact.opted_out',
  'contact.opted_in',
  'contact.opt_out_review',
  ...ALERTS,
];

/** An event of the server: a text of a contact, what became of ours, consent, what is wrong. */
export function hearEvent(around: Around, event: SmsEvent): Promise<TaskOutcome> {
  if (isAlert(event.type)) return Promise.resolve(tellOperators(around, event.type, event));
  switch (event.type) {
    case 'message.received':
      return receiveText(around, event);
    case 'contact.opted_out':
      return Promise.resolve(hearOptOut(around, event, true));
    case 'contact.opted_in':
      return Promise.resolve(hearOptOut(around, event, false));
    case 'contact.opt_out_review':
      return Promise.resolve(hearReview(around, event));
    default:
      return isOfReply(event.data['client_ref']) ? followText(around, event) : tellOfText(around, event);
  }
}

function tellOperators(around: Around, type: Alert, { id, data, mode }: SmsEvent): TaskOutcome {
  const channel = around.settings.alertChannel;
  if (channel === null) return { type: 'done' };
  const text = alertWords(type, data, mode);
  return {
    type: 'done',
    record: (tx) => tellChannel(tx, channel, { key: `alert_${id}`, text }, nowOf(around)),
  };
}

/** What becomes of replies, and what others send to somebody whose thread is open. */
export function isWanted(contacts: OpenContacts, event: SmsEvent): boolean | Promise<boolean> {
  const { type, data } = event;
  if (!isFollowed(type) || isOfReply(data['client_ref'])) return true;
  return isTellable(type) && !isOwnRef(data['client_ref']) && contacts.has(contactOf(event));
}

/** What is told of one contact is dealt with in order. */
export function contactOf({ type, data }: SmsEvent): string {
  const number = type.startsWith('contact.') ? data['number'] : type === 'message.received' ? data['from'] : data['to'];
  return typeof number === 'string' ? number : '';
}
