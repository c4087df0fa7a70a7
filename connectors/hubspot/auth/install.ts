import type { Clock } from '../../../server/clock.ts';
import type { ConnectorLog } from '../../seam/connector.ts';
import { createInstallStates } from '../../seam/install-states.ts';
import type { Storage } from '../../seam/storage.ts';
import { addTask } from '../../seam/tasks.ts';
import { HubSpotError } from '../api/errors.ts';
import type { IssuedTokens, PlainClient } from '../api/plain.ts';
import { page, type Reply } from '../http/reply.ts';
import { CONDITIONAL_SCOPES, REQUIRED_SCOPES } from '../scopes.ts';
import type { HubSpotSettings } from '../settings.ts';
import { upsertPortal } from '../store/portals.ts';
import type { Tokens } from './tokens.ts';

export interface InstallOptions {
  readonly settings: HubSpotSettings;
  readonly storage: Storage;
  readonly plain: PlainClient;
  readonly tokens: Tokens;
  readonly clock: Clock;
  readonly log: ConnectorLog;
  readonly onTask: () => void;
}

/** Connecting an account (OAuth 2.0, RFC 6749 section 4.1): an administrator is sent to HubSpot and comes back with a code. */
export function createInstall(options: InstallOptions) {
  const { settings, storage, clock } = options;
  const redirectUri = `${settings.publicUrl}/connectors/hubspot/oauth/callback`;
  const states = createInstallStates({ storage, clock, name: 'hubspot', publicUrl: settings.publicUrl });
  const begin = async (): Promise<Reply> => {
    const { state, cookie } = await states.begin();
    const query = [
      ['client_id', settings.clientId],
      ['redirect_uri', redirectUri],
      ['scope', REQUIRED_SCOPES.join(' ')],
      ['optional_scope', CONDITIONAL_SCOPES.join(' ')],
      ['state', state],
    ].map(([name, value]) => `${name}=${encodeURIComponent(value ?? '')}`);
    return {
      status: 302,
      headers: { Location: `${settings.appUrl}/oauth/authorize?${query.join('&')}`, 'Set-Cookie': cookie },
    };
  };
  return {
    begin,
    async finish(query: URLSearchParams, cookies: string | undefined): Promise<Reply> {
      // HubSpot's marketplace begins here: nobody has agreed to anything yet.
      if (query.get('step') === 'authorize') return begin();
      const [state, code] = [query.get('state') ?? '', query.get('code') ?? ''];
      const isOurs = await states.take(state, cookies);
      if (!isOurs) return page(400, 'This page was opened twice or too late. Start again from the install link.');
      if (code === '') return page(400, 'HubSpot has not connected the account. Start again from the install link.');
      try {
        return await connect(options, await options.plain.tokensByCode(code, redirectUri), query.get('returnUrl'));
      } catch (error) {
        if (!(error instanceof HubSpotError)) throw error;
        options.log.warn({ kind: error.kind, reason: error.reason }, 'a HubSpot account could not be connected');
        const ours = error.kind === 'config' ? ' Check HUBSPOT_CLIENT_ID and HUBSPOT_CLIENT_SECRET.' : '';
        return page(502, `HubSpot did not accept the connection.${ours} Start again from the install link.`);
      }
    },
  };
}

async function connect(options: InstallOptions, issued: IssuedTokens, returnUrl: string | null): Promise<Reply> {
  const { settings, storage, tokens, clock, log, onTask } = options;
  const portalId = issued.hub_id;
  if (settings.portals.length > 0 && !settings.portals.includes(portalId))
    return page(403, `The account ${portalId} is not in HUBSPOT_PORTALS.`);
  const missing = REQUIRED_SCOPES.filter((scope) => scope !== 'oauth' && !issued.scopes.includes(scope));
  if (missing.length > 0) return page(403, `The account does not grant ${missing.join(', ')}.`);
  const at = new Date(clock.now());
  await storage.transaction(async (tx) => {
    const installed = { portalId, hubDomain: '', scopes: issued.scopes, installedBy: issued.user_id, at };
    const generation = await upsertPortal(tx, { ...installed, ...tokens.seal(portalId, issued) });
    const lane = `portal:${portalId}`;
    await addTask(
      tx,
      { key: `provision:${portalId}:${generation}`, lane, kind: 'provision', payload: { portalId }, dueAt: at },
      at,
    );
  });
  onTask();
  log.info({ portalId }, 'a HubSpot account is connected');
  // A marketplace installation ends where HubSpot wants it to; nobody else may name an address.
  if (returnUrl !== null && HUBSPOT_PAGE.test(returnUrl)) return { status: 302, headers: { Location: returnUrl } };
  return page(200, `HubSpot account ${portalId} is connected. Texts can be sent from its records now.`);
}

const HUBSPOT_PAGE = /^https:\/\/app(-[a-z0-9]+)?\.hubspot\.com\//;
