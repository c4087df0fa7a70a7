import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../../../server/clock.ts';
import { type Answer, fieldsOf, isFields, listOf, notFound, Refusal, textOf } from './answer.ts';
import { openChannels } from './channels.ts';
import { answerCrm } from './crm.ts';
import type { Exchange } from './exchange.ts';
import { createFaults, type Faults } from './faults.ts';
import { createLimits } from './limits.ts';
import { openOAuth } from './oauth.ts';
import { type Change, openPortal, type Portal } from './portal.ts';
import { openCaller, openDeliveries, type Tampering } from './webhooks.ts';

export type { Change, Portal, Stored } from './portal.ts';
export type { Exchange } from './exchange.ts';
export { type Fault, FAULTS } from './faults.ts';

export interface FakeHubSpotOptions {
  readonly clock: Clock;
  /** Calls of one account in ten seconds, 110 when left out. */
  readonly burstMax?: number;
  /** Searches of one account in a second, 5 when left out. */
  readonly searchMax?: number;
  /** Calls of one account in a day, 1,000,000 when left out. */
  readonly dailyMax?: number;
  readonly searchLagMs?: number;
  /** How long access tokens live, 1,800 s when left out. */
  readonly tokenSeconds?: number;
  /** Hears of everything that was asked and answered, before the answer is sent. */
  readonly onExchange?: (exchange: Exchange) => void;
}

/** A request that came in, as tests want to count them. */
export interface Noted {
  portalId: number | null;
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  status: number;
}

export type FakeHubSpot = Awaited<ReturnType<typeof startFakeHubSpot>>;

/**
 * HubSpot on this machine: strict about versions, tokens, scopes, limits and what records need, and as unpleasant as the
 * real one: webhooks come twice and in another order, search lags behind, answers get lost. Its time is that of `clock`.
 */
