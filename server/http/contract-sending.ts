import { z } from 'zod';
import type { Route } from './contract-route.ts';
import { modeSchema } from './contract-shared.ts';

export const sendingSchema = z.strictObject({
  object: z.literal('sending'),
  mode: modeSchema,
  paused: z.boolean(),
  paused_at: z.string().nullable().meta({ format: 'date-time' }),
  paused_by: z.string().nullable().meta({ description: 'Id of the key.' }),
});

export const sendingRoutes = [
  {
    operation: 'pauseSending',
    method: 'post',
    path: '/v1/pause',
    summary:
      'The kill switch: no text of the mode of the key leaves any more, on no carrier and over restarts. Texts are still accepted and wait. Other servers follow within seconds.',
    access: 'admin',
    status: 200,
    answer: sendingSchema,
  },
  {
    operation: 'resumeSending',
    method: 'post',
    path: '/v1/resume',
    summary: 'Let texts leave again after a pause.',
    access: 'admin',
    status: 200,
    answer: sendingSchema,
  },
] as const satisfies readonly Route[];
