import type { Clock } from '../../../../server/clock.ts';
import type { Stored } from './records.ts';
import { TYPE_IDS } from './schema.ts';

/** What the webhooks of an app tell. */
export interface Change {
  readonly portalId: number;
  readonly subscriptionType: string;
  readonly objectTypeId: string;
  readonly objectId: string;
  readonly propertyName?: string;
  readonly propertyValue?: string;
  readonly changeSource: string;
  readonly occurredAtMs: number;
  /** How often the property was changed before within this millisecond. */
  readonly ordinal: number;
  readonly merge?: {
    readonly primaryObjectId: string;
    readonly mergedObjectIds: readonly string[];
    readonly newObjectId: string;
  };
}

export interface ChangesOptions {
  readonly portalId: number;
  readonly clock: Clock;
  readonly onChange: (change: Change) => void;
}

export type Changes = ReturnType<typeof openChanges>;

/** The changes of an account, as its webhooks tell them. */
export function openChanges({ portalId, clock, onChange }: ChangesOptions) {
  const ordinals = new Map<string, number>();
  const ordinalOf = (record: Stored, propertyName = '') => {
    const key = `${record.type}:${record.id}:${clock.now()}:${propertyName}`;
    const ordinal = ordinals.get(key) ?? 0;
    ordinals.set(key, ordinal + 1);
    return ordinal;
  };
  const tell = (record: Stored, subscriptionType: string, changeSource: string, more: Partial<Change> = {}) =>
    onChange({
      portalId,
      subscriptionType,
      objectTypeId: TYPE_IDS[record.type],
      objectId: record.id,
      changeSource,
      occurredAtMs: clock.now(),
      ordinal: ordinalOf(record, more.propertyName),
      ...more,
    });
  return {
    tell,
    tellProperty(record: Stored, source: string, propertyName: string, propertyValue: string): void {
      tell(record, 'object.propertyChange', source, { propertyName, propertyValue });
    },
  };
}
