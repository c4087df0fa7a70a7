import type { Clock } from '../../../server/clock.ts';
import type { Storage } from '../../seam/storage.ts';
import { type ChannelRow, channelsOf } from '../store/channels.ts';
import { type Installation, installationsOf } from '../store/installations.ts';

/** What the tables say about workspaces and channels, as it was read last. */
export interface Snapshot {
  readonly number: number;
  readonly at: number;
  readonly installations: readonly Installation[];
  /** By the id that they are kept and the id that they are seen by. */
  readonly channels: ReadonlyMap<string, ChannelRow>;
}

export interface Snapshots {
  /** Null: nothing was read yet. */
  last(): Snapshot | null;
  read(isForced?: boolean): Promise<Snapshot>;
}

export interface SnapshotsOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  /** Workspaces may be connected; otherwise there are none in the tables. */
  readonly hasOAuth: boolean;
}

/** Other processes change these tables, too. */
const READ_EVERY_MS = 5_000;

export function createSnapshots({ storage, clock, hasOAuth }: SnapshotsOptions): Snapshots {
  let snapshot: Snapshot | null = null;
  let reads = 0;
  return {
    last: () => snapshot,
    async read(isForced = false) {
      if (!isForced && snapshot && clock.monotonic() - snapshot.at < READ_EVERY_MS) return snapshot;
      const mine = ++reads;
      const [installations, channels] = await Promise.all([
        hasOAuth ? installationsOf(storage) : Promise.resolve([]),
        channelsOf(storage),
      ]);
      const byId = channels.flatMap((row) => [[row.id, row] as const, [row.current_id, row] as const]);
      const found = { number: mine, at: clock.monotonic(), installations, channels: new Map(byId) };
      // One that was begun before another says nothing new.
      if (!snapshot || snapshot.number < mine) snapshot = found;
      return snapshot;
    },
  };
}
