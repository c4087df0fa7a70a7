import type { IncomingMessage } from 'node:http';
import { parse as parseQuery, type ParsedUrlQuery } from 'node:querystring';
import type { Request, RequestHandler } from 'express';
import type { Key } from '../access/keys.ts';
import { newRequestId, write } from './answer.ts';
import { auditCall } from './audit.ts';
import { authenticate } from './authenticate.ts';
import { isTable, readJson, readTable } from './body.ts';
import { type KeyOperation, keyRoutes, type PublicOperation } from './contract.ts';
import { publicRoutes } from './contract-public.ts';
import type { Route } from './contract-route.ts';
import type { Failure } from './failure.ts';
import type { Answer, Call, KeyHandlers, PublicHandlers, Visit } from './handlers.ts';
import type { Ports } from './ports.ts';
import type { Fault } from './problem.ts';
import { filesOfPhonePage } from './routes/phone-page.ts';
import { consentRoutes } from './routes/consents.ts';
import { doubleOptInRoutesOf } from './routes/double-opt-in.ts';
import { contactRoutesOf } from './routes/contacts.ts';
import { conversationRoutesOf } from './routes/conversations.ts';
import { healthRoutes } from './routes/health.ts';
import { meRoutes } from './routes/me.ts';
import { messageRoutes } from './routes/messages.ts';
import { privacyRoutesOf } from './routes/privacy.ts';
import { propagationRoutesOf } from './routes/propagation.ts';
import { replyWaitRoutesOf } from './routes/reply-waits.ts';
import { optOutPageRoutes } from './routes/opt-out-page.ts';
import { previewRoutesOf } from './routes/preview.ts';
import { reviewRoutesOf } from './routes/reviews.ts';
import { routingRoutesOf } from './routes/routing.ts';
import { ruleRoutesOf } from './routes/rules.ts';
import { sandboxRoutes } from './routes/sandbox.ts';
import { senderRuleRoutesOf } from './routes/sender-rules.ts';
import { senderRoutes } from './routes/senders.ts';
import { smscRoutes } from './routes/smsc.ts';
import { suppressionRoutes } from './routes/suppressions.ts';
import { webhookRoutes } from './routes/webhooks.ts';

/** What every request goes through, in this order: key, scope, body, handler, answer. */
export function createDispatch(ports: Ports, failure: Failure): (route: Route) => RequestHandler {
  const visitors: PublicHandlers = { ...healthRoutes(ports), ...filesOfPhonePage(ports), ...optOutPageRoutes(ports) };
  const callers: KeyHandlers = {
    ...messageRoutes(ports),
    ...previewRoutesOf(ports),
    ...webhookRoutes(ports),
    ...meRoutes(),
    ...sandboxRoutes(ports),
    ...routingRoutesOf(ports),
    ...senderRoutes(ports),
    ...senderRuleRoutesOf(ports),
    ...smscRoutes(ports),
    ...doubleOptInRoutesOf(ports),
    ...consentRoutes(ports),
    ...reviewRoutesOf(ports),
    ...propagationRoutesOf(ports),
    ...suppressionRoutes(ports),
    ...replyWaitRoutesOf(ports),
    ...conversationRoutesOf(ports),
    ...contactRoutesOf(ports),
    ...privacyRoutesOf(ports),
    ...ruleRoutesOf(ports),
  };

  return (route) => {
    const visited = publicRoutes.find(({ operation }) => operation === route.operation);
    if (visited) return serve(route, failure, visitHandler(visitors[visited.operation]));
    const called = keyRoutes.find(({ operation }) => operation === route.operation);
    if (called) return serve(route, failure, callHandler(ports, route, callers[called.operation]));
    throw new Error(`No handler for ${route.operation}.`);
  };
}

interface Outcome {
  readonly answer: Answer;
  readonly key: Key | null;
}

type Stage = (request: Request, visit: Visit) => Promise<Outcome>;

function serve(route: Route, failure: Failure, stage: Stage): RequestHandler {
  return async (request, response) => {
    const requestId = newRequestId();
    try {
      const { answer, key } = await stage(request, visitOf(request));
      write(response, requestId, key?.mode ?? null, answer);
    } catch (error) {
      write(response, requestId, null, { fault: failure(error, requestId, route.operation) });
    }
  };
}

function visitHandler(handler: PublicHandlers[PublicOperation]): Stage {
  return async (_request, visit) => ({ answer: await handler(visit), key: null });
}

function callHandler(ports: Ports, route: Route, handler: KeyHandlers[KeyOperation]): Stage {
  const { findKey } = ports;
  const answerTo = async (call: Call, ip: string) => {
    const answer = await handler(call);
    await auditCall(ports, route, call, ip, answer);
    return answer;
  };
  const hasBody = route.body !== undefined;
  return async (request, visit) => {
    const authenticated = await authenticate(findKey, visit.headers, visit.query);
    if (!authenticated.ok) return { answer: authenticated, key: null };
    const { key } = authenticated;
    const forbidden = permissionFault(route, key);
    if (forbidden) return { answer: { fault: forbidden }, key };
    const ip = request.ip ?? '';
    if (!hasBody) return { answer: await answerTo({ ...visit, key, json: undefined }, ip), key };
    if (route.takesTable === true && isTable(request)) {
      const table = await readTable(request);
      if (!table.ok) return { answer: table, key };
      return { answer: await answerTo({ ...visit, key, json: undefined, csv: table.value }, ip), key };
    }
    const body = await readJson(request, route.takesTable);
    if (!body.ok) return { answer: body, key };
    return { answer: await answerTo({ ...visit, key, json: body.value }, ip), key };
  };
}

function permissionFault(route: Route, key: Key): Fault | null {
  if (route.access !== 'any' && !key.scopes.has(route.access)) {
    return { code: 'FORBIDDEN', detail: `The key needs the scope ${route.access}.`, extra: { scope: route.access } };
  }
  return route.testOnly === true && key.mode !== 'test' ? testKeysOnly : null;
}

const testKeysOnly: Fault = {
  code: 'FORBIDDEN',
  detail: 'The sandbox is for test keys only.',
  action: 'Use a test key: it begins with sk_test_.',
};

function visitOf(request: Request): Visit {
  return { params: request.params as Visit['params'], query: queryOf(request), headers: request.headers };
}

function queryOf({ url = '' }: IncomingMessage): ParsedUrlQuery | null {
  const start = url.indexOf('?');
  // The length of an address is limited with the headers, so the number of parameters need not be.
  return start === -1 ? null : parseQuery(url.slice(start + 1), '&', '=', { maxKeys: 0 });
}
