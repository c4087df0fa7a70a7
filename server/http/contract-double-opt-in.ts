import { z } from 'zod';
import { language, topic } from './contract-consents.ts';
import { messageSchema, sendBody, sendHeaders } from './contract-messages.ts';
import type { Route } from './contract-route.ts';
import { SEND_ERRORS } from './contract-send-fields.ts';
import { text } from './contract-shared.ts';

/** Asking for consent by a text that the recipient has to confirm. */

export const doubleOptInBody = z.strictObject({
  number: text(1, 64),
  from: sendBody.shape.from,
  topic,
  text: text(1, 1_000).optional().meta({
    description: 'What the recipient agrees to. How to confirm (Reply Y) and how to opt out is added to it.',
  }),
  language: language.optional().meta({ description: 'Of what is added: en, fr, es, de, pt, it or nl; others = en.' }),
});

export const doubleOptInRoutes = [
  {
    operation: 'requestOptIn',
    method: 'post',
    path: '/v1/consents/double-opt-in',
    summary:
      'Ask a recipient by text to confirm that they want texts. Y or YES within 24 hours, while nothing else was sent to ' +
      'them since, is recorded as an opt-in to the topic, with both texts as evidence. STOP ends it.',
    access: 'consents:write',
    headers: sendHeaders,
    body: doubleOptInBody,
    status: 202,
    answer: messageSchema,
    errors: SEND_ERRORS,
  },
] as const satisfies readonly Route[];
