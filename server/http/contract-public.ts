import { z } from 'zod';
import { oauthRoutes } from './contract-oauth.ts';
import type { Route } from './contract-route.ts';

const readinessSchema = z.strictObject({
  status: z.enum(['ready', 'not_ready']),
  database: z.enum(['up', 'down']),
  queue: z.enum(['up', 'down']),
  carrier: z.enum(['up', 'down', 'none']),
});

/** The routes that need no key. */
export const publicRoutes = [
  ...oauthRoutes,
  {
    operation: 'getHealth',
    method: 'get',
    path: '/healthz',
    summary: 'The process is alive. Touches nothing else.',
    access: 'public',
    status: 200,
    answer: z.strictObject({ status: z.literal('ok') }),
  },
  {
    operation: 'getReadiness',
    method: 'get',
    path: '/readyz',
    summary: 'Texts can be accepted. 503 only for the database, its migrations, or while stopping.',
    access: 'public',
    status: 200,
    answer: readinessSchema,
    otherAnswers: { 503: readinessSchema },
  },
  {
    operation: 'getOpenApi',
    method: 'get',
    path: '/openapi.json',
    summary: 'This document.',
    access: 'public',
    status: 200,
    answer: z.looseObject({ openapi: z.string() }),
  },
  {
    operation: 'getPhonePage',
    method: 'get',
    path: '/phone',
    summary: 'The page of the simulated phones.',
    access: 'public',
    status: 200,
    answer: 'text/html',
    errors: ['FORBIDDEN', 'NOT_FOUND'],
  },
  {
    operation: 'getPhoneFile',
    method: 'get',
    path: '/phone/{file}',
    summary: 'A file of the page of the simulated phones.',
    access: 'public',
    status: 200,
    answer: 'text/*',
    errors: ['FORBIDDEN', 'NOT_FOUND'],
  },
  {
    operation: 'getOptOutPage',
    method: 'get',
    path: '/o/{token}',
    summary: 'The page on which a recipient can opt out who cannot answer the sender. Looking at it changes nothing.',
    access: 'public',
    status: 200,
    answer: 'text/html',
    otherAnswers: { 404: 'text/html' },
    errors: ['UNKNOWN_ERROR', 'SERVICE_UNAVAILABLE'],
  },
  {
    operation: 'postOptOutPage',
    method: 'post',
    path: '/o/{token}',
    summary: 'The button of that page: opts the recipient out.',
    access: 'public',
    status: 200,
    answer: 'text/html',
    otherAnswers: { 404: 'text/html' },
    errors: ['UNKNOWN_ERROR', 'SERVICE_UNAVAILABLE'],
  },
] as const satisfies readonly Route[];
