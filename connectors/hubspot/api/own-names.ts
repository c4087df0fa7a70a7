import type { HubSpotClient, HubSpotRecord } from './client.ts';

/** What our properties are called in an account that has others under their names, by the name that we use everywhere else. */
export type OwnNames = Readonly<Record<string, string>>;

type Values = Readonly<Record<string, string>>;

/** The same client; of the properties of records it speaks as each account calls them. */
export function withOwnNames(client: HubSpotClient, namesOf: (portalId: number) => Promise<OwnNames>): HubSpotClient {
  const there = (names: OwnNames, name: string) => names[name] ?? name;
  const written = (names: OwnNames, properties: Values): Values =>
    Object.fromEntries(Object.entries(properties).map(([name, value]) => [there(names, name), value]));
  const read = (names: OwnNames, record: HubSpotRecord): HubSpotRecord => {
    const own = Object.entries(names).filter(([, name]) => name in record.properties);
    const properties = own.map(([ours, name]) => [ours, record.properties[name] ?? null] as const);
    return { ...record, properties: { ...record.properties, ...Object.fromEntries(properties) } };
  };
  return {
    ...client,
    async read(portalId, type, ids, properties) {
      const names = await namesOf(portalId);
      const wanted = properties.map((name) => there(names, name));
      return (await client.read(portalId, type, ids, wanted)).map((record) => read(names, record));
    },
    async readByUnique(portalId, type, property, value) {
      return client.readByUnique(portalId, type, there(await namesOf(portalId), property), value);
    },
    async search(portalId, type, search) {
      const names = await namesOf(portalId);
      const groups = search.groups.map((filters) =>
        filters.map((filter) => ({ ...filter, propertyName: there(names, filter.propertyName) })),
      );
      const properties = search.properties.map((name) => there(names, name));
      const found = await client.search(portalId, type, { ...search, groups, properties });
      return found.map((record) => read(names, record));
    },
    async create(portalId, type, properties, associations) {
      return client.create(portalId, type, written(await namesOf(portalId), properties), associations);
    },
    async update(portalId, type, id, properties) {
      await client.update(portalId, type, id, written(await namesOf(portalId), properties));
    },
    async updateAll(portalId, type, inputs) {
      const names = await namesOf(portalId);
      const changes = inputs.map(({ id, properties }) => ({ id, properties: written(names, properties) }));
      return client.updateAll(portalId, type, changes);
    },
  };
}
