import { z } from 'zod';
import type { SmsClient } from '../../sdk/index.ts';
import type { SendersAnswer } from '../app/src/app/packages/ask/shapes.ts';
import type { Route } from '../http/routes.ts';
import { senderFor } from '../people/senders.ts';
import { asked } from './asked.ts';
import { previewBulk, sendBulk } from './bulk.ts';
import { previewText, sendAbout, type TextOptions } from './text.ts';
import { sendersOf, threadOf, type ThreadOptions } from './thread.ts';

export interface CardOptions extends TextOptions, ThreadOptions {
  readonly sdk: Pick<SmsClient, 'sms' | 'numbers' | 'consents' | 'conversations' | 'senders'>;
}

const id = z.string().regex(/^\d{1,20}$/);
const body = z.string().trim().min(1).max(2_000);
const from = z.string().max(40).nullable().default(null);
const clientRef = z.string().regex(/^[\w-]{8,64}$/);
const record = z.object({ objectTypeId: z.string().max(16), objectId: id });
const textAbout = record.extend({ contactId: id, from, body });
/** HubSpot reads 100 records at once, and ends a request after 15 s. */
const many = z.object({
  contactIds: z.array(id).min(1).max(100),
  from,
  body,
  messageType: z.enum(['transactional', 'promotional']),
});

/** What the record card, the Help Desk card and the bulk action ask. */
export function cardRoutes(options: CardOptions): readonly Route[] {
  const { storage, sdk } = options;
  return [
    asked(storage, {
      method: 'GET',
      path: 'card/thread',
      schema: record.extend({ contactId: id.optional() }),
      answer: ({ portal }, on) => threadOf(options, portal, on),
    }),
    asked(storage, {
      method: 'POST',
      path: 'card/preview',
      schema: textAbout,
      answer: (asker, about) => previewText(options, asker, about),
    }),
    asked(storage, {
      method: 'POST',
      path: 'card/send',
      schema: textAbout.extend({ clientRef }),
      answer: (asker, request) => sendAbout(options, asker, request),
    }),
    asked(storage, {
      method: 'GET',
      path: 'bulk/senders',
      schema: z.object({}),
      answer: async ({ portal }) =>
        ({ senders: await sendersOf(sdk), sender: senderFor(portal.settings, '', null) }) satisfies SendersAnswer,
    }),
    asked(storage, {
      method: 'POST',
      path: 'bulk/preview',
      schema: many,
      answer: (asker, request) => previewBulk(options, asker, request),
    }),
    asked(storage, {
      method: 'POST',
      path: 'bulk/send',
      schema: many.extend({ clientRef }),
      answer: (asker, request) => sendBulk(options, asker, request),
    }),
  ];
}
