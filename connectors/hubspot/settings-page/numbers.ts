import { z } from 'zod';
import { asked } from '../cards/asked.ts';
import { chooseMode, type ConnectOptions, channelsFor } from '../channels/connect.ts';
import type { Route } from '../http/routes.ts';
import { refuseUnlessMaySave } from './may-save.ts';

const id = z.string().regex(/^\d{1,20}$/);

/** What becomes of replies to each number: shown, and chosen one by one. */
export function numbersRoutes(options: ConnectOptions): readonly Route[] {
  const { storage } = options;
  return [
    asked(storage, {
      method: 'GET',
      path: 'settings/numbers',
      schema: z.object({}),
      answer: ({ portal }) => channelsFor(options, portal),
    }),
    asked(storage, {
      method: 'PUT',
      path: 'settings/numbers',
      schema: z.strictObject({
        number: z.string().max(20),
        mode: z.enum(['off', 'ticket', 'channel']),
        inboxId: id.nullable().default(null),
      }),
      async answer(asker, choice) {
        const portal = refuseUnlessMaySave(asker);
        await chooseMode(options, portal, choice);
        return channelsFor(options, portal);
      },
    }),
  ];
}
