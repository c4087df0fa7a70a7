import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../../../server/clock.ts';
import { type Answer, notFound, Refusal } from './answer.ts';
import type { openChannels } from './channels.ts';
import { answerCrm } from './crm.ts';
import type { Noted } from './exchange.ts';
import type { createLimits } from './limits.ts';
import type { openOAuth } from './oauth.ts';
import type { Portal } from './portal.ts';
import type { Workflows } from './workflows.ts';

export interface RouterOptions {
  readonly clock: Clock;
  readonly portals: ReadonlyMap<number, Portal>;
  readonly portal: (id: number) => Portal;
  readonly oauth: ReturnType<typeof openOAuth>;
  readonly limits: ReturnType<typeof createLimits>;
  readonly channels: ReturnType<typeof openChannels>;
  readonly workflows: Workflows;
}

export interface Asked {
  readonly request: IncomingMessage;
  readonly url: URL;
  readonly text: string;
  readonly noted: Noted;
}

/** What each address of HubSpot answers, and to whom. */
export function createRouter(options: RouterOptions): (asked: Asked) => Answer {
  return (asked) => {
    try {
      return withoutToken(options, asked) ?? withToken(options, asked);
    } catch (error) {
      if (error instanceof Refusal) return error.answer;
      throw error;
    }
  };
}

function withoutToken({ oauth, portals, channels }: RouterOptions, { url, text, noted }: Asked): Answer | null {
  const { method, path, body } = noted;
  const query = url.searchParams;
  switch (`${method} ${path}`) {
    case 'GET /oauth/authorize':
      return oauth.authorize(query, Number(query.get('portal') ?? [...portals.keys()][0]));
    case 'POST /oauth/2026-09/token':
      return oauth.exchange(new URLSearchParams(text));
    case 'POST /oauth/2026-09/token/introspect':
      return oauth.introspect(new URLSearchParams(text));
    default:
      return query.has('hapikey') ? channels.answerDeveloper(method, path, query, body) : null;
  }
}

function withToken(options: RouterOptions, { request, url, noted }: Asked): Answer {
  const { clock, portal, oauth, limits, channels, workflows } = options;
  const { method, path, body } = noted;
  const { portalId, scopes } = oauth.grantOf(request.headers.authorization);
  noted.portalId = portalId;
  limits.take(portalId, path.endsWith('/search'));
  if (method === 'DELETE' && path === '/appinstalls/2026-09/external-install') {
    oauth.revoke(portalId);
    return { status: 204 };
  }
  const needs = (scope: string) => {
    if (!scopes.includes(scope)) throw missingScope(scope);
  };
  const query = url.searchParams;
  const call = { portal: portal(portalId), method, path, query, body, needs, nowMs: clock.now() };
  const answer = workflows.answer(call) ?? channels.answer(call) ?? answerCrm(call);
  if (!answer) throw notFound(`${method} ${path} is no address of 2026-09`);
  return answer;
}

function missingScope(scope: string): Refusal {
  const message = 'This app hasn’t been granted all required scopes to make this call.';
  const context = { requiredGranularScopes: [scope] };
  const errors = [{ message: 'One or more of the following scopes are required.', context }];
  return new Refusal(403, 'MISSING_SCOPES', message, { errors });
}
