import type { PublicHandlers } from '../handlers.ts';
import { openApi } from '../openapi.ts';
import type { Ports } from '../ports.ts';

type Operations = 'getHealth' | 'getReadiness' | 'getOpenApi';

export function healthRoutes({ readiness, publicUrl }: Ports): Pick<PublicHandlers, Operations> {
  let document: Buffer | null = null;
  return {
    getHealth: () => ({ status: 200, body: { status: 'ok' } }),
    async getReadiness() {
      const { ready, database, queue, carrier } = await readiness();
      const body = { status: ready ? 'ready' : 'not_ready', database, queue, carrier };
      return ready ? { status: 200, body } : { status: 503, body, headers: { 'Retry-After': '5' } };
    },
    getOpenApi() {
      document ??= Buffer.from(JSON.stringify(openApi(publicUrl)));
      return { status: 200, body: document };
    },
  };
}
