import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CONDITIONAL_SCOPES, REQUIRED_SCOPES } from '../../connectors/hubspot/scopes.ts';
import { OUTCOMES } from '../../connectors/hubspot/rules/outcome.ts';
import { portalSettingsSchema } from '../../connectors/hubspot/portal-settings.ts';
import { stageRuleSchema } from '../../connectors/hubspot/rules/stage-rule.ts';
import { isWanted } from '../../connectors/hubspot/testing/fake-hubspot/subscriptions.ts';

/** What stands in the files that HubSpot is given, and in the connector: it has to be the same. */
const src = join(dirname(dirname(import.meta.dirname)), 'connectors/hubspot/app/src');
const files = readdirSync(src, { recursive: true, encoding: 'utf8' });
const read = (file: string) => readFileSync(join(src, file), 'utf8');
const metas = files.filter((file) => file.endsWith('-hsmeta.json'));
const json = <Shape>(file: string) => JSON.parse(read(file)) as Shape;

interface Field {
  readonly typeDefinition: { readonly name: string; readonly options?: readonly { readonly value: string }[] };
}
const action = json<{ config: { inputFields: Field[]; outputFields: Field[]; labels: { en: Labels } } }>(
  'app/workflow-actions/send-sms-hsmeta.json',
).config;
interface Labels {
  readonly inputFieldLabels: object;
  readonly outputFieldLabels: object;
}
const field = (fields: readonly Field[], name: string) =>
  fields.find(({ typeDefinition }) => typeDefinition.name === name);
const optionsOf = (fields: readonly Field[], name: string) =>
  field(fields, name)?.typeDefinition.options?.map(({ value }) => value);

describe('the project for HubSpot', () => {
  test('asks for the scopes that the connector asks for, and for no other', () => {
    const { auth } = json<{ config: { auth: Record<string, unknown> } }>('app/app-hsmeta.json').config;
    expect(auth['requiredScopes']).toEqual([...REQUIRED_SCOPES]);
    expect(auth['conditionallyRequiredScopes']).toEqual([...CONDITIONAL_SCOPES]);
    expect(auth['optionalScopes']).toEqual([]);
  });

  test('gives every name and every option of the workflow action a label, and has the outcomes of the connector', () => {
    const names = (fields: readonly Field[]) => fields.map(({ typeDefinition }) => typeDefinition.name);
    expect(Object.keys(action.labels.en.inputFieldLabels)).toEqual(names(action.inputFields));
    expect(Object.keys(action.labels.en.outputFieldLabels)).toEqual(names(action.outputFields));
    expect(optionsOf(action.outputFields, 'sms_status')?.toSorted()).toEqual([...OUTCOMES].toSorted());
    expect(optionsOf(action.inputFields, 'message_class')).toEqual(
      stageRuleSchema.shape.message_class.unwrap().options,
    );
    expect(optionsOf(action.inputFields, 'recipient_policy')).toEqual(['enrolled', 'primary', 'all', 'number']);
    expect(optionsOf(action.inputFields, 'wait_for')).toEqual(['accepted', 'delivered']);
  });

  test('names no deployment: addresses and uids come from a profile, and the example has every variable', () => {
    const used = new Set(metas.flatMap((file) => [...read(file).matchAll(/\$\{(\w+)\}/g)].map((match) => match[1])));
    const { variables } = json<{ variables: object }>('hsprofile.example.json');
    expect([...used].toSorted()).toEqual(Object.keys(variables).toSorted());
    for (const file of metas) expect(read(file), file).not.toMatch(/https?:\/\//);
    expect(files.filter((file) => /hsprofile\.(?!example)/.test(file))).toEqual([]);
  });

  test('subscribes to exactly what the stand-in for HubSpot tells', () => {
    interface Subscription {
      readonly subscriptionType: string;
      readonly objectType: string;
      readonly propertyName?: string;
    }
    const { subscriptions } = json<{ config: { subscriptions: { crmObjects: Subscription[] } } }>(
      'app/webhooks/webhooks-hsmeta.json',
    ).config;
    const keyOf = (one: Subscription) => [one.objectType, one.subscriptionType, one.propertyName].join(' ').trim();
    const asked = subscriptions.crmObjects.map(keyOf);
    const types = ['creation', 'deletion', 'merge', 'restore'].map((type) => `object.${type}`);
    const properties = new Set(subscriptions.crmObjects.flatMap(({ propertyName }) => propertyName ?? []));
    const changes = Object.entries({ contact: '0-1', company: '0-2', deal: '0-3', ticket: '0-5' }).flatMap(
      ([objectType, objectTypeId]) => [
        ...types.map((subscriptionType) => ({ objectType, objectTypeId, subscriptionType })),
        ...[...properties, 'firstname'].map((propertyName) => ({
          objectType,
          objectTypeId,
          subscriptionType: 'object.propertyChange',
          propertyName,
        })),
      ],
    );
    const change = { portalId: 1, objectId: '1', changeSource: 'CRM_UI', occurredAtMs: 0, ordinal: 0 };
    const told = changes.filter((one) => isWanted({ ...change, ...one })).map(keyOf);
    expect(told.toSorted()).toEqual(asked.toSorted());
  });

  test('has cards that import nothing from outside of their folder: HubSpot would not find it', () => {
    for (const file of files.filter((name) => /\.tsx?$/.test(name))) {
      const imported = [...read(file).matchAll(/from '([^']+)'/g)].map((match) => match[1] ?? '');
      const allowed = /^(\.\/[\w-]+\.tsx?|react|@hubspot\/ui-extensions|@sms-bridge\/ask)$/;
      expect(
        imported.filter((name) => !allowed.test(name)),
        file,
      ).toEqual([]);
    }
  });

  test('has entry points that exist, and shows every setting of an account', () => {
    const entries = metas.flatMap((file) => /"entrypoint": "([^"]+)"/.exec(read(file))?.[1] ?? []);
    expect(entries.length).toBe(4);
    for (const entry of entries) expect(read(entry), entry).toContain('hubspot.extend<');
    const page = files
      .filter((name) => name.startsWith('app/settings/') && name.endsWith('.tsx'))
      .map(read)
      .join('\n');
    for (const name of Object.keys(portalSettingsSchema.shape)) expect(page, name).toContain(name);
  });
});
