import type { Clock } from '../../../../server/clock.ts';
import { notFound } from './answer.ts';
import { type ObjectType, TIMES, TYPES } from './schema.ts';
import { calculatedPhones } from './values.ts';

export interface Stored {
  readonly id: string;
  readonly type: ObjectType;
  readonly properties: Record<string, string | null>;
  readonly createdAtMs: number;
  updatedAtMs: number;
  isArchived: boolean;
  /** From when on search sees it as it is; until then it sees what was before. */
  searchableAtMs: number;
  seenBySearch: Readonly<Record<string, string | null>> | null;
}

export type Values = Readonly<Record<string, string | null>>;

export type Records = ReturnType<typeof openRecords>;

/** The records of an account and what leads from one to another: kept, and not judged. */
export function openRecords(clock: Clock, nextId: () => string, searchLagMs: number) {
  const records = new Map<ObjectType, Map<string, Stored>>(TYPES.map((type) => [type, new Map()]));
  const links = new Map<string, Map<string, number[]>>();
  /** Merged records answer under the id of what they became. */
  const merged = new Map<string, string>();

  const all = (type: ObjectType) => records.get(type) ?? new Map<string, Stored>();
  const find = (type: ObjectType, id: string): Stored | null =>
    all(type).get(merged.get(`${type}:${id}`) ?? id) ?? null;

  function write(record: Stored, given: Values): void {
    record.seenBySearch = record.searchableAtMs <= clock.now() ? { ...record.properties } : record.seenBySearch;
    Object.assign(record.properties, given);
    if (record.type === 'contacts') Object.assign(record.properties, calculatedPhones(record.properties));
    record.updatedAtMs = clock.now();
    record.properties[TIMES[record.type].changed] = new Date(record.updatedAtMs).toISOString();
    record.searchableAtMs = clock.now() + searchLagMs;
  }

  function addLink(key: string, id: string, typeIds: readonly number[]): void {
    const to = links.get(key) ?? new Map<string, number[]>();
    to.set(id, [...new Set([...(to.get(id) ?? []), ...typeIds])]);
    links.set(key, to);
  }

  return {
    find,
    write,
    /** Also of what is archived, under its own id alone. */
    own: (type: ObjectType, id: string): Stored | null => all(type).get(id) ?? null,
    live(type: ObjectType, id: string): Stored {
      const found = find(type, id);
      if (!found || found.isArchived) throw notFound();
      return found;
    },
    list: (type: ObjectType): Stored[] => [...all(type).values()].filter((one) => !one.isArchived),
    add(type: ObjectType, given: Values): Stored {
      const at = clock.now();
      const times = { createdAtMs: at, updatedAtMs: at, searchableAtMs: at + searchLagMs };
      const record: Stored = { id: nextId(), type, properties: {}, ...times, isArchived: false, seenBySearch: null };
      write(record, { ...given, [TIMES[type].created]: new Date(at).toISOString() });
      record.properties['hs_object_id'] = record.id;
      record.seenBySearch = null;
      all(type).set(record.id, record);
      return record;
    },
    /** The second becomes part of the first. */
    merge(primary: Stored, other: Stored): void {
      write(primary, { ...other.properties, ...withValues(primary.properties), hs_object_id: primary.id });
      other.isArchived = true;
      merged.set(`${other.type}:${other.id}`, primary.id);
    },
    link(from: ObjectType, fromId: string, to: ObjectType, toId: string, typeIds: readonly number[]): void {
      addLink(`${from}:${fromId}>${to}`, toId, typeIds);
      addLink(`${to}:${toId}>${from}`, fromId, []);
    },
    linked: (from: ObjectType, fromId: string, to: ObjectType): [string, number[]][] =>
      [...(links.get(`${from}:${fromId}>${to}`) ?? new Map<string, number[]>())].filter(
        ([id]) => all(to).get(id)?.isArchived === false,
      ),
  };
}

const withValues = (properties: Stored['properties']) =>
  Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== null && value !== ''));
