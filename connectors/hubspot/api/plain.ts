import { z } from 'zod';
import { HUBSPOT_API_VERSION as VERSION } from '../scopes.ts';
import { errorOfOurs, errorOfTokens, HubSpotError } from './errors.ts';
import type { Transport } from './transport.ts';
import { idValue, numberValue } from './values.ts';

/** What HubSpot's library has no dated calls for, or loses parts of: OAuth, callbacks of workflows, the account. */

const token = z.string().min(1).max(4_000);
const tokensSchema = z.object({
  access_token: token,
  refresh_token: token.nullish(),
  expires_in: numberValue.pipe(z.number().positive().max(86_400)),
});
const grantSchema = z.object({
  hub_id: numberValue.nullish(),
  user_id: numberValue.nullish(),
  scopes: z.array(z.string().max(200)).max(200).nullish(),
});
const accountSchema = z.object({ timeZone: z.string().max(64).nullish(), uiDomain: z.string().max(200).nullish() });

const ownersSchema = z.object({
  results: z
    .array(
      z.object({
        id: idValue,
        email: z.string().max(200).nullish(),
        firstName: z.string().max(100).nullish(),
        lastName: z.string().max(100).nullish(),
      }),
    )
    .max(500),
  paging: z.object({ next: z.object({ after: z.string().max(200) }).optional() }).nullish(),
});

export interface Owner {
  readonly id: string;
  readonly name: string;
}

/** Of 100 owners each: more people than choose a number of their own. */
const OWNER_PAGES_MAX = 5;

export interface TokenPair {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly expires_in: number;
}

/** Of which account, and what for. */
export interface IssuedTokens extends TokenPair {
  readonly hub_id: number;
  readonly user_id: number | null;
  readonly scopes: readonly string[];
}

export interface Completion {
  readonly callbackId: string;
  readonly outputFields: Readonly<Record<string, string | number>>;
}

export interface PlainOptions {
  readonly transport: Transport;
  readonly clientId: string;
  readonly clientSecret: string;
}

export type PlainClient = ReturnType<typeof createPlainClient>;

/** What cannot be read as tokens may be readable the next time: nobody is disconnected for it. */
function read<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const names = parsed.error.issues.map(({ path }) => path.join('.')).join(', ');
  throw errorOfOurs('transient', `tokens: cannot read ${names}`);
}

/** Everything here throws HubSpotError. */
export function createPlainClient({ transport, clientId, clientSecret }: PlainOptions) {
  async function askTokens(path: string, form: Readonly<Record<string, string>>): Promise<unknown> {
    const body = new URLSearchParams({ client_id: clientId, client_secret: clientSecret, ...form }).toString();
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    try {
      const { text } = await transport.send({ method: 'POST', path: `/oauth/${VERSION}/${path}`, headers, body });
      return JSON.parse(text) as unknown;
    } catch (error) {
      if (error instanceof HubSpotError) throw errorOfTokens(error);
      throw error instanceof SyntaxError ? errorOfOurs('transient', 'tokens: no JSON') : error;
    }
  }
  /** HubSpot documents that the answer says whose tokens they are; its specs leave that to the introspection. */
  async function grantOf(answer: unknown, accessToken: string): Promise<z.output<typeof grantSchema>> {
    const said = read(grantSchema, answer);
    if (said.hub_id && said.scopes) return said;
    const form = { token: accessToken, token_type_hint: 'access_token' };
    return read(grantSchema, await askTokens('token/introspect', form));
  }
  return {
    async tokensByCode(code: string, redirectUri: string): Promise<IssuedTokens> {
      const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri };
      const answer = await askTokens('token', form);
      const { access_token, refresh_token, expires_in } = read(tokensSchema, answer);
      const { hub_id, user_id, scopes } = await grantOf(answer, access_token);
      if (!refresh_token || !hub_id) throw errorOfOurs('validation', 'tokens of no account');
      return { access_token, refresh_token, expires_in, hub_id, user_id: user_id ?? null, scopes: scopes ?? [] };
    },
    /** The refresh token stays the same where none is answered (RFC 6749, section 6). */
    async tokensByRefresh(refreshToken: string): Promise<TokenPair> {
      const answer = await askTokens('token', { grant_type: 'refresh_token', refresh_token: refreshToken });
      const { access_token, refresh_token, expires_in } = read(tokensSchema, answer);
      return { access_token, refresh_token: refresh_token ?? refreshToken, expires_in };
    },
    async account(portalId: number): Promise<{ timeZone: string | null; uiDomain: string | null }> {
      const { text } = await transport.sendFor(portalId, { method: 'GET', path: `/account-info/${VERSION}/details` });
      const { timeZone, uiDomain } = accountSchema.parse(JSON.parse(text));
      return { timeZone: timeZone ?? null, uiDomain: uiDomain ?? null };
    },
    /** Whom records can belong to. */
    async owners(portalId: number): Promise<Owner[]> {
      const owners: Owner[] = [];
      let after = '';
      for (let page = 0; page < OWNER_PAGES_MAX; page += 1) {
        const path = `/crm/owners/${VERSION}?limit=100${after === '' ? '' : `&after=${encodeURIComponent(after)}`}`;
        const { text } = await transport.sendFor(portalId, { method: 'GET', path });
        const { results, paging } = ownersSchema.parse(JSON.parse(text));
        for (const { id, email, firstName, lastName } of results)
          owners.push({ id, name: [firstName, lastName].filter(Boolean).join(' ') || email || `Owner ${id}` });
        after = paging?.next?.after ?? '';
        if (after === '') break;
      }
      return owners;
    },
    /** A workflow that waits goes on. The library would drop `typedOutputs`, which this version requires. */
    async complete(portalId: number, { callbackId, outputFields }: Completion): Promise<void> {
      const path = `/automation/actions/callbacks/${VERSION}/${encodeURIComponent(callbackId)}/complete`;
      // Values are text there, numbers as well.
      const texts = Object.fromEntries(Object.entries(outputFields).map(([name, value]) => [name, String(value)]));
      const body = JSON.stringify({ outputFields: texts, typedOutputs: {} });
      await transport.sendFor(portalId, {
        method: 'POST',
        path,
        headers: { 'Content-Type': 'application/json' },
        body,
      });
    },
    /** The app is removed from the account. */
    async uninstall(portalId: number): Promise<void> {
      await transport.sendFor(portalId, { method: 'DELETE', path: `/appinstalls/${VERSION}/external-install` });
    },
  };
}
