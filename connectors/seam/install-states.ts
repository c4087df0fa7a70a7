import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../../server/clock.ts';
import type { Storage } from './storage.ts';
import { addInstallState, takeInstallState } from './store/install-states.ts';

export { INSTALL_STATE_TABLE } from './store/install-states.ts';

export interface InstallStatesOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  /** Of the connector. */
  readonly name: string;
  /** How browsers reach the server. */
  readonly publicUrl: string;
}

/** Who comes back from the other tool has to be who went there (RFC 6749, section 10.12). */
export interface InstallStates {
  /** For the address that the browser is sent to, and the header `Set-Cookie` of the answer that sends it. */
  begin(): Promise<{ readonly state: string; readonly cookie: string }>;
  /** True once, within ten minutes, and in the browser that has the cookie. */
  take(state: string, cookies: string | undefined): Promise<boolean>;
}

const LIFE_SECONDS = 600;

export function createInstallStates({ storage, clock, name, publicUrl }: InstallStatesOptions): InstallStates {
  const cookieName = `smsbridge_${name}`;
  const secure = publicUrl.startsWith('https:') ? ' Secure;' : '';
  const scope = `HttpOnly;${secure} SameSite=Lax; Path=/connectors/${name}/; Max-Age=${LIFE_SECONDS}`;
  return {
    async begin() {
      const [state, browser] = [randomBytes(24).toString('base64url'), randomBytes(24).toString('base64url')];
      const now = clock.now();
      const expiresAt = new Date(now + LIFE_SECONDS * 1_000);
      await addInstallState(storage, digest(state), digest(browser), expiresAt, new Date(now));
      return { state, cookie: `${cookieName}=${browser}; ${scope}` };
    },
    take(state, cookies) {
      const browser = new RegExp(`(?:^|; )${cookieName}=([\\w-]{10,64})(?:;|$)`).exec(cookies ?? '')?.[1] ?? '';
      return takeInstallState(storage, digest(state), digest(browser), new Date(clock.now()));
    },
  };
}

const digest = (text: string) => createHash('sha256').update(text).digest();
