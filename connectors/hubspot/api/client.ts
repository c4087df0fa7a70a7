import type * as objectsApi from '@hubspot/api-client/lib/codegen/crm/objects/index.js';
import type * as propertiesApi from '@hubspot/api-client/lib/codegen/crm/properties/index.js';
import { HubSpotError } from './errors.ts';
import { createGatherer } from './gather.ts';
import { type Apis, createApis, HUBSPOT_DEFINED } from './library.ts';
import type { Transport } from './transport.ts';

/** A record with the properties that were asked for. */
export interface HubSpotRecord {
  readonly id: string;
  readonly properties: Readonly<Record<string, string | null>>;
}

export interface Association {
  readonly toId: string;
  readonly typeId: number;
}

export interface Filter {
  readonly propertyName: string;
  readonly operator: 'EQ' | 'IN' | 'GT' | 'GTE' | 'HAS_PROPERTY' | 'CONTAINS_TOKEN';
  readonly value?: string;
  readonly values?: readonly string[];
}

export interface Search {
  /** Alternatives; the filters of one hold together. */
  readonly groups: readonly (readonly Filter[])[];
  readonly properties: readonly string[];
  readonly limit: number;
  /** Ascending. */
  readonly sort?: string;
}

export interface PipelineStage {
  readonly id: string;
  readonly label: string;
  readonly pipelineLabel: string;
  readonly pipelineId: string;
  readonly isClosed: boolean;
}

export interface NewProperty {
  readonly name: string;
  readonly label: string;
  readonly type: 'string' | 'enumeration' | 'bool' | 'datetime' | 'number';
  readonly fieldType: 'text' | 'textarea' | 'select' | 'booleancheckbox' | 'date' | 'number';
  readonly options?: readonly string[];
  readonly isUnique?: boolean;
}

/** What an account has under a name. */
export interface KnownProperty {
  readonly type: string;
  readonly isUnique: boolean;
  readonly options: readonly string[];
}

export const BATCH_MAX = 100;

export type HubSpotClient = ReturnType<typeof createClient>;

/** The records of accounts, through HubSpot's own library. Everything here throws HubSpotError. */
export function createClient(transport: Transport) {
  const apisOf: ApisOf = (portalId) => createApis(transport, portalId);
  return { ...readsOf(apisOf), ...searchesOf(apisOf), ...writesOf(apisOf), ...schemaOf(apisOf) };
}

type ApisOf = (portalId: number) => Apis;

interface Read {
  readonly found: readonly HubSpotRecord[];
  /** HubSpot says that they do not exist. Of any other that is not found it says nothing. */
  readonly gone: ReadonlySet<string>;
}

function readsOf(apisOf: ApisOf) {
  const readBatch = async (key: string, ids: readonly string[]): Promise<Read> => {
    const [portalId = '', type = '', properties = ''] = key.split(' ');
    const inputs = [...new Set(ids)].map((id) => ({ id }));
    const wanted = { inputs, properties: namesIn(properties), propertiesWithHistory: [] };
    const answer = await apisOf(Number(portalId)).objects.batch.read(type, wanted);
    return { found: answer.results.map(recordOf), gone: new Set('errors' in answer ? goneIn(answer.errors) : []) };
  };
  /** What has become part of another record answers under the id of that. */
  const readOne = async (key: string, id: string): Promise<HubSpotRecord[]> => {
    const [portalId = '', type = '', properties = ''] = key.split(' ');
    try {
      return [recordOf(await apisOf(Number(portalId)).objects.basic.getById(type, id, namesIn(properties)))];
    } catch (error) {
      if (error instanceof HubSpotError && error.kind === 'notFound') return [];
      throw error;
    }
  };
  const gather = createGatherer(BATCH_MAX, readBatch);
  return {
    /** Those of the records that exist. */
    async read(
      portalId: number,
      type: string,
      ids: readonly string[],
      properties: readonly string[],
    ): Promise<HubSpotRecord[]> {
      const key = `${portalId} ${type} ${properties.join(',')}`;
      const records = new Map<string, HubSpotRecord>();
      for (const some of batches(ids)) {
        const { found, gone } = await (some.length === 1 ? gather(key, some[0] ?? '') : readBatch(key, some));
        for (const record of found) if (some.includes(record.id)) records.set(record.id, record);
        const unsaid = some.filter((id) => !records.has(id) && !gone.has(id));
        for (const id of unsaid) for (const record of await readOne(key, id)) records.set(record.id, record);
      }
      return [...records.values()];
    },
    /** Looks it up by a property that no two records share: no search, so nothing lags behind. */
    async readByUnique(portalId: number, type: string, property: string, value: string): Promise<HubSpotRecord> {
      const { objects } = apisOf(portalId);
      return recordOf(
        await objects.basic.getById(type, value, ['hs_object_id'], undefined, undefined, false, property),
      );
    },
  };
}

const searchesOf = (apisOf: ApisOf) => ({
  async search(portalId: number, type: string, { groups, properties, limit, sort }: Search): Promise<HubSpotRecord[]> {
    const filterGroups = groups.map((filters) => ({ filters: filters.map((one) => filterOf(one)) }));
    const request = {
      filterGroups,
      properties: [...properties],
      limit,
      // The first page: HubSpot's specs and the README of its library want it said.
      after: '0',
      sorts: sort === undefined ? [] : [sort],
    };
    const { results } = await apisOf(portalId).objects.search.doSearch(type, request);
    return results.map(recordOf);
  },
  /** By id of the record, the ids of those it is associated with, in HubSpot's order. */
  async linked(portalId: number, from: string, ids: readonly string[], to: string): Promise<Map<string, string[]>> {
    const { associations } = apisOf(portalId);
    const found = new Map<string, string[]>();
    for (const some of batches(ids)) {
      const { results } = await associations.batch.getPage(from, to, { inputs: some.map((id) => ({ id })) });
      for (const one of results)
        found.set(
          String(one._from.id),
          one.to.map(({ toObjectId }) => String(toObjectId)),
        );
    }
    return found;
  },
});

