import { z } from 'zod';
import { PRESETS } from '../smpp/presets.ts';
import { carrierSchema } from '../smpp/profile.ts';
import type { Route } from './contract-route.ts';
import { listOf, modeSchema } from './contract-shared.ts';

/** An account as it is once its preset is in it. */
export const carrierBody = carrierSchema;

const { host, port } = carrierSchema.shape;
const presetNames = Object.keys(PRESETS);
const ADDRESS = ['host', 'port'] as const;

/**
 * An account as it is written: what its preset gives need not be. Nothing is checked against this, because only the
 * account with its preset is checked; it is what /openapi.json shows.
 */
export const writtenCarrierBody = z
  .strictObject({
    ...carrierSchema.shape,
    host: host.exactOptional(),
    port: port.exactOptional(),
    preset: z.enum(presetNames).exactOptional().meta({ description: 'What a provider documents about its accounts.' }),
  })
  .meta({ anyOf: [{ required: ['host', 'port'] }, ...presetsWithAddress()] });

export const carrierPasswordBody = z.strictObject({ password: carrierSchema.shape.password });

/** For the presets that give host or port, what is still required: JSON Schema, one for each that gives the same. */
function presetsWithAddress() {
  const missing = (name: string) => ADDRESS.filter((field) => PRESETS[name]?.settings[field] === undefined);
  const alike = Map.groupBy(presetNames, (name) => missing(name).join());
  return [...alike.values()].flatMap((names) => {
    const required = missing(names[0] ?? '');
    if (required.length === ADDRESS.length) return [];
    return [{ properties: { preset: { enum: names } }, required: ['preset', ...required] }];
  });
}

const lastErrorSchema = z
  .strictObject({
    at: z.string().meta({ format: 'date-time' }),
    reason: z.string().meta({ description: 'For instance ECONNREFUSED, bind_refused, peer_silent, tls_timeout.' }),
    command_status: z.string().nullable().meta({ description: 'What a refused bind was answered with.' }),
  })
  .nullable();

const bindSchema = z.strictObject({
  name: z.string(),
  type: z.enum(['transceiver', 'transmitter', 'receiver']),
  state: z.enum(['idle', 'connecting', 'binding', 'bound', 'suspect', 'draining', 'backoff', 'parked']),
  window: z.strictObject({ used: z.int(), max: z.int() }).meta({ description: 'submit_sm without an answer.' }),
  rate: z.int().meta({ description: 'Segments accepted in the last second.' }),
  throttled: z.int().meta({ description: 'Segments refused with ESME_RTHROTTLED since the start.' }),
  round_trip_ms: z.number().nullable().meta({ description: '95 of 100 answers come within it.' }),
  last_error: lastErrorSchema,
});

export const carrierAnswer = z.strictObject({
  id: z.string(),
  object: z.literal('smsc'),
  mode: modeSchema,
  origin: z
    .enum(['environment', 'file', 'api', 'simulator'])
    .meta({ description: 'Only a carrier of `api` can be changed or deleted here.' }),
  host: z.string(),
  port: z.int(),
  tls: z.boolean(),
  system_id: z.string(),
  state: z.enum(['up', 'down', 'parked']).meta({
    description: '`parked`: the carrier refuses the credentials; it is tried again, but rarely.',
  }),
  paused: z.boolean(),
  window: z.union([z.literal('auto'), z.int()]),
  rate: z
    .strictObject({ limit: z.number().nullable(), current: z.number().nullable(), used: z.int() })
    .meta({ description: 'Segments per second: agreed, allowed now, accepted in the last second.' }),
  throttled: z.int(),
  last_error: lastErrorSchema,
  binds: z.array(bindSchema),
});

const ID = '/v1/smsc/{smsc_id}';
const one = { status: 200, answer: carrierAnswer, errors: ['NOT_FOUND'] } as const;

export const smscRoutes = [
  {
    operation: 'listCarriers',
    method: 'get',
    path: '/v1/smsc',
    summary: 'The carriers and how their binds are.',
    access: 'smsc:read',
    status: 200,
    answer: listOf(carrierAnswer),
  },
  {
    operation: 'createCarrier',
    method: 'post',
    path: '/v1/smsc',
    summary: 'Connect another carrier for live texts, at once and at every start.',
    access: 'smsc:manage',
    onlyMode: 'live',
    body: writtenCarrierBody,
    status: 201,
    answer: carrierAnswer,
    errors: ['PAYLOAD_TOO_LARGE'],
  },
  {
    operation: 'getCarrier',
    method: 'get',
    path: ID,
    summary: 'One carrier and how its binds are.',
    access: 'smsc:read',
    ...one,
  },
  {
    operation: 'pauseCarrier',
    method: 'post',
    path: `${ID}/pause`,
    summary: 'Start no new text on a carrier; receipts and texts from phones still come in. It lasts over restarts.',
    access: 'smsc:manage',
    ...one,
  },
  {
    operation: 'resumeCarrier',
    method: 'post',
    path: `${ID}/resume`,
    summary: 'Let a paused carrier send again.',
    access: 'smsc:manage',
    ...one,
  },
  {
    operation: 'rebindCarrier',
    method: 'post',
    path: `${ID}/rebind`,
    summary: 'Bind anew at once: what waits for its next try waits no longer, what is bound drains first.',
    access: 'smsc:manage',
    ...one,
  },
  {
    operation: 'setCarrierPassword',
    method: 'put',
    path: `${ID}/password`,
    summary: 'Change the password of a carrier that was added here. Binds that are down try it at once.',
    access: 'smsc:manage',
    body: carrierPasswordBody,
    status: 200,
    answer: carrierAnswer,
    errors: ['NOT_FOUND', 'PAYLOAD_TOO_LARGE'],
  },
  {
    operation: 'deleteCarrier',
    method: 'delete',
    path: ID,
    summary: 'Drain, unbind and forget a carrier that was added here.',
    access: 'smsc:manage',
    status: 204,
    answer: null,
    errors: ['NOT_FOUND'],
  },
] as const satisfies readonly Route[];
