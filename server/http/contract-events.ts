import { z } from 'zod';
import type { Route } from './contract-route.ts';
import { cursor, limit, listOf, modeSchema, text } from './contract-shared.ts';
import { EVENT_TYPES } from './contract-webhooks.ts';

const KINDS = [...new Set(EVENT_TYPES.map((type) => `${type.split('.')[0]}.*`))];
const NAMES = new Set<string>(['*', ...KINDS, ...EVENT_TYPES]);

const types = text(1, 1_000)
  .refine((value) => value.split(',').every((each) => NAMES.has(each)), {
    error: 'must be types of events, with commas between: message.delivered,contact.*',
  })
  .meta({ description: 'Types of events with commas between; `message.*` is every type of a text.' });

export const eventsQuery = z.strictObject({ type: types, limit, cursor }).partial();
export const eventStreamQuery = z
  .strictObject({
    type: types,
    last_event_id: text(1, 40).meta({ description: 'The same as the header Last-Event-ID.' }),
  })
  .partial();
const eventStreamHeaders = z
  .object({
    'Last-Event-ID': z.string().meta({
      description: 'The id of the last event you had: the stream goes on behind it. `0-0` is the oldest that is kept.',
    }),
  })
  .partial();

export const eventSchema = z.strictObject({
  id: z.string().meta({ description: 'Its place in the stream: those who had it drop it when it comes again.' }),
  object: z.literal('event'),
  type: z.string(),
  mode: modeSchema,
  message_id: z.string().nullable(),
  sequence: z.int().meta({ description: 'Counts the changes of one text; 0 for what is no text.' }),
  created_at: z.string().meta({ format: 'date-time' }),
  data: z
    .record(z.string(), z.unknown())
    .meta({ description: 'The same as in a webhook; bodies are null without the scope messages:content.' }),
});

/** Null = every type. */
export function typesOf(names: string | undefined): readonly string[] | null {
  if (names === undefined) return null;
  const asked = names.split(',');
  const isAsked = (type: string) => asked.some((each) => each === type || each === `${type.split('.')[0]}.*`);
  return asked.includes('*') ? null : EVENT_TYPES.filter(isAsked);
}

export const eventRoutes = [
  {
    operation: 'listEvents',
    method: 'get',
    path: '/v1/events',
    summary: 'What happened in the last 30 days, the newest first.',
    access: 'events:read',
    query: eventsQuery,
    status: 200,
    answer: listOf(eventSchema),
  },
  {
    operation: 'streamEvents',
    method: 'get',
    path: '/v1/events/stream',
    summary:
      'What happens, as it happens: Server-Sent Events, each at least once and in an order that does not change.',
    access: 'events:read',
    query: eventStreamQuery,
    headers: eventStreamHeaders,
    status: 200,
    answer: 'text/event-stream',
    errors: ['EVENTS_GONE', 'RATE_LIMITED'],
  },
] as const satisfies readonly Route[];
