import { z } from 'zod';
import type { Clock } from '../../../server/clock.ts';
import type { ConnectorLog } from '../../seam/connector.ts';
import { createInstallStates } from '../../seam/install-states.ts';
import { sentencePage } from '../../seam/page.ts';
import type { Storage } from '../../seam/storage.ts';
import { type Call, createSlackClient } from '../egress/client.ts';
import { OPTIONAL_SCOPES, SCOPES } from '../manifest.ts';
import type { SlackOAuth } from '../settings.ts';
import { upsertInstallation } from '../store/installations.ts';
import { readIssued, type Tokens } from './tokens.ts';

/** What the browser gets. */
export interface InstallReply {
  readonly status: number;
  readonly html?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface InstallOptions {
  readonly storage: Storage;
  readonly oauth: SlackOAuth;
  readonly apiUrl: string;
  readonly tokens: Tokens;
  /** Without a token. */
  readonly call: Call;
  readonly clock: Clock;
  readonly log: ConnectorLog;
  /** A workspace was connected, or connected again. */
  readonly onInstalled: (id: string) => Promise<void>;
}

/** How a workspace is connected (docs.slack.dev, "Installing with OAuth"). */
export interface Install {
  begin(): Promise<InstallReply>;
  finish(query: URLSearchParams, cookies: string | undefined): Promise<InstallReply>;
}

const named = z.object({ id: z.string().min(1).max(32), name: z.string().max(200).nullish() });
const installedSchema = z.object({
  bot_user_id: z.string().min(1).max(32),
  scope: z.string().max(2_000).default(''),
  team: named.nullish(),
  enterprise: named.nullish(),
  is_enterprise_install: z.boolean().nullish(),
});

export function createInstall(options: InstallOptions): Install {
  const { storage, oauth, apiUrl, call, clock, log } = options;
  const redirectUri = `${oauth.publicUrl}/connectors/slack/oauth_redirect`;
  const states = createInstallStates({ storage, clock, name: 'slack', publicUrl: oauth.publicUrl });
  return {
    async begin() {
      const { state, cookie } = await states.begin();
      const address = new URL('/oauth/v2/authorize', apiUrl);
      const [only, second] = oauth.teams;
      const query = {
        client_id: oauth.clientId,
        scope: [...SCOPES, ...OPTIONAL_SCOPES].join(','),
        redirect_uri: redirectUri,
        state,
        // Slack shows this one first.
        ...(only?.startsWith('T') && second === undefined ? { team: only } : {}),
      };
      for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
      return { status: 302, headers: { Location: address.href, 'Set-Cookie': cookie } };
    },
    async finish(query, cookies) {
      const [state, code] = [query.get('state') ?? '', query.get('code') ?? ''];
      if (!(await states.take(state, cookies)))
        return page(
          400,
          'This page was opened twice, too late, or in another browser. Start again at the install page.',
        );
      if (code === '' || code.length > 1_000)
        return page(400, 'Slack has not connected the workspace. Start again at the install page.');
      const given = { client_id: oauth.clientId, client_secret: oauth.clientSecret, code, redirect_uri: redirectUri };
      const result = await call('oauth.v2.access', given);
      if (result.type === 'ok') return connect(options, result.data);
      const reason = result.type === 'refused' ? result.error : result.type;
      log.warn({ reason }, 'a workspace of Slack could not be connected');
      const ours = /client/.test(reason) ? ' Check SLACK_CLIENT_ID and SLACK_CLIENT_SECRET.' : '';
      return page(502, `Slack did not accept the connection (${reason}).${ours} Start again at the install page.`);
    },
  };
}

async function connect(options: InstallOptions, data: unknown): Promise<InstallReply> {
  const { storage, oauth, tokens, clock, log } = options;
  const issued = readIssued(data);
  const installed = installedSchema.safeParse(data).data;
  const place = installed?.is_enterprise_install === true ? installed.enterprise : installed?.team;
  if (!issued || !installed || !place)
    return page(502, 'Slack has answered something else than a connection. Start again at the install page.');
  const isWanted = oauth.teams.includes(place.id) || oauth.teams.includes(installed.enterprise?.id ?? '');
  const scopes = installed.scope.split(',').filter((scope) => scope !== '');
  const missing = SCOPES.filter((scope) => !scopes.includes(scope));
  if (!isWanted || missing.length > 0) {
    // Nothing of it is kept, here or there.
    await createSlackClient(issued.access_token, options.apiUrl).interactive('auth.revoke', {});
    return isWanted
      ? page(403, `The workspace does not grant ${missing.join(', ')}.`)
      : page(403, `The workspace ${place.id} is not in SLACK_TEAMS.`);
  }
  const about = { id: place.id, name: place.name || place.id, bot_user: installed.bot_user_id, scopes };
  await upsertInstallation(storage, { ...about, ...tokens.seal(place.id, issued), at: new Date(clock.now()) });
  await options.onInstalled(place.id);
  log.info({ team: place.id }, 'a workspace of Slack is connected');
  return page(
    200,
    `${about.name} is connected. Invite the app to a channel now: the first one gets what no rule of SLACK_ROUTING takes.`,
  );
}

const page = (status: number, sentence: string): InstallReply => ({ status, html: sentencePage(sentence) });
