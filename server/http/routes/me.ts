import type { KeyHandlers } from '../handlers.ts';

export function meRoutes(): Pick<KeyHandlers, 'getMe'> {
  return {
    getMe: ({ key }) => ({
      status: 200,
      body: {
        object: 'api_key',
        id: key.id,
        name: key.name,
        prefix: `sk_${key.mode}_${key.id}`,
        last4: key.last4,
        mode: key.mode,
        scopes: [...key.scopes],
        created_at: key.createdAt.toISOString(),
        expires_at: key.expiresAt?.toISOString() ?? null,
      },
    }),
  };
}