export async function startFakeHubSpot(options: FakeHubSpotOptions) {
  const { clock, burstMax = 110, searchMax = 5, dailyMax = 1_000_000, searchLagMs, tokenSeconds, onExchange } = options;
  const secret = () => randomBytes(18).toString('hex');
  const app = { id: 4_711, clientId: 'fake-client-id', clientSecret: secret(), developerKey: secret() };
  const portals = new Map<number, Portal>();
  const portal = (id: number): Portal => {
    const found = portals.get(id);
    if (!found) throw notFound(`There is no account ${id}`);
    return found;
  };
  const caller = openCaller({ clock, clientSecret: app.clientSecret, appId: app.id });
  const deliveries = openDeliveries({ caller, path: '/connectors/hubspot/webhooks/crm', isWanted });
  const oauth = openOAuth({ clock, clientId: app.clientId, clientSecret: app.clientSecret, portal, tokenSeconds });
  const faults: Faults = createFaults();
  const requests: Noted[] = [];
  const completions = new Map<string, Readonly<Record<string, unknown>>>();
  const limits = createLimits({ clock, burstMax, searchMax, dailyMax });
  let lastId = 100_000;
  const nextId = () => String((lastId += 1));
  const channels = openChannels({ clock, app, portal, nextId, caller });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://fake');
    const text = await readAll(request);
    const noted: Noted = {
      portalId: null,
      method: request.method ?? '',
      path: url.pathname,
      body: bodyOf(request, text),
      status: 0,
    };
    requests.push(noted);
    const fault = faults.take(`${noted.method} ${noted.path}`);
    const made = fault === null || fault.type.endsWith('_after') ? route(request, url, text, noted) : null;
    const contentType = request.headers['content-type'] ?? null;
    const scopes = oauth.scopesOf(request.headers.authorization);
    onExchange?.({ ...noted, query: url.searchParams, contentType, body: text, scopes, answer: made });
    const given = made ?? (fault?.type === 'answer' ? fault : null);
    noted.status = given?.status ?? 0;
    // After it was done: the change is made, and nobody hears of it.
    if (fault?.type.startsWith('reset') === true) return void request.socket.destroy();
    if (given === null || fault?.type === 'hang_after') return;
    const body = given.raw ?? (given.json === undefined ? '' : JSON.stringify(given.json));
    const type = given.raw === undefined ? 'application/json' : 'text/html';
    const headers = { 'Content-Type': type, ...limits.headersOf(noted.portalId, noted.path), ...given.headers };
    response.writeHead(given.status, headers).end(body);
  }

  function route(request: IncomingMessage, url: URL, text: string, noted: Noted): Answer {
    try {
      return routed(request, url, text, noted);
    } catch (error) {
      if (error instanceof Refusal) return error.answer;
      throw error;
    }
  }

  function routed(request: IncomingMessage, url: URL, text: string, noted: Noted): Answer {
    const { method, path } = noted;
    if (method === 'GET' && path === '/oauth/authorize')
      return oauth.authorize(url.searchParams, Number(url.searchParams.get('portal') ?? [...portals.keys()][0]));
    if (method === 'POST' && path === '/oauth/2026-09/token') return oauth.exchange(new URLSearchParams(text));
    if (method === 'POST' && path === '/oauth/2026-09/token/introspect')
      return oauth.introspect(new URLSearchParams(text));
    if (url.searchParams.has('hapikey')) return channels.answerDeveloper(method, path, url.searchParams, noted.body);
    const grant = oauth.grantOf(request.headers.authorization);
    noted.portalId = grant.portalId;
    limits.take(grant.portalId, path.endsWith('/search'));
    const needs = (scope: string) => {
      if (!grant.scopes.includes(scope))
        throw new Refusal(
          403,
          'MISSING_SCOPES',
          'This app hasn’t been granted all required scopes to make this call.',
          {
            errors: [
              {
                message: 'One or more of the following scopes are required.',
                context: { requiredGranularScopes: [scope] },
              },
            ],
          },
        );
    };
    if (method === 'DELETE' && path === '/appinstalls/2026-09/external-install') return uninstall(grant.portalId);
    const completion = /^\/automation\/actions\/callbacks\/2026-09\/(?:([^/]+)\/)?complete$/.exec(path);
    if (method === 'POST' && completion) {
      needs('automation');
      return complete(completion[1], noted.body);
    }
    const call = {
      portal: portal(grant.portalId),
      method,
      path,
      query: url.searchParams,
      body: noted.body,
      needs,
      nowMs: clock.now(),
    };
    const answered = channels.answer(call) ?? answerCrm(call);
    if (!answered) throw notFound(`${method} ${path} is no address of 2026-09`);
    return answered;
  }

  function uninstall(portalId: number): Answer {
    oauth.revoke(portalId);
    return { status: 204 };
  }

  /** Workflows wait for it ("Custom workflow actions"); shapes as in the specs. A second completion of the same is refused. */
  function complete(id: string | undefined, body: unknown): Answer {
    const inputs =
      id === undefined ? listOf(fieldsOf(body)['inputs']).map(fieldsOf) : [{ ...fieldsOf(body), callbackId: id }];
    for (const input of inputs) {
      const callbackId = textOf(input['callbackId']);
      if (!isFields(input['outputFields']) || !isFields(input['typedOutputs']))
        throw new Refusal(400, 'VALIDATION_ERROR', 'outputFields and typedOutputs are required');
      if (Object.values(input['outputFields']).some((value) => typeof value !== 'string'))
        throw new Refusal(400, 'VALIDATION_ERROR', 'The values of outputFields must be text');
      if (!callbackId.startsWith('ap-')) throw notFound(`No callback ${callbackId}`);
      if (completions.has(callbackId))
        throw new Refusal(400, 'VALIDATION_ERROR', `Callback ${callbackId} was completed already`);
      completions.set(callbackId, fieldsOf(input['outputFields']));
    }
    return { status: 204 };
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.writeHead(500).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    app,
    portals,
    portal,
    oauth,
    faults,
    requests,
    /** By callback id: with which outputs a waiting workflow went on. */
    completions,
    deliveries,
    /** Inboxes and the channel of the app. */
    channels,
    /** Where the app is reached; `publicOrigin`: how HubSpot is told to call it. */
    connect: (origin: string, publicOrigin = origin) => caller.connect(origin, publicOrigin),
    addPortal(
      id: number,
      settings: { readonly scopes?: readonly string[]; readonly searchLagMs?: number } = {},
    ): Portal {
      const added = openPortal({
        id,
        clock,
        scopes: settings.scopes,
        searchLagMs: settings.searchLagMs ?? searchLagMs,
        nextId,
        onChange: (change) => deliveries.add(change),
      });
      portals.set(id, added);
      return added;
    },
    /** A workflow comes to the action; `object.objectType` as HubSpot writes it: CONTACT, DEAL, TICKET, COMPANY. */
    runAction(
      portalId: number,
      callbackId: string,
      object: { readonly objectType: string; readonly objectId: string },
      inputFields: object,
      tampering: Tampering = {},
    ) {
      const origin = { portalId, actionDefinitionId: 9, actionDefinitionVersion: 1 };
      const context = { source: 'WORKFLOWS', workflowId: 5 };
      const body = { callbackId, origin, context, object: { ...object, properties: {} }, inputFields, typedInputs: {} };
      return caller.call('POST', '/connectors/hubspot/actions/send-sms', JSON.stringify(body), tampering);
    },
    /** What `hubspot.fetch` of a card does: signed, with who acts in the signed query. */
    cardFetch(
      portalId: number,
      user: { readonly id: number; readonly email: string },
      method: string,
      path: string,
      body?: object,
      tampering: Tampering = {},
    ) {
      const query = new URLSearchParams({
        userId: String(user.id),
        portalId: String(portalId),
        userEmail: user.email,
        appId: String(app.id),
      });
      return caller.call(
        method,
        `${path}${path.includes('?') ? '&' : '?'}${query.toString()}`,
        body === undefined ? '' : JSON.stringify(body),
        tampering,
      );
    },
    call: caller.call,
    async stop(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const SUBSCRIPTIONS: Readonly<Record<string, readonly string[]>> = {
  '0-1': ['phone', 'mobilephone', 'sms_opt_out', 'hubspot_owner_id'],
  '0-3': ['dealstage'],
  '0-5': ['hs_pipeline_stage'],
};

/** What the app's own file subscribes to. */
export function isWanted({ subscriptionType, objectTypeId, propertyName }: Change): boolean {
  const properties = SUBSCRIPTIONS[objectTypeId];
  if (!properties) return false;
  if (subscriptionType === 'object.propertyChange') return properties.includes(propertyName ?? '');
  return objectTypeId === '0-1' || (objectTypeId === '0-5' && /merge|deletion/.test(subscriptionType));
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString('utf8');
}

function bodyOf(request: IncomingMessage, text: string): unknown {
  if (text === '' || !(request.headers['content-type'] ?? '').startsWith('application/json')) return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
