import { z } from 'zod';
import type { Clock } from '../../../server/clock.ts';
import type { Storage } from '../../seam/storage.ts';
import type { SmsClient } from '../../sdk/index.ts';
import { HubSpotError } from '../api/errors.ts';
import type { PlainClient } from '../api/plain.ts';
import { asked } from '../cards/asked.ts';
import { systemOf } from '../consent/mirror.ts';
import type { Route } from '../http/routes.ts';
import { refuseUnlessMaySave } from '../settings-page/may-save.ts';
import { forgetTokens, setPortalState } from '../store/portals.ts';

export interface DisconnectOptions {
  readonly storage: Storage;
  readonly plain: PlainClient;
  readonly sdk: Pick<SmsClient, 'optOuts'>;
  readonly clock: Clock;
}

/** An account leaves: the app is removed there, its tokens are forgotten here, and no opt-out waits for it any more. */
export function disconnectRoute({ storage, plain, sdk, clock }: DisconnectOptions): Route {
  return asked(storage, {
    method: 'POST',
    path: 'disconnect',
    schema: z.unknown(),
    takesLapsed: true,
    async answer(asker) {
      const { portalId } = refuseUnlessMaySave(asker);
      await plain.uninstall(portalId).catch((error: unknown) => {
        // Removed there before.
        if (!(error instanceof HubSpotError) || error.kind !== 'auth') throw error;
      });
      await storage.transaction(async (tx) => {
        await setPortalState(tx, portalId, 'uninstalled', null, new Date(clock.now()));
        await forgetTokens(tx, portalId);
      });
      await sdk.optOuts.systems.remove(systemOf(portalId)).catch(() => undefined);
      return {};
    },
  });
}
