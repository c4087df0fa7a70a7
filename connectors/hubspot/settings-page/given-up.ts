import { z } from 'zod';
import type { Clock } from '../../../server/clock.ts';
import type { Storage } from '../../seam/storage.ts';
import type { GivenUpAnswer } from '../app/src/app/packages/ask/shapes.ts';
import { asked, Refused } from '../cards/asked.ts';
import type { Route } from '../http/routes.ts';
import { recordLink } from '../rules/record-link.ts';
import { type GivenUp, givenUpOf, tryAgain } from '../store/given-up.ts';
import type { Portal } from '../store/portals.ts';
import { refuseUnlessMaySave } from './may-save.ts';

export interface GivenUpOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly onTask: () => void;
}

/** What could not be done in HubSpot: shown without numbers and words, and tried again once its cause is mended. */
export function givenUpRoutes({ storage, clock, onTask }: GivenUpOptions): readonly Route[] {
  const show = async (portal: Portal): Promise<GivenUpAnswer> => ({
    tasks: (await givenUpOf(storage, portal.portalId)).map((task) => shown(portal, task)),
  });
  const path = 'settings/given-up';
  return [
    asked(storage, { method: 'GET', path, schema: z.object({}), answer: ({ portal }) => show(portal) }),
    asked(storage, {
      method: 'POST',
      path,
      schema: z.strictObject({ id: z.string().regex(/^\d{1,18}$/) }),
      async answer(asker, { id }) {
        const portal = refuseUnlessMaySave(asker);
        if (!(await tryAgain(storage, portal.portalId, id, new Date(clock.now()))))
          throw new Refused(404, 'NOT_FOUND', 'This is being tried again already, or is too long ago.');
        onTask();
        return show(portal);
      },
    }),
  ];
}

const shown = (portal: Portal, { id, kind, payload, reason, at }: GivenUp): GivenUpAnswer['tasks'][number] => ({
  id,
  what: WORDS[kind] ?? kind,
  // Any other may name a number.
  reason: /^(?:HubSpot:|the server refused:)/.test(reason)
    ? reason
    : 'It failed again and again: see the log of the server.',
  at: at.toISOString(),
  record: recordOf(portal, payload),
});

const WORDS: Readonly<Record<string, string>> = {
  answer: 'An answer of an agent in the inbox',
  channel_account: 'The connection of a number to an inbox',
  channel_status: 'What became of an answer in the inbox',
  complete: 'The outcome of a workflow action',
  consent: 'An opt-out or opt-in, told to HubSpot',
  crm: 'A change in HubSpot',
  doubt: 'A comment on an answer that may have arrived twice',
  erase: 'Emptying the properties of an erased person',
  expire: 'The end of a workflow action that waited',
  forget: 'The erasure of a contact that was deleted for privacy',
  opt_out: 'An opt-out that was ticked in HubSpot',
  provision: 'The properties that the account needs',
  publish: 'A text in the inbox',
  received: 'A reply',
  reconcile: 'The daily comparison of opt-outs',
  rule: 'A text of a stage rule',
  stage: 'A stage that a record came to',
  status: 'What became of a text',
  thread: 'The ticket of a conversation in the inbox',
};

const TYPE_IDS: Readonly<Record<string, string>> = { contact: '0-1', company: '0-2', deal: '0-3', ticket: '0-5' };
const id = z.string().regex(/^\d{1,20}$/);
/** Of any kind of task what names a record. */
const namedSchema = z.object({
  contactId: id.nullish().catch(null),
  send: z.object({ contactId: id }).nullish().catch(null),
  object: z.string().nullish().catch(null),
  objectId: id.nullish().catch(null),
});

function recordOf(portal: Portal, payload: unknown): GivenUpAnswer['tasks'][number]['record'] {
  const { contactId, send, object, objectId } = namedSchema.parse(payload);
  const contact = contactId ?? send?.contactId;
  const [type, recordId] = contact ? ['contact', contact] : [object ?? '', objectId];
  const typeId = TYPE_IDS[type];
  if (typeId === undefined || !recordId) return null;
  return { label: `${type} ${recordId}`, url: recordLink(portal, typeId, recordId) };
}
