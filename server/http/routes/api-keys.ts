import type { z } from 'zod';
import { PRESETS } from '../../access/scopes.ts';
import type { ApiKey, Made, Refused } from '../../access/manage-keys.ts';
import { keyChangeBody, keyListQuery, newKeyBody, rotationBody } from '../contract-keys.ts';
import type { Answer, KeyHandlers } from '../handlers.ts';
import { answerList } from '../list.ts';
import { parse } from '../parse.ts';
import type { Ports } from '../ports.ts';
import { type Fault, invalid, notFound } from '../problem.ts';

type Operations = 'listApiKeys' | 'createApiKey' | 'getApiKey' | 'changeApiKey' | 'revokeApiKey' | 'rotateApiKey';

export function apiKeyRoutesOf({ apiKeys, cursorKey, clock }: Ports): Pick<KeyHandlers, Operations> {
  return {
    listApiKeys({ key, query }) {
      const parsed = parse(keyListQuery, { ...query });
      if (!parsed.ok) return parsed;
      return answerList<ApiKey>({
        cursorKey,
        path: '/v1/api-keys',
        mode: key.mode,
        filters: {},
        limit: parsed.value.limit,
        cursor: parsed.value.cursor,
        read: (place, limit) => {
          const [at, id] = place ?? [];
          return apiKeys.list(key, at !== undefined && id !== undefined ? [new Date(at), id] : null, limit + 1);
        },
        placeOf: (row) => [row.created_at.toISOString(), row.id],
        view,
      });
    },
    async createApiKey({ key, json }) {
      const parsed = parse(newKeyBody, json);
      if (!parsed.ok) return parsed;
      const { name, mode = key.mode, preset = 'send_only', scopes = PRESETS[preset], ...rest } = parsed.value;
      const limits = limitsOf(rest);
      if (isPast(limits.expiresAt, clock.now())) return { fault: past };
      return made(await apiKeys.create(key, { name, mode, scopes: [...new Set(scopes)], ...limits }), 201);
    },
    async getApiKey({ key, params }) {
      const row = await apiKeys.find(key, params['key_id'] ?? '');
      return row ? { status: 200, body: view(row) } : { fault: notFound };
    },
    async changeApiKey({ key, params, json }) {
      const parsed = parse(keyChangeBody, json);
      if (!parsed.ok) return parsed;
      const { name, scopes, paused, ...rest } = parsed.value;
      const limits = limitsOf(rest);
      if (isPast(limits.expiresAt, clock.now())) return { fault: past };
      const pause = paused === undefined ? {} : { paused };
      const changes = { ...(name === undefined ? {} : { name }), ...(scopes ? { scopes: [...new Set(scopes)] } : {}) };
      const changed = await apiKeys.change(key, params['key_id'] ?? '', { ...changes, ...limits, ...pause });
      return changed.ok ? { status: 200, body: view(changed.row) } : { fault: faultOf(changed) };
    },
    async revokeApiKey({ key, params }) {
      return (await apiKeys.revoke(key, params['key_id'] ?? '')) ? { status: 204 } : { fault: notFound };
    },
    async rotateApiKey({ key, params, json }) {
      const parsed = parse(rotationBody, json);
      if (!parsed.ok) return parsed;
      return made(await apiKeys.rotate(key, params['key_id'] ?? '', parsed.value.overlap_seconds * 1_000), 200);
    },
  };
}

type Limits = Omit<z.output<typeof keyChangeBody>, 'name' | 'scopes' | 'paused'>;

function limitsOf({ expires_at, allowed_ips, allowed_countries, sender_ids, rate_limit, daily_cap }: Limits) {
  return {
    ...(expires_at === undefined ? {} : { expiresAt: expires_at === null ? null : new Date(expires_at) }),
    ...(allowed_ips ? { allowedIps: [...new Set(allowed_ips)] } : {}),
    ...(allowed_countries ? { allowedCountries: [...new Set(allowed_countries)] } : {}),
    ...(sender_ids ? { senderIds: [...new Set(sender_ids)] } : {}),
    ...(rate_limit === undefined ? {} : { rateLimit: rate_limit }),
    ...(daily_cap === undefined ? {} : { dailyCap: daily_cap }),
  };
}

const isPast = (expiresAt: Date | null | undefined, now: number) => (expiresAt?.getTime() ?? Infinity) <= now;
const past = invalid('expires_at', 'must be in the future; DELETE ends a key at once');

const made = (result: Made, status: number): Answer =>
  result.ok ? { status, body: { ...view(result.row), key: result.text } } : { fault: faultOf(result) };

function faultOf(refused: Refused): Fault {
  if (refused.reason === 'unknown') return notFound;
  if (refused.reason === 'too_many') return invalid('name', 'cannot be added: revoke keys that are not needed first');
  const { field, scope } = refused;
  return {
    code: 'FORBIDDEN',
    detail: `A key cannot give more than it has itself: ${scope ?? field}.`,
    param: field,
    ...(scope === undefined ? {} : { extra: { scope } }),
  };
}

function view(row: ApiKey) {
  return {
    id: row.id,
    object: 'api_key',
    name: row.name,
    prefix: `sk_${row.mode}_${row.id}`,
    last4: row.last4,
    mode: row.mode,
    scopes: row.scopes,
    allowed_ips: row.allowed_ips,
    allowed_countries: row.allowed_countries,
    sender_ids: row.sender_ids,
    rate_limit: row.rate_limit,
    daily_cap: row.daily_cap,
    paused_at: row.paused_at?.toISOString() ?? null,
    pause_reason: row.pause_reason,
    created_by: row.created_by,
    created_at: row.created_at.toISOString(),
    expires_at: row.expires_at?.toISOString() ?? null,
    last_used_at: row.last_used_at?.toISOString() ?? null,
    last_used_ip: row.last_used_ip,
    previous_expires_at: row.previous_until?.toISOString() ?? null,
    revoked_at: row.revoked_at?.toISOString() ?? null,
  };
}
