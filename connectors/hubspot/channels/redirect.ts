import type { Clock } from '../../../server/clock.ts';
import type { ConnectorLog } from '../../seam/connector.ts';
import { escapeHtml } from '../../seam/page.ts';
import type { Storage } from '../../seam/storage.ts';
import type { SmsClient } from '../../sdk/index.ts';
import type { ChannelsClient } from '../api/channels.ts';
import { HubSpotError } from '../api/errors.ts';
import { form, page, type Reply } from '../http/reply.ts';
import { CHANNEL_SCOPES } from '../scopes.ts';
import { connectedPortals, type Portal } from '../store/portals.ts';
import { ownNumbers } from './connect.ts';

export interface RedirectOptions {
  readonly storage: Storage;
  readonly channels: ChannelsClient;
  readonly sdk: Pick<SmsClient, 'senders'>;
  readonly clock: Clock;
  readonly log: ConnectorLog;
  /** Of HubSpot's own pages. */
  readonly appUrl: string;
}

const TRIES_MAX = 20;
const TRIES_MS = 600_000;
const BACK_TO = /^https:\/\/app(-[a-z0-9]+)?\.hubspot\.com\//;
const AGAIN = 'Start again in HubSpot: Settings > Inboxes > Connect a channel.';

/**
 * An administrator connects a number from HubSpot's inbox settings: HubSpot sends them here with a token of its own, and we
 * say to HubSpot which number it is. Nobody signs such a request: the number has to be typed in, so that a stranger learns
 * none, and what a stranger's token is worth HubSpot decides.
 */
export function createRedirect(options: RedirectOptions) {
  const tries = createTries(options.clock);
  const read = (query: URLSearchParams) => {
    const [accountToken = '', redirectUrl = ''] = ['accountToken', 'redirectUrl'].map((name) => query.get(name) ?? '');
    const isBack = BACK_TO.test(redirectUrl) || redirectUrl.startsWith(`${options.appUrl}/`);
    const isToken = /^[\w.~-]{8,512}$/.test(accountToken);
    return isToken && isBack ? { accountToken, redirectUrl, portalId: query.get('portalId') ?? '' } : null;
  };
  return {
    ask(query: URLSearchParams): Promise<Reply> {
      const asked = read(query);
      return Promise.resolve(asked ? askNumber(asked, null) : page(400, AGAIN));
    },
    async connect(body: Buffer): Promise<Reply> {
      const given = new URLSearchParams(body.toString('utf8'));
      const asked = read(given);
      if (!asked) return page(400, AGAIN);
      if (!tries.take()) return page(429, 'This was tried too often. Try again in ten minutes.');
      const number = (given.get('number') ?? '').replaceAll(/[\s().-]/g, '');
      for (const portal of await candidates(options, asked.portalId)) {
        if (!(await ownNumbers(options, portal)).includes(number)) continue;
        if (await connect(options, portal, asked.accountToken, number))
          return { status: 302, headers: { Location: asked.redirectUrl } };
      }
      return askNumber(asked, 'No text can be sent from this number, or HubSpot did not accept it.');
    },
  };
}

interface Asked {
  readonly accountToken: string;
  readonly redirectUrl: string;
  readonly portalId: string;
}

function askNumber({ accountToken, redirectUrl, portalId }: Asked, problem: string | null): Reply {
  const hidden = Object.entries({ accountToken, redirectUrl, portalId })
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`)
    .join('');
  const sentence = problem === null ? '' : `<p role="alert">${escapeHtml(problem)}</p>`;
  return form(
    problem === null ? 200 : 422,
    `${sentence}${hidden}<label>Number that texts are sent from <input name="number" type="tel" placeholder="+14155550100" required></label> <button>Connect</button>`,
  );
}

async function candidates({ storage }: RedirectOptions, portalId: string): Promise<Portal[]> {
  const portals = (await connectedPortals(storage)).filter(
    ({ state, scopes }) => state === 'active' && CHANNEL_SCOPES.every((scope) => scopes.includes(scope)),
  );
  const named = portals.filter((portal) => String(portal.portalId) === portalId);
  return named.length > 0 ? named : portals;
}

/** HubSpot tells us of the account that it makes (CHANNEL_ACCOUNT_CREATED), and from then on the number is connected. */
async function connect({ channels, log }: RedirectOptions, portal: Portal, token: string, number: string) {
  const { portalId } = portal;
  try {
    await channels.connectStaged(portalId, token, number);
    return true;
  } catch (error) {
    if (!(error instanceof HubSpotError)) throw error;
    // Connected already, with the same token.
    if (error.kind === 'conflict') return true;
    log.warn({ portalId, kind: error.kind, reason: error.reason }, 'a number could not be connected to an inbox');
    return false;
  }
}

/** Each may cost calls of an account. */
function createTries(clock: Clock) {
  let times: number[] = [];
  return {
    take(): boolean {
      const now = clock.monotonic();
      times = times.filter((at) => now - at < TRIES_MS);
      if (times.length >= TRIES_MAX) return false;
      times.push(now);
      return true;
    },
  };
}
