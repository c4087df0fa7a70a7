import type { OptOutVisit } from '../../contacts/opt-out-page.ts';
import type { Answer, PublicHandlers, Visit } from '../handlers.ts';
import { OPT_OUT_PAGE_POLICY, optOutHtml, type OptOutPageState } from '../opt-out-html.ts';
import type { Ports } from '../ports.ts';

/**
 * The page behind the link in texts whose sender cannot be answered. Looking at it changes nothing, because phones and
 * mail filters open links by themselves; only the button does.
 */
export function optOutPageRoutes({
  optOutPages,
  organisation,
}: Pick<Ports, 'optOutPages' | 'organisation'>): Pick<PublicHandlers, 'getOptOutPage' | 'postOptOutPage'> {
  const page = (visit: OptOutVisit | null, state: OptOutPageState): Answer => {
    const { number = null, sender = null } = visit ?? {};
    const html = optOutHtml({ state: visit ? state : 'unknown', organisation, number, sender });
    return { status: visit ? 200 : 404, body: Buffer.from(html), headers: PAGE_HEADERS };
  };
  return {
    async getOptOutPage({ params }) {
      const visit = await optOutPages.find(params['token'] ?? '');
      return page(visit, visit?.isOptedOut ? 'already' : 'ask');
    },
    async postOptOutPage({ params, headers }) {
      return page(await optOutPages.optOut(params['token'] ?? '', { user_agent: agentOf(headers) }), 'done');
    },
  };
}

/** What is not well-formed cannot be stored. */
const agentOf = ({ 'user-agent': agent }: Visit['headers']) => agent?.replaceAll('\0', '').toWellFormed() ?? null;

const PAGE_HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': OPT_OUT_PAGE_POLICY,
  // The address is the permission to opt out.
  'Referrer-Policy': 'no-referrer',
  'X-Robots-Tag': 'noindex',
};
