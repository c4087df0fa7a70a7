import type { SlackClient } from '../egress/client.ts';
import type { ShownView } from './payload.ts';

/**
 * Changes views while somebody types in them. Each change names the view that it was made from (`hash`), so that a late
 * one never brings back what was there before. But the next key is often pressed before the answer to the last one has
 * arrived, and names a view that is gone: it counts when it is the newest, and the view is one that was made here.
 */
export interface ViewHashes {
  /** Of a change that has just come in. */
  nextOrder(): number;
  update(
    client: Pick<SlackClient, 'interactive'>,
    from: ShownView,
    view: { readonly private_metadata: string } & object,
    order: number,
  ): Promise<void>;
}

interface Known {
  readonly hash: string;
  readonly order: number;
  readonly about: string;
}

const KNOWN_MAX = 1_000;

export function createViewHashes(): ViewHashes {
  const known = new Map<string, Known>();
  const newest = new Map<string, number>();
  const remember = (id: string, one: Known) => {
    if (known.size >= KNOWN_MAX) known.clear();
    known.set(id, one);
  };

  let orders = 0;
  return {
    nextOrder: () => ++orders,
    async update({ interactive }, from, view, order) {
      const call = (hash: string | undefined) =>
        interactive('views.update', { view_id: from.id, view, ...(hash === undefined ? {} : { hash }) });
      if (newest.size >= KNOWN_MAX) newest.clear();
      newest.set(from.id, Math.max(order, newest.get(from.id) ?? 0));
      let result = await call(from.hash);
      const before = known.get(from.id);
      const isConflict = result.type === 'refused' && result.error === 'hash_conflict';
      // The same fields as in the view that took its place: only what is said below them differs.
      const mayFollow = before && before.order < order && before.about === from.private_metadata;
      if (isConflict && mayFollow && newest.get(from.id) === order) result = await call(before.hash);
      if (result.type !== 'ok') return;
      const hash: unknown = Object(result.data['view'])['hash'];
      if (typeof hash === 'string') remember(from.id, { hash, order, about: view.private_metadata });
    },
  };
}
