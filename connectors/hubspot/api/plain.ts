import { z } from 'zod';
import { HUBSPOT_API_VERSION as VERSION } from '../scopes.ts';
import type { Transport } from './transport.ts';

/** What HubSpot's library has no dated calls for, or loses parts of: OAuth, callbacks of workflows, the account. */

const tokensSchema = z.object({
  access_token: z.string().min(1).max(4_000),
  refresh_token: z.string().min(1).max(4_000),
  expires_in: z.number().positive().max(86_400),
  hub_id: z.number().int().positive(),
  user_id: z.number().int().optional(),
  scopes: z.array(z.string().max(200)).max(200).default([]),
});
const accountSchema = z.object({ timeZone: z.string().max(64).nullish(), uiDomain: z.string().max(200).nullish() });

const ownersSchema = z.object({
  results: z
    .array(
      z.object({
        id: z.string().max(20),
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

export type IssuedTokens = z.output<typeof tokensSchema>;

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

/** Everything here throws HubSpotError. */
export function createPlainClient({ transport, clientId, clientSecret }: PlainOptions) {
  async function issue(form: Readonly<Record<string, string>>): Promise<IssuedTokens> {
    const body = new URLSearchParams({ client_id: clientId, client_secret: clientSecret, ...form }).toString();
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const { text } = await transport.send({ method: 'POST', path: `/oauth/${VERSION}/token`, headers, body });
    return tokensSchema.parse(JSON.parse(text));
  }
  return {
    tokensByCode: (code: string, redirectUri: string) =>
      issue({ grant_type: 'authorization_code', code, redirect_uri: redirectUri }),
    tokensByRefresh: (refreshToken: string) => issue({ grant_type: 'refresh_token', refresh_token: refreshToken }),
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
