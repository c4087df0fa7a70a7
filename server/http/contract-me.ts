import { z } from 'zod';
import { SCOPES } from '../access/scopes.ts';
import type { Route } from './contract-route.ts';
import { modeSchema } from './contract-shared.ts';

export const meRoutes = [
  {
    operation: 'getMe',
    method: 'get',
    path: '/v1/me',
    summary: 'The key that asks.',
    access: 'any',
    status: 200,
    answer: z.strictObject({
      object: z.literal('api_key'),
      id: z.string(),
      name: z.string(),
      prefix: z.string().meta({ description: 'How the key begins.' }),
      last4: z.string(),
      mode: modeSchema,
      scopes: z.array(z.enum(SCOPES)),
      created_at: z.string().meta({ format: 'date-time' }),
      expires_at: z.string().nullable().meta({ format: 'date-time' }),
      sending: z
        .enum(['on', 'paused'])
        .meta({ description: '`paused`: texts are accepted and wait for POST /v1/resume.' }),
    }),
  },
] as const satisfies readonly Route[];
