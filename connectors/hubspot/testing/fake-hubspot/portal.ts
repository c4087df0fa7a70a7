import type { Clock } from '../../../../server/clock.ts';
import { invalid, notFound, Refusal } from './answer.ts';
import {
  ASSOCIATION_TYPES,
  type ObjectType,
  type Pipeline,
  PIPELINES,
  PROPERTIES,
  type Property,
  REQUIRED,
  singularOf,
  TYPE_IDS,
  TYPES,
} from './schema.ts';
import { calculatedPhones, faultOfValue, type ValueFault } from './values.ts';

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

export interface Input {
  readonly properties: Readonly<Record<string, string | null>>;
  readonly associations?: readonly { readonly toId: string; readonly typeIds: readonly number[] }[];
}

export type Portal = ReturnType<typeof openPortal>;

/** One account: records, properties, pipelines and associations, with the rules that HubSpot has for them. */
export function openPortal({ id: portalId, clock, scopes, searchLagMs = 3_000, nextId, onChange }: PortalOptions) {
  const records = new Map<ObjectType, Map<string, Stored>>(TYPES.map((type) => [type, new Map()]));
  const properties = new Map<ObjectType, Map<string, Property>>(
    TYPES.map((type) => [type, new Map(PROPERTIES[type].map((one) => [one.name, one]))]),
  );
  const pipelines: Record<'deals' | 'tickets', readonly Pipeline[]> = { ...PIPELINES };
  const links = new Map<string, Map<string, number[]>>();
  /** Merged records answer under the id of what they became. */
  const merged = new Map<string, string>();
  const owners: { readonly id: string; readonly email: string; readonly userId: number }[] = [];

  const all = (type: ObjectType) => records.get(type) ?? new Map<string, Stored>();
  const live = (type: ObjectType, id: string): Stored => {
    const found = all(type).get(merged.get(`${type}:${id}`) ?? id);
    if (!found || found.isArchived) throw notFound();
    return found;
  };
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

  function check(type: ObjectType, given: Input['properties'], self: string | null): void {
    const known = properties.get(type);
    const faults = Object.entries(given).flatMap(([name, value]) => {
      const property = known?.get(name);
      return faultOfValue(name, property, value) ?? takenBy(type, property, value, self) ?? [];
    });
    if (faults.length > 0) throw invalidValues(faults, portalId);
    checkStage(type, given);
  }

  /** Two records with one value of a unique property: 400 and this code, as integrations that met it report; not 409. */
  function takenBy(
    type: ObjectType,
    property: Property | undefined,
    value: string | null,
    self: string | null,
  ): ValueFault | null {
    if (!property?.isUnique || !value) return null;
    const other = portal.list(type).find((one) => one.id !== self && one.properties[property.name] === value);
    const message = `${other?.id} already has that value.`;
    return other ? { name: property.name, code: 'CONFLICTING_UNIQUE_VALUE', message } : null;
  }

  function checkStage(type: ObjectType, given: Input['properties']): void {
    const [stageName, pipelineName] =
      type === 'tickets' ? ['hs_pipeline_stage', 'hs_pipeline'] : ['dealstage', 'pipeline'];
    const stage = type === 'tickets' || type === 'deals' ? given[stageName] : null;
    if (!stage) return;
    const within = pipelines[type === 'tickets' ? 'tickets' : 'deals'];
    const found = within.find((one) => one.stages.some(({ id }) => id === stage));
    const pipeline = given[pipelineName];
    const message = `${stage} was not one of the allowed options`;
    if (!found || (pipeline && pipeline !== found.id))
      throw invalidValues([{ name: stageName, code: 'INVALID_OPTION', message }], portalId);
  }

  function store(record: Stored, given: Input['properties']): void {
    record.seenBySearch = record.searchableAtMs <= clock.now() ? { ...record.properties } : record.seenBySearch;
    Object.assign(record.properties, given);
    if (record.type === 'contacts') Object.assign(record.properties, calculatedPhones(record.properties));
    record.updatedAtMs = clock.now();
    record.properties['lastmodifieddate'] = new Date(record.updatedAtMs).toISOString();
    record.properties['hs_lastmodifieddate'] = record.properties['lastmodifieddate'];
    record.searchableAtMs = clock.now() + searchLagMs;
  }

  function link(
    fromType: ObjectType,
    fromId: string,
    toType: ObjectType,
    toId: string,
    typeIds: readonly number[],
  ): void {
    const add = (key: string, id: string, ids: readonly number[]) => {
      const to = links.get(key) ?? new Map<string, number[]>();
      to.set(id, [...new Set([...(to.get(id) ?? []), ...ids])]);
      links.set(key, to);
    };
    add(`${fromType}:${fromId}>${toType}`, toId, typeIds);
    add(`${toType}:${toId}>${fromType}`, fromId, []);
  }

  const portal = {
    id: portalId,
    pipelines,
    owners,
    properties,
    searchLagMs,
    allows: (scope: string) => scopes === undefined || scopes.includes(scope),
    get: live,
    find: (type: ObjectType, id: string): Stored | null => all(type).get(merged.get(`${type}:${id}`) ?? id) ?? null,
    list: (type: ObjectType): Stored[] => [...all(type).values()].filter((one) => !one.isArchived),
    byUnique(type: ObjectType, name: string, value: string): Stored {
      if (properties.get(type)?.get(name)?.isUnique !== true) throw invalid(`${name} is not a unique property`);
      const found = portal.list(type).find((one) => one.properties[name] === value);
      if (!found) throw notFound();
      return found;
    },
    create(type: ObjectType, { properties: given, associations = [] }: Input, source = 'CRM_UI'): Stored {
      check(type, given, null);
      const missing = (REQUIRED[type] ?? []).filter((name) => !given[name]);
      if (missing.length > 0)
        throw invalid(
          `Error creating ${singularOf(type)}. Some required properties were not set.`,
          missing.map((name) => ({
            message: `${name} is required`,
            code: 'MISSING_REQUIRED',
            context: { propertyName: [name] },
          })),
        );
      if (type === 'contacts' && given['email']) refuseEmail(given['email']);
      const targets = associations.map(({ toId, typeIds }) => ({ toId, typeIds, toType: targetOf(type, typeIds) }));
      for (const { toType, toId } of targets) live(toType, toId);
      const at = clock.now();
      const record: Stored = {
        id: nextId(),
        type,
        properties: {},
        createdAtMs: at,
        updatedAtMs: at,
        isArchived: false,
        searchableAtMs: at + searchLagMs,
        seenBySearch: null,
      };
      store(record, { ...given, createdate: new Date(at).toISOString() });
      record.properties['hs_object_id'] = record.id;
      record.seenBySearch = null;
      all(type).set(record.id, record);
      for (const { toType, toId, typeIds } of targets) link(type, record.id, toType, toId, typeIds);
      tell(record, 'object.creation', source);
      for (const [name, value] of Object.entries(given))
        if (value) tell(record, 'object.propertyChange', source, { propertyName: name, propertyValue: value });
      return record;
    },
    update(type: ObjectType, id: string, given: Input['properties'], source = 'CRM_UI'): Stored {
      const record = live(type, id);
      check(type, given, record.id);
      const changed = Object.entries(given).filter(
        ([name, value]) => (record.properties[name] ?? '') !== (value ?? ''),
      );
      store(record, given);
      for (const [name, value] of changed)
        tell(record, 'object.propertyChange', source, { propertyName: name, propertyValue: value ?? '' });
      return record;
    },
    archive(type: ObjectType, id: string, subscriptionType = 'object.deletion', source = 'CRM_UI'): void {
      const record = live(type, id);
      record.isArchived = true;
      tell(record, subscriptionType, source);
    },
    /** Within 90 days a deleted record may come back (knowledge.hubspot.com, "Restore deleted records"). */
    restore(type: ObjectType, id: string): void {
      const record = all(type).get(id);
      if (!record?.isArchived) throw notFound();
      record.isArchived = false;
      tell(record, 'object.restore', 'CRM_UI');
    },
    /** For privacy: told as that and as a deletion, in any order ("Webhooks": contact.privacyDeletion). */
    forget(id: string): void {
      const record = live('contacts', id);
      record.isArchived = true;
      for (const name of Object.keys(record.properties)) delete record.properties[name];
      tell(record, 'contact.privacyDeletion', 'CRM_UI');
      tell(record, 'object.deletion', 'CRM_UI');
    },
    /** The second becomes part of the first, and its id leads there ("Webhooks", "object.merge"). */
    merge(type: ObjectType, primaryId: string, otherId: string): void {
      const [primary, other] = [live(type, primaryId), live(type, otherId)];
      store(primary, { ...other.properties, ...withValues(primary.properties), hs_object_id: primary.id });
      other.isArchived = true;
      merged.set(`${type}:${other.id}`, primary.id);
      const merge = { primaryObjectId: primary.id, mergedObjectIds: [other.id], newObjectId: primary.id };
      tell(primary, 'object.merge', 'CRM_UI', { merge });
    },
    link,
    linked: (fromType: ObjectType, fromId: string, toType: ObjectType): [string, number[]][] =>
      [...(links.get(`${fromType}:${fromId}>${toType}`) ?? new Map<string, number[]>())].filter(
        ([id]) => all(toType).get(id)?.isArchived === false,
      ),
    setPipelines(type: 'deals' | 'tickets', next: readonly Pipeline[]): void {
      pipelines[type] = next;
    },
  };

  /** 409 with the id: HubSpot/hubspot-api-nodejs, issue 545. */
  function refuseEmail(email: string): void {
    const other = portal.list('contacts').find((one) => one.properties['email'] === email);
    if (other) throw new Refusal(409, 'CONFLICT', `Contact already exists. Existing ID: ${other.id}`);
  }

  return portal;
}

function targetOf(from: ObjectType, typeIds: readonly number[]): ObjectType {
  const target = TYPES.find((to) => typeIds.every((id) => ASSOCIATION_TYPES[`${from}>${to}`]?.includes(id)));
  if (!target || typeIds.length === 0) throw invalid(`No association type ${typeIds.join(', ')} from ${from}`);
  return target;
}

const withValues = (properties: Stored['properties']) =>
  Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== null && value !== ''));

/** As HubSpot writes it: the message has the faults as JSON, and `errors` has them once more. */
function invalidValues(faults: readonly ValueFault[], portalId: number): Refusal {
  const listed = faults.map(({ name, code: error, message }) => ({
    isValid: false,
    message,
    error,
    name,
    localizedErrorMessage: message,
    portalId,
  }));
  return invalid(
    `Property values were not valid: ${JSON.stringify(listed)}`,
    faults.map(({ name, code, message }) => ({ message, code, context: { propertyName: [name] } })),
  );
}
