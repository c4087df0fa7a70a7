import type { Clock } from '../../../server/clock.ts';
import { PAUSE_MS } from '../egress/calling.ts';
import type { Method, SlackResult } from '../egress/client.ts';
import { isOfAll, remedyFor } from '../egress/slack-errors.ts';

/** What Slack refuses in one workspace until somebody acts. */
export interface Refusals {
  /** How a call was answered. */
  hear(method: Method, given: Readonly<Record<string, unknown>>, result: SlackResult): void;
  /** `what` is refused; null = everything. */
  note(what: string | null, reason: string): void;
  /** It takes calls again. */
  clear(): void;
  /** Why everything is refused; null = it is not. */
  all(): string | null;
  /** Milliseconds until something may be tried again. */
  pausedMs(): number;
  /** What is refused although other calls are taken. */
  some(): readonly Refusal[];
}

export interface Refusal {
  /** A method, and where it is meant, its channel; null = everything. */
  readonly what: string | null;
  readonly reason: string;
}

/** Nobody has tried it again for so long: it is nothing to anybody. */
const KEPT_MS = 7_200_000;

/** An app may be without their scopes: each has another way. */
const OPTIONAL = new Set<Method>([
  'conversations.info',
  'conversations.join',
  'usergroups.users.list',
  'users.lookupByEmail',
]);

/** `onNew`: somebody is to be told of it. */
export function createRefusals(clock: Clock, onNew: (refusal: Refusal) => void): Refusals {
  const known = new Map<string | null, { readonly reason: string; readonly at: number }>();

  function note(what: string | null, reason: string): void {
    const isNew = known.get(what)?.reason !== reason;
    known.set(what, { reason, at: clock.monotonic() });
    if (isNew) onNew({ what, reason });
  }

  return {
    note,
    clear: () => known.clear(),
    hear(method, { channel, token }, result) {
      // A token of its own says nothing about that of the app.
      if (token !== undefined || result.type === 'limited' || result.type === 'unknown') return;
      const place = typeof channel === 'string' ? `${method} to ${channel}` : method;
      const error = result.type === 'refused' ? result.error : '';
      if (isOfAll(error)) return note(null, error);
      known.delete(null);
      if (result.type === 'ok') for (const what of [method, place]) known.delete(what);
      if (error === 'missing_scope') return OPTIONAL.has(method) ? undefined : note(method, error);
      if (remedyFor(error) === 'pause') note(place, error);
    },
    all: () => known.get(null)?.reason ?? null,
    pausedMs: () => Math.max(0, (known.get(null)?.at ?? -PAUSE_MS) + PAUSE_MS - clock.monotonic()),
    some: () =>
      [...known].flatMap(([what, { reason, at }]) =>
        what === null || clock.monotonic() - at > KEPT_MS ? [] : [{ what, reason }],
      ),
  };
}
