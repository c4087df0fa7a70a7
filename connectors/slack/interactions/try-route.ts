import { SmsApiError } from '../../sdk/index.ts';
import { routeDialog, routeWords } from '../blocks/route-dialog.ts';
import type { Answer } from '../ingress/receiver.ts';
import { explainRoute } from '../rules/routing.ts';
import { openThreadsOf } from '../store/thread-lists.ts';
import type { Around } from '../threads/around.ts';
import { knownContact } from './known-contact.ts';
import { filledIn, type Submission } from './payload.ts';
import { cut } from '../rules/plain-words.ts';
import { serverWords } from '../rules/server-words.ts';

export interface TriedText {
  readonly from: string;
  /** '' = any that no rule names. */
  readonly ourNumber: string;
  readonly text: string;
}

/** Where a text would go, by the rules in force. Nothing is sent, stored or posted. */
export async function tryRoute(
  { sdk, storage, settings }: Around,
  { from, ourNumber, text }: TriedText,
): Promise<{ readonly says: string } | { readonly fault: string }> {
  try {
    const { number, country } = await sdk.numbers.validate({ number: from });
    if (number === null) return { fault: 'This is no number in international form, as +14155550123.' };
    const about = { ...(await knownContact({ sdk }, number)), ourNumber, country, body: text };
    const open = (await openThreadsOf(storage, number)).find(({ our_number: ours }) => [ours, ''].includes(ourNumber));
    return { says: routeWords(explainRoute(settings, about), open?.channel ?? null) };
  } catch (error) {
    if (!(error instanceof SmsApiError)) throw error;
    return { fault: cut(serverWords(settings, error.detail), 150) };
  }
}

/** The dialog stays, with the answer in it: another text can be tried. */
export async function submitRoute(around: Around, { view }: Submission): Promise<Answer> {
  const tried = { from: filledIn(view, 'number'), ourNumber: filledIn(view, 'ours'), text: filledIn(view, 'text') };
  const result = await tryRoute(around, tried);
  if ('fault' in result) return { json: { response_action: 'errors', errors: { number: result.fault } } };
  return { json: { response_action: 'update', view: routeDialog(result.says) } };
}
