import { invalid, Refusal } from './answer.ts';
import type { Records, Values } from './records.ts';
import {
  ASSOCIATION_TYPES,
  type ObjectType,
  type Pipeline,
  type Property,
  REQUIRED,
  singularOf,
  TYPES,
} from './schema.ts';
import { faultOfValue, type ValueFault } from './values.ts';

export interface RulesOptions {
  readonly portalId: number;
  readonly records: Records;
  readonly properties: ReadonlyMap<ObjectType, ReadonlyMap<string, Property>>;
  readonly pipelines: Readonly<Record<'deals' | 'tickets', readonly Pipeline[]>>;
}

export type RecordRules = ReturnType<typeof createRecordRules>;

/** What HubSpot refuses to store. All of it throws Refusal. */
export function createRecordRules({ portalId, records, properties, pipelines }: RulesOptions) {
  /** Two records with one value of a unique property: 400 and this code, as integrations that met it report; not 409. */
  function takenBy(type: ObjectType, property: Property | undefined, value: string | null, self: string | null) {
    if (!property?.isUnique || !value) return [];
    const other = records.list(type).find((one) => one.id !== self && one.properties[property.name] === value);
    const message = `${other?.id} already has that value.`;
    return other ? [{ name: property.name, code: 'CONFLICTING_UNIQUE_VALUE', message }] : [];
  }

  function stageFaults(type: ObjectType, given: Values): ValueFault[] {
    if (type !== 'tickets' && type !== 'deals') return [];
    const [stageName, pipelineName] =
      type === 'tickets' ? ['hs_pipeline_stage', 'hs_pipeline'] : ['dealstage', 'pipeline'];
    const stage = given[stageName];
    if (!stage) return [];
    const found = pipelines[type].find((one) => one.stages.some(({ id }) => id === stage));
    const pipeline = given[pipelineName];
    if (found && (!pipeline || pipeline === found.id)) return [];
    return [{ name: stageName, code: 'INVALID_OPTION', message: `${stage} was not one of the allowed options` }];
  }

  function refuse(faults: readonly ValueFault[]): void {
    if (faults.length > 0) throw invalidValues(faults, portalId);
  }

  return {
    /** `self`: the record that is changed; null = it is a new one. */
    values(type: ObjectType, given: Values, self: string | null): void {
      const known = properties.get(type);
      refuse(
        Object.entries(given).flatMap(([name, value]) => {
          const property = known?.get(name);
          return faultOfValue(name, property, value) ?? takenBy(type, property, value, self);
        }),
      );
      refuse(stageFaults(type, given));
    },
    /** HubSpot dates the closing of a ticket by itself (knowledge.hubspot.com, "HubSpot's default ticket properties"). */
    closing(type: ObjectType, { hs_pipeline_stage: stage }: Values, nowMs: number): Values {
      if (type !== 'tickets' || !stage) return {};
      const isClosed = pipelines.tickets.some(({ stages }) =>
        stages.some(({ id, metadata }) => id === stage && metadata['ticketState'] === 'CLOSED'),
      );
      return { closed_date: isClosed ? new Date(nowMs).toISOString() : null };
    },
    required(type: ObjectType, given: Values): void {
      const missing = (REQUIRED[type] ?? []).filter((name) => !given[name]);
      if (missing.length === 0) return;
      const errors = missing.map((name) => ({
        message: `${name} is required`,
        code: 'MISSING_REQUIRED',
        context: { propertyName: [name] },
      }));
      throw invalid(`Error creating ${singularOf(type)}. Some required properties were not set.`, errors);
    },
    /** 409 with the id: HubSpot/hubspot-api-nodejs, issue 545. */
    email(type: ObjectType, { email }: Values): void {
      if (type !== 'contacts' || !email) return;
      const other = records.list('contacts').find((one) => one.properties['email'] === email);
      if (other) throw new Refusal(409, 'CONFLICT', `Contact already exists. Existing ID: ${other.id}`);
    },
  };
}

/** To which kind of record associations of these types lead. */
export function targetOf(from: ObjectType, typeIds: readonly number[]): ObjectType {
  const target = TYPES.find((to) => typeIds.every((id) => ASSOCIATION_TYPES[`${from}>${to}`]?.includes(id)));
  if (!target || typeIds.length === 0) throw invalid(`No association type ${typeIds.join(', ')} from ${from}`);
  return target;
}

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
