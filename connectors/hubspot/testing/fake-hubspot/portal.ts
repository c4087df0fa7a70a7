import type { Clock } from '../../../../server/clock.ts';
import { invalid, notFound, type Refusal } from './answer.ts';
import { type Change, type Changes, openChanges } from './changes.ts';
import { createRecordRules, type RecordRules, targetOf } from './record-rules.ts';
import { openRecords, type Records, type Stored, type Values } from './records.ts';
import { type ObjectType, type Pipeline, PIPELINES, PROPERTIES, type Property, TYPES } from './schema.ts';

export interface PortalOptions {
  readonly id: number;
  readonly clock: Clock;
  /** What the tier of the account allows; everything when left out. */
  readonly scopes?: readonly string[] | undefined;
  /** How long search lags behind, 3,000 ms when left out. */
  readonly searchLagMs?: number | undefined;
  readonly nextId: () => string;
  readonly onChange: (change: Change) => void;
}

/** A record that cannot be read or written, for instance by a rule of an administrator. */
export interface Faulty {
  readonly action: 'read' | 'write';
  readonly refusal: Refusal;
  /** A batch with it is refused whole; otherwise the others of the batch are done, and it is one of its errors. */
  readonly breaksBatch: boolean;
}

export interface Input {
  readonly properties: Values;
  readonly associations?: readonly { readonly toId: string; readonly typeIds: readonly number[] }[];
}

export type Portal = ReturnType<typeof openPortal>;

/** One account: records, properties, pipelines and associations, with the rules that HubSpot has for them. */
export function openPortal({ id: portalId, clock, scopes, searchLagMs = 3_000, nextId, onChange }: PortalOptions) {
  const properties = new Map<ObjectType, Map<string, Property>>(
    TYPES.map((type) => [type, new Map(PROPERTIES[type].map((one) => [one.name, one]))]),
  );
  const pipelines: Record<'deals' | 'tickets', readonly Pipeline[]> = { ...PIPELINES };
  const faulty = new Map<string, Faulty>();
  const owners: { readonly id: string; readonly email: string; readonly userId: number }[] = [];
  const records = openRecords(clock, nextId, searchLagMs);
  const changes = openChanges({ portalId, clock, onChange });
  const rules = createRecordRules({ portalId, records, properties, pipelines });

  return {
    id: portalId,
    pipelines,
    owners,
    /** By id of the record. */
    faulty,
    properties,
    searchLagMs,
    allows: (scope: string) => scopes === undefined || scopes.includes(scope),
    get: records.live,
    find: records.find,
    list: records.list,
    link: records.link,
    linked: records.linked,
    byUnique(type: ObjectType, name: string, value: string): Stored {
      if (properties.get(type)?.get(name)?.isUnique !== true) throw invalid(`${name} is not a unique property`);
      const found = records.list(type).find((one) => one.properties[name] === value);
      if (!found) throw notFound();
      return found;
    },
    setPipelines(type: 'deals' | 'tickets', next: readonly Pipeline[]): void {
      pipelines[type] = next;
    },
    ...writesOf({ records, changes, rules, clock }),
    ...endingsOf({ records, changes }),
  };
}

interface Parts {
  readonly records: Records;
  readonly changes: Changes;
  readonly rules: RecordRules;
  readonly clock: Clock;
}

const BY_USER = 'CRM_UI';

const writesOf = ({ records, changes, rules, clock }: Parts) => ({
  create(type: ObjectType, { properties: given, associations = [] }: Input, source = BY_USER): Stored {
    rules.values(type, given, null);
    rules.required(type, given);
    rules.email(type, given);
    const targets = associations.map(({ toId, typeIds }) => ({ toId, typeIds, toType: targetOf(type, typeIds) }));
    for (const { toType, toId } of targets) records.live(toType, toId);
    const record = records.add(type, { ...given, ...rules.closing(type, given, clock.now()) });
    for (const { toType, toId, typeIds } of targets) records.link(type, record.id, toType, toId, typeIds);
    changes.tell(record, 'object.creation', source);
    for (const [name, value] of Object.entries(given)) if (value) changes.tellProperty(record, source, name, value);
    return record;
  },
  update(type: ObjectType, id: string, given: Values, source = BY_USER): Stored {
    const record = records.live(type, id);
    rules.values(type, given, record.id);
    const changed = Object.entries(given).filter(([name, value]) => (record.properties[name] ?? '') !== (value ?? ''));
    records.write(record, { ...given, ...rules.closing(type, Object.fromEntries(changed), clock.now()) });
    for (const [name, value] of changed) changes.tellProperty(record, source, name, value ?? '');
    return record;
  },
});

const endingsOf = ({ records, changes }: Pick<Parts, 'records' | 'changes'>) => ({
  archive(type: ObjectType, id: string, subscriptionType = 'object.deletion', source = BY_USER): void {
    const record = records.live(type, id);
    record.isArchived = true;
    changes.tell(record, subscriptionType, source);
  },
  /** Within 90 days a deleted record may come back (knowledge.hubspot.com, "Restore deleted records"). */
  restore(type: ObjectType, id: string): void {
    const record = records.own(type, id);
    if (!record?.isArchived) throw notFound();
    record.isArchived = false;
    changes.tell(record, 'object.restore', BY_USER);
  },
  /** For privacy: told as that and as a deletion, in any order ("Webhooks": contact.privacyDeletion). */
  forget(id: string): void {
    const record = records.live('contacts', id);
    record.isArchived = true;
    for (const name of Object.keys(record.properties)) delete record.properties[name];
    changes.tell(record, 'contact.privacyDeletion', BY_USER);
    changes.tell(record, 'object.deletion', BY_USER);
  },
  /** The second becomes part of the first, and its id leads there ("Webhooks", "object.merge"). */
  merge(type: ObjectType, primaryId: string, otherId: string): void {
    const [primary, other] = [records.live(type, primaryId), records.live(type, otherId)];
    records.merge(primary, other);
    const merge = { primaryObjectId: primary.id, mergedObjectIds: [other.id], newObjectId: primary.id };
    changes.tell(primary, 'object.merge', BY_USER, { merge });
  },
});
