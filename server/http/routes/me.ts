import type { KeyHandlers } from '../handlers.ts';
import type { Ports } from '../ports.ts';

export function meRoutes({ pauses }: Pick<Ports, 'pauses'>): Pick<KeyHandlers, 'getMe'> {
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
        sending: pauses.of(key.mode) ? 'paused' : 'on',
      },
    }),
  };
}
