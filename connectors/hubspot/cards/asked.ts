import type { z } from 'zod';
import { SmsApiError } from '../../sdk/index.ts';
import type { Queries } from '../../seam/storage.ts';
import { HubSpotError } from '../api/errors.ts';
import type { Refusal } from '../app/src/app/packages/ask/shapes.ts';
import { json, type Reply } from '../http/reply.ts';
import { parseJson, type Received, type Route } from '../http/routes.ts';
import { type Portal, portalOfId } from '../store/portals.ts';

/** Who asks, in which account. */
export interface Asker {
  readonly portal: Portal;
  readonly userId: number;
  readonly email: string;
}

export interface AskedRoute<Input> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  /** Of the query of a GET or DELETE, else of the body. */
  readonly schema: z.ZodType<Input>;
  /** Also for an account that has to be connected again. */
  readonly takesLapsed?: boolean;
  answer(asker: Asker, input: Input): Promise<object>;
}

/** What cannot be done, in words that the person at the card reads. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, detail: string) {
    super(detail);
    this.status = status;
    this.code = code;
  }
}

/**
 * A route that `hubspot.fetch` of our cards calls. HubSpot adds who asks to the query and signs the whole address: that,
 * and nothing that the card itself says, decides whose account it is.
 */
export function asked<Input>(
  storage: Queries,
  { method, path, schema, takesLapsed = false, answer }: AskedRoute<Input>,
): Route {
  return {
    method,
    path,
    signature: 'v3',
    async handle(request) {
      try {
        const asker = await askerOf(storage, request.query, takesLapsed);
        const isInQuery = method === 'GET' || method === 'DELETE';
        const given = isInQuery ? Object.fromEntries(request.query) : parseJson(request.body);
        const parsed = schema.safeParse(given);
        if (!parsed.success) throw new Refused(400, 'INVALID_REQUEST', faultOf(parsed.error));
        return json(await answer(asker, parsed.data));
      } catch (error) {
        return refusalOf(error);
      }
    },
  };
}

/** A card that adds a second portalId of its own must not be believed: each name stands there once. */
async function askerOf(storage: Queries, query: Received['query'], takesLapsed: boolean): Promise<Asker> {
  const [portalId, userId] = [single(query, 'portalId'), single(query, 'userId')];
  const email = single(query, 'userEmail') ?? '';
  if (!/^\d{1,12}$/.test(portalId ?? '') || !/^\d{1,15}$/.test(userId ?? ''))
    throw new Refused(400, 'INVALID_REQUEST', 'HubSpot did not say who asks.');
  const portal = await portalOfId(storage, Number(portalId));
  const isIn = portal?.state === 'active' || (takesLapsed && portal?.state === 'needs_reauth');
  if (portal && isIn) return { portal, userId: Number(userId), email: email.slice(0, 200).toLowerCase() };
  throw new Refused(403, 'NOT_CONNECTED', portal?.notice ?? 'This account is not connected to SMS Bridge.');
}

function single(query: Received['query'], name: string): string | null {
  const given = query.getAll(name);
  return given.length === 1 ? (given[0] ?? null) : null;
}

const faultOf = ({ issues }: z.ZodError): string =>
  issues
    .map(({ path, message }) => `${path.join('.') || 'request'}: ${message}`)
    .join('; ')
    .slice(0, 300);

function refusalOf(error: unknown): Reply {
  if (error instanceof Refused) return refusal(error.status, error.code, error.message);
  if (error instanceof HubSpotError) return refusalOfHubSpot(error);
  if (error instanceof SmsApiError && !error.retryable && error.status >= 400)
    return refusal(422, error.code, `${error.detail} ${error.action}`.trim());
  // Storage or the API are away: the connector says 503.
  throw error;
}

function refusalOfHubSpot({ kind }: HubSpotError): Reply {
  switch (kind) {
    case 'notFound':
      return refusal(404, 'RECORD_GONE', 'HubSpot does not know this record any more.');
    case 'auth':
      return refusal(403, 'NOT_CONNECTED', 'The account has to be connected to SMS Bridge again.');
    case 'scope':
      return refusal(403, 'MISSING_SCOPE', 'The account does not allow SMS Bridge to read this kind of record.');
    case 'rate':
      return refusal(429, 'RATE_LIMITED', 'HubSpot allows no more requests now. Try again in ten seconds.');
    case 'config':
    case 'conflict':
    case 'validation':
    case 'transient':
      return refusal(502, 'HUBSPOT_FAILED', 'HubSpot did not answer. Nothing was sent; try again.');
  }
}

function refusal(status: number, code: string, detail: string): Reply {
  return json({ error: { code, detail } } satisfies Refusal, status);
}
