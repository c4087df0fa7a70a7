import type { Clock } from '../clock.ts';
import type { Mode } from '../rules/message.ts';
import { hashKey, newKeyText } from './key-format.ts';
import { type Key, NO_LIMITS } from './key-rows.ts';
import type { Scope } from './scopes.ts';

export interface OwnKey {
  /** 8 letters and digits, the same at every start: what was asked for under an Idempotency-Key is found again. */
  readonly id: string;
  readonly mode: Mode;
  readonly name: string;
  readonly scopes: readonly Scope[];
}

/** Keys that parts of this process use its API with. They are stored nowhere and end with the process. */
export interface OwnKeys {
  /** The key itself. */
  make(wanted: OwnKey): string;
  find(text: string): Key | null;
}

export function createOwnKeys(clock: Clock): OwnKeys {
  const keys = new Map<string, Key>();
  return {
    make({ id, mode, name, scopes }) {
      const { text } = newKeyText(mode, id);
      keys.set(digest(text), {
        id,
        mode,
        name,
        scopes: new Set(scopes),
        last4: text.slice(-4),
        createdAt: new Date(clock.now()),
        expiresAt: null,
        paused: null,
        limits: NO_LIMITS,
      });
      return text;
    },
    find: (text) => keys.get(digest(text)) ?? null,
  };
}

/** Looked up by hash, how long it takes says nothing about the key. */
const digest = (text: string) => hashKey(text).toString('hex');
