import { routes } from '../../server/http/contract.ts';
import type { WireAnswer } from './documented.ts';

/** Ids of what was made or listed, by the names that paths have for them. */
export interface SeenIds {
  note(operation: string, answer: WireAnswer): void;
  /** The path with what `pick` makes of the ids known for each name. */
  fill(path: string, pick: (ids: readonly string[], place: number) => string): string;
}

const KEPT = 50;
/** An id of the right shape that nobody has. */
const NOBODY = '00000000-0000-7000-8000-000000000000';

/** `isOurs`: ids that are never handed on. */
export function seenIds(isOurs: (id: string) => boolean = () => false): SeenIds {
  const ids = new Map<string, string[]>();
  const keep = (name: string, id: unknown) => {
    if (typeof id !== 'string' || isOurs(id)) return;
    const known = ids.get(name) ?? [];
    known[known.length < KEPT ? known.length : id.length % KEPT] = id;
    ids.set(name, known);
  };
  return {
    note(operation, { status, text }) {
      if (status >= 300 || !text.startsWith('{')) return;
      const body = JSON.parse(text) as Record<string, unknown>;
      const named = nameOfId.get(operation);
      for (const one of [body, ...(Array.isArray(body['data']) ? (body['data'] as Record<string, unknown>[]) : [])]) {
        for (const [name, value] of Object.entries(one)) keep(name, value);
        if (named !== undefined) keep(named, one['id']);
      }
    },
    fill(path, pick) {
      let place = 0;
      return path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
        encodeURIComponent(pick(ids.get(name) ?? [NOBODY], place++).toWellFormed()),
      );
    },
  };
}

/** How paths call the `id` of what a route makes or lists. */
const nameOfId = new Map(
  routes.map(({ operation, path }) => [
    operation,
    routes.find((one) => one.path.startsWith(`${path}/{`))?.path.match(/\{(\w+)\}/)?.[1],
  ]),
);
