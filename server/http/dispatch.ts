import type { IncomingMessage } from 'node:http';
import { parse as parseQuery, type ParsedUrlQuery } from 'node:querystring';
import type { Request, RequestHandler } from 'express';
import type { Key } from '../access/keys.ts';
import { newRequestId, write } from './answer.ts';
import { auditCall } from './audit.ts';
import { authenticate } from './authenticate.ts';
import { isTable, readBody, readTable } from './body.ts';
import { type KeyOperation, keyRoutes, type PublicOperation } from './contract.ts';
import { publicRoutes } from './contract-public.ts';
import type { Route } from './contract-route.ts';
import { isStorable } from './contract-shared.ts';
import type { Failure } from './failure.ts';
import { readForm } from './read-form.ts';
import type { Answer, Call, KeyHandlers, PublicHandlers, Visit } from './handlers.ts';
import { permissionFault } from './permission.ts';
import { answerOnce } from './once.ts';
import type { Ports } from './ports.ts';
import { notFound } from './problem.ts';
import { filesOfPhonePage } from './routes/phone-page.ts';
import { apiKeyRoutesOf } from './routes/api-keys.ts';
import { batchRoutesOf } from './routes/batches.ts';
import { analyticsRoutesOf } from './routes/analytics.ts';
import { campaignRoutesOf } from './routes/campaigns.ts';
import { consentRoutes } from './routes/consents.ts';
import { doubleOptInRoutesOf } from './routes/double-opt-in.ts';
import { contactRoutesOf } from './routes/contacts.ts';
import { conversationRoutesOf } from './routes/conversations.ts';
import { deliveryRoutesOf } from './routes/deliveries.ts';
import { docsRoutes } from './routes/docs.ts';
import { eventRoutesOf } from './routes/events.ts';
import { healthRoutes } from './routes/health.ts';
import { meRoutes } from './routes/me.ts';
import { messageRoutes } from './routes/messages.ts';
import { moneyRoutesOf } from './routes/money.ts';
import { privacyRoutesOf } from './routes/privacy.ts';
import { propagationRoutesOf } from './routes/propagation.ts';
import { queueRoutesOf } from './routes/queues.ts';
import { replyWaitRoutesOf } from './routes/reply-waits.ts';
import { oauthRoutesOf } from './routes/oauth.ts';
import { optOutPageRoutes } from './routes/opt-out-page.ts';
import { previewRoutesOf } from './routes/preview.ts';
import { reviewQueueRoutesOf } from './routes/review-queue.ts';
import { reviewRoutesOf } from './routes/reviews.ts';
import { routingRoutesOf } from './routes/routing.ts';
import { ruleRoutesOf } from './routes/rules.ts';
import { sandboxRoutes } from './routes/sandbox.ts';
import { senderRuleRoutesOf } from './routes/sender-rules.ts';
import { senderRoutes } from './routes/senders.ts';
import { sendingRoutesOf } from './routes/sending.ts';
import { smscRoutes } from './routes/smsc.ts';
import { suppressionRoutes } from './routes/suppressions.ts';
import { templateRoutesOf } from './routes/templates.ts';
import { webhookRoutes } from './routes/webhooks.ts';

/** What every request goes through, in this order: key, scope, body, handler, answer. */
export function createDispatch(ports: Ports, failure: Failure): (route: Route) => RequestHandler {
  const visitors: PublicHandlers = {
    ...healthRoutes(ports),
    ...filesOfPhonePage(ports),
    ...docsRoutes(ports),
    ...optOutPageRoutes(ports),
    ...oauthRoutesOf(ports),
  };
  const callers: KeyHandlers = {
    ...messageRoutes(ports),
    ...batchRoutesOf(ports),
    ...templateRoutesOf(ports),
    ...previewRoutesOf(ports),
    ...webhookRoutes(ports),
    ...meRoutes(ports),
    ...sendingRoutesOf(ports),
    ...apiKeyRoutesOf(ports),
    ...deliveryRoutesOf(ports),
    ...queueRoutesOf(ports),
    ...reviewQueueRoutesOf(ports),
    ...analyticsRoutesOf(ports),
    ...moneyRoutesOf(ports),
    ...campaignRoutesOf(ports),
    ...eventRoutesOf(ports),
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
    if (visited) return serve(ports, route, failure, visitHandler(route, visitors[visited.operation]));
    const called = keyRoutes.find(({ operation }) => operation === route.operation);
    if (called) return serve(ports, route, failure, callHandler(ports, route, callers[called.operation]));
    throw new Error(`No handler for ${route.operation}.`);
  };
}

interface Outcome {
  readonly answer: Answer;
  readonly key: Key | null;
}

type Stage = (request: Request, visit: Visit) => Promise<Outcome>;

function serve(ports: Ports, route: Route, failure: Failure, stage: Stage): RequestHandler {
  return async (request, response) => {
    const requestId = newRequestId();
    try {
      const { answer, key } = await stage(request, visitOf(request));
      const limits = key ? ports.rateLimits.headers(key) : {};
      write(response, requestId, key?.mode ?? null, answer, limits);
    } catch (error) {
      write(response, requestId, null, { fault: failure(error, requestId, route.operation) });
    }
  };
}

function visitHandler(route: Route, handler: PublicHandlers[PublicOperation]): Stage {
  const { form: hasForm } = route;
  return async (request, visit) => {
    if (!hasForm) return { answer: await handler(visit), key: null };
    const form = await readForm(request);
    return { answer: form.ok ? await handler({ ...visit, form: form.value }) : form, key: null };
  };
}

function callHandler(ports: Ports, route: Route, handler: KeyHandlers[KeyOperation]): Stage {
  const carryOut = async (call: Call, ip: string) => {
    const answer = await handler(call);
    await auditCall(ports, route, call, ip, answer);
    return answer;
  };
  const answerTo = (call: Call, ip: string) =>
    route.once === true ? answerOnce(ports, route, call, () => carryOut(call, ip)) : carryOut(call, ip);
  const hasBody = route.body !== undefined;
  return async (request, visit) => {
    const { ip } = visit;
    const authenticated = await authenticate(ports, visit.headers, visit.query, ip);
    if (!authenticated.ok) return { answer: authenticated, key: authenticated.key ?? null };
    const { key } = authenticated;
    const forbidden = permissionFault(route, key);
    if (forbidden) return { answer: { fault: forbidden }, key };
    // No id that we gave out is like that, and PostgreSQL would refuse to look for it.
    if (!Object.values(visit.params).every((id = '') => isStorable(id))) return { answer: { fault: notFound }, key };
    if (!hasBody) return { answer: await answerTo({ ...visit, key, json: undefined }, ip), key };
    if (route.takesTable === true && isTable(request)) {
      const table = await readTable(request);
      if (!table.ok) return { answer: table, key };
      return { answer: await answerTo({ ...visit, key, json: undefined, csv: table.value }, ip), key };
    }
    const body = await readBody(request, route);
    if (!body.ok) return { answer: body, key };
    return { answer: await answerTo({ ...visit, key, json: body.value }, ip), key };
  };
}

function visitOf(request: Request): Visit {
  const { headers, ip = '' } = request;
  return { params: request.params as Visit['params'], query: queryOf(request), headers, ip, form: null };
}

function queryOf({ url = '' }: IncomingMessage): ParsedUrlQuery | null {
  const start = url.indexOf('?');
  // The length of an address is limited with the headers, so the number of parameters need not be.
  return start === -1 ? null : parseQuery(url.slice(start + 1), '&', '=', { maxKeys: 0 });
}