const writesOf = (apisOf: ApisOf) => ({
  async create(
    portalId: number,
    type: string,
    properties: Readonly<Record<string, string>>,
    associations: readonly Association[] = [],
  ): Promise<HubSpotRecord> {
    const { objects } = apisOf(portalId);
    const linked = associations.map(({ toId, typeId }) => ({
      to: { id: toId },
      types: [{ associationCategory: HUBSPOT_DEFINED, associationTypeId: typeId }],
    }));
    return recordOf(await objects.basic.create(type, { properties: { ...properties }, associations: linked }));
  },
  async update(
    portalId: number,
    type: string,
    id: string,
    properties: Readonly<Record<string, string>>,
  ): Promise<void> {
    await apisOf(portalId).objects.basic.update(type, id, { properties: { ...properties } });
  },
  /** By id, why a record was not written. One that HubSpot refuses keeps back no other. */
  async updateAll(
    portalId: number,
    type: string,
    inputs: readonly HubSpotUpdate[],
  ): Promise<ReadonlyMap<string, HubSpotError>> {
    const { objects } = apisOf(portalId);
    const refused = new Map<string, HubSpotError>();
    for (const some of batches(inputs)) {
      const all = some.map(({ id, properties }) => ({ id, properties: { ...properties } }));
      const written = await unlessRefused(() => objects.batch.update(type, { inputs: all }));
      const ids = written instanceof HubSpotError ? [] : written.results.map(({ id }) => String(id));
      for (const { id, properties } of all.filter((one) => !ids.includes(one.id))) {
        const result = await unlessRefused(() => objects.basic.update(type, id, { properties }));
        if (result instanceof HubSpotError) refused.set(id, result);
      }
    }
    return refused;
  },
});

/** What HubSpot has against the records themselves is answered, anything else is thrown. */
async function unlessRefused<Result>(write: () => Promise<Result>): Promise<Result | HubSpotError> {
  try {
    return await write();
  } catch (error) {
    const isRefused = error instanceof HubSpotError && ['validation', 'notFound', 'conflict'].includes(error.kind);
    if (isRefused) return error;
    throw error;
  }
}

function schemaOf(apisOf: ApisOf) {
  /** An import of thousands of tickets asks for the same at the same time. */
  const gatherStages = createGatherer<null, PipelineStage[]>(BATCH_MAX, async (key) => {
    const [portalId = '', type = ''] = key.split(' ');
    const { results } = await apisOf(Number(portalId)).pipelines.getAll(type);
    return results.flatMap(({ id: pipelineId, label: pipelineLabel, stages }) =>
      stages.map(({ id, label, metadata }) => ({
        id,
        label,
        pipelineLabel,
        pipelineId,
        isClosed: metadata?.['ticketState'] === 'CLOSED' || metadata?.['isClosed'] === 'true',
      })),
    );
  });
  return {
    /** The stages of all pipelines. */
    stages: (portalId: number, type: 'deals' | 'tickets'): Promise<PipelineStage[]> =>
      gatherStages(`${portalId} ${type}`, null),
    /** Null: there is none; it may have been deleted a while ago. */
    async property(portalId: number, type: string, name: string): Promise<KnownProperty | null> {
      try {
        const found = await apisOf(portalId).properties.getByName(type, name);
        const options = found.options.map(({ value }) => value);
        return { type: found.type, isUnique: found.hasUniqueValue === true, options };
      } catch (error) {
        if (error instanceof HubSpotError && error.kind === 'notFound') return null;
        throw error;
      }
    },
    async createGroup(portalId: number, type: string, name: string, label: string): Promise<void> {
      await apisOf(portalId).propertyGroups.create(type, { name, label });
    },
    async createProperty(
      portalId: number,
      type: string,
      groupName: string,
      { options = [], isUnique = false, ...property }: NewProperty,
    ): Promise<void> {
      const choices = options.map((value, displayOrder) => ({ label: value, value, displayOrder, hidden: false }));
      // The library types these by enumerations of its own, whose values are the same words.
      const body = {
        ...property,
        groupName,
        hasUniqueValue: isUnique,
        options: choices,
      } as propertiesApi.PropertyCreate;
      await apisOf(portalId).properties.create(type, body);
    },
  };
}

export interface HubSpotUpdate {
  readonly id: string;
  readonly properties: Readonly<Record<string, string>>;
}

/** HubSpot's specs call ids text; answers of it also have them as numbers, and the library passes on what came. */
const recordOf = ({ id, properties }: HubSpotRecord): HubSpotRecord => ({ id: String(id), properties });

const namesIn = (list: string) => (list === '' ? [] : list.split(','));

/** Of the errors of a batch, beside which the others were read. */
const goneIn = (errors: readonly objectsApi.StandardError[] = []): string[] =>
  errors.flatMap(({ category, context }) => (category === 'OBJECT_NOT_FOUND' ? (context['ids'] ?? []) : []));

const filterOf = ({ propertyName, operator, value, values }: Filter): objectsApi.Filter =>
  ({
    propertyName,
    operator,
    ...(value === undefined ? {} : { value }),
    ...(values === undefined ? {} : { values: [...values] }),
  }) as objectsApi.Filter;

function* batches<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let at = 0; at < items.length; at += BATCH_MAX) yield items.slice(at, at + BATCH_MAX);
}
