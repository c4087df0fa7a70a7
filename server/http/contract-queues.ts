import { z } from 'zod';
import type { Route } from './contract-route.ts';
import { modeSchema } from './contract-shared.ts';

const seconds = z.number();

export const queuesSchema = z.strictObject({
  object: z.literal('queues'),
  mode: modeSchema,
  held: z.int().meta({ description: 'Texts that wait for an hour, a person or a conversation.' }),
  scheduled: z.int(),
  data: z.array(
    z.strictObject({
      smsc_id: z.string().nullable().meta({ description: 'Null: no carrier is planned for them yet.' }),
      lane: z.enum(['otp', 'normal', 'bulk']),
      depth: z.int().meta({ description: 'Texts that wait for their turn, a retry or an answer.' }),
      segments: z.int(),
      sending: z.int().meta({ description: 'Of them, under way to the carrier.' }),
      oldest_seconds: seconds,
      eta_seconds: seconds.nullable().meta({
        description:
          'Until the lane is empty, behind the lanes before it; null while the carrier is not up or its pace is not known.',
      }),
    }),
  ),
});

export const queueRoutes = [
  {
    operation: 'getQueues',
    method: 'get',
    path: '/v1/queues',
    summary: 'What waits to be sent, by carrier and lane: how much, for how long, and until when.',
    access: 'queues:read',
    status: 200,
    answer: queuesSchema,
  },
] as const satisfies readonly Route[];
