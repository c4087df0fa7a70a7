import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { CONDITIONAL_SCOPES, REQUIRED_SCOPES } from '../../connectors/hubspot/scopes.ts';
import { HUBSPOT_EXCEPTIONS } from '../support/hubspot-spec-exceptions.ts';
import { readSpecs, specsFolder } from '../support/hubspot-specs.ts';
import { operationsOf } from '../support/spec-document.ts';
import { createSpecJudge } from '../support/spec-judge.ts';

const src = path.join(import.meta.dirname, '../../connectors/hubspot/app/src/app');
const configOf = (file: string) =>
  (JSON.parse(readFileSync(path.join(src, file), 'utf8')) as { config: Record<string, unknown> }).config;

const folder = specsFolder(process.env);
if (folder === null)
  console.warn("Skipped: the project for HubSpot against HubSpot's own specs. Set HUBSPOT_SPECS to a folder of them.");
const documents = folder === null ? [] : readSpecs(folder);
const judge = createSpecJudge(documents, HUBSPOT_EXCEPTIONS);

describe.skipIf(folder === null)("the project for HubSpot, by HubSpot's specs", () => {
  /** The file has what HubSpot's API takes, and says in other words that it is published and for whom. */
  const action = () => {
    const { isPublished, supportedClients, ...config } = configOf('workflow-actions/send-sms-hsmeta.json');
    expect(supportedClients).toEqual([{ client: 'WORKFLOWS' }]);
    return structuredClone({ ...config, published: isPublished }) as unknown as Action;
  };
  interface Action {
    readonly inputFields: { typeDefinition: Record<string, unknown>; supportedValueTypes: string[] }[];
    readonly outputFields: { typeDefinition: Record<string, unknown> }[];
    readonly labels: { en: Record<string, unknown> };
    readonly inputFieldDependencies: Record<string, unknown>[];
  }
  const faultsAfter = (change: (one: Action) => void) => {
    const changed = action();
    change(changed);
    return judge.faultsOf('PublicActionDefinitionEgg', changed);
  };

  test('has a workflow action of types, fields, values and labels that exist', () => {
    expect(judge.faultsOf('PublicActionDefinitionEgg', action())).toEqual([]);
  });

  test.each<[string, (one: Action) => void]>([
    [
      'a field that does not exist',
      (one) => Object.assign(one.inputFields[0]!.typeDefinition, { fieldType: 'combobox' }),
    ],
    ['a type that does not exist', (one) => Object.assign(one.outputFields[0]!.typeDefinition, { type: 'text' })],
    ['a value that comes from nowhere', (one) => (one.inputFields[0]!.supportedValueTypes = ['ANY'])],
    ['a label of another name', (one) => Object.assign(one.labels.en, { title: 'A' })],
    ['a dependency of another kind', (one) => Object.assign(one.inputFieldDependencies[0]!, { dependencyType: 'ANY' })],
    ['a field without a name', (one) => delete one.inputFields[0]!.typeDefinition['name']],
  ])('would be told of %s', (_what, change) => {
    expect(faultsAfter(change)).not.toEqual([]);
  });

  test('subscribes to webhooks that exist', () => {
    const { subscriptions } = configOf('webhooks/webhooks-hsmeta.json') as {
      subscriptions: Record<string, { subscriptionType: string; propertyName?: string }[]>;
    };
    for (const { subscriptionType: eventType, propertyName } of Object.values(subscriptions).flat()) {
      const request = { eventType, active: true, ...(propertyName ? { propertyName } : {}) };
      expect(judge.faultsOf('SubscriptionCreateRequest', request), eventType).toEqual([]);
    }
    expect(judge.faultsOf('SubscriptionCreateRequest', { eventType: 'object.sneezed', active: true })).not.toEqual([]);
  });

  test('asks for no scope that HubSpot does not know', () => {
    const known = new Set(
      documents
        .flatMap(operationsOf)
        .flatMap(({ declared }) => declared.security ?? [])
        .flatMap(({ oauth2 }) => oauth2 ?? []),
    );
    expect([...REQUIRED_SCOPES, ...CONDITIONAL_SCOPES].filter((scope) => !known.has(scope))).toEqual([]);
  });
});
