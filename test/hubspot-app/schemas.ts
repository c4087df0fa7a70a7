/**
 * What HubSpot accepts in the files of a project, as far as its documentation says so (developers.hubspot.com, "App
 * configuration", "Webhooks", "Custom workflow actions", "App cards", "Bulk actions"; read 2026-11). HubSpot gives its own
 * schemas only to those who have an account; `hs project validate` uses them.
 */

const text = { type: 'string', minLength: 1 };
const texts = { type: 'array', items: text };
const https = { type: 'string', pattern: '^https://[^\\s$]+$' };

const exactly = (properties: object, optional: readonly string[] = []) => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  additionalProperties: false,
});

const option = exactly({ value: text, label: text });
const typeDefinition = exactly(
  {
    name: { type: 'string', pattern: '^[a-z][a-z0-9_]*$' },
    type: { enum: ['string', 'number', 'bool', 'datetime', 'enumeration', 'date', 'phone_number'] },
    fieldType: { enum: ['booleancheckbox', 'checkbox', 'date', 'number', 'radio', 'select', 'text', 'textarea'] },
    options: { type: 'array', items: option },
    optionsUrl: https,
  },
  ['options', 'optionsUrl'],
);
const inputField = exactly({
  typeDefinition,
  supportedValueTypes: { type: 'array', minItems: 1, items: { enum: ['STATIC_VALUE', 'OBJECT_PROPERTY'] } },
  isRequired: { type: 'boolean' },
});
const dependency = exactly({
  dependencyType: { enum: ['SINGLE_FIELD', 'CONDITIONAL_SINGLE_FIELD'] },
  controllingFieldName: text,
  controllingFieldValue: text,
  dependentFieldNames: texts,
});
const words = { type: 'object', additionalProperties: text };
const labels = exactly(
  {
    actionName: text,
    actionDescription: text,
    actionCardContent: text,
    appDisplayName: text,
    inputFieldLabels: words,
    inputFieldDescriptions: words,
    outputFieldLabels: words,
    executionRules: words,
  },
  ['inputFieldDescriptions'],
);

const subscription = {
  type: 'object',
  properties: {
    subscriptionType: {
      enum: ['creation', 'deletion', 'merge', 'restore', 'propertyChange'].map((one) => `object.${one}`),
    },
    objectType: { enum: ['contact', 'company', 'deal', 'ticket'] },
    propertyName: text,
    active: { type: 'boolean' },
  },
  required: ['subscriptionType', 'objectType', 'active'],
  additionalProperties: false,
  // A change of which property: only that kind has one, and needs one.
  anyOf: [
    { properties: { subscriptionType: { const: 'object.propertyChange' } }, required: ['propertyName'] },
    {
      properties: { subscriptionType: { not: { const: 'object.propertyChange' } } },
      not: { required: ['propertyName'] },
    },
  ],
};

const card = (locations: readonly string[]) =>
  exactly({
    name: text,
    description: text,
    location: { enum: locations },
    entrypoint: { type: 'string', pattern: '^/app/cards/\\w+\\.tsx$' },
    objectTypes: { type: 'array', minItems: 1, items: { enum: ['contacts', 'companies', 'deals', 'tickets'] } },
  });

/** By the name that HubSpot's parser gives to a kind of component. */
export const SCHEMAS: Readonly<Record<string, object>> = {
  APPLICATION: exactly({
    name: text,
    description: text,
    distribution: { enum: ['private', 'marketplace'] },
    auth: exactly({
      type: { const: 'oauth' },
      redirectUrls: { type: 'array', minItems: 1, items: { anyOf: [https, { pattern: '^http://localhost' }] } },
      requiredScopes: texts,
      optionalScopes: texts,
      conditionallyRequiredScopes: texts,
    }),
    permittedUrls: exactly({ fetch: { type: 'array', items: https }, iframe: texts, img: texts }),
    support: exactly({
      supportEmail: { type: 'string', format: 'email' },
      documentationUrl: https,
      supportUrl: https,
      supportPhone: { type: 'string', pattern: '^\\+\\d+$' },
    }),
  }),
  WEBHOOKS: exactly({
    settings: exactly({ targetUrl: https, maxConcurrentRequests: { type: 'integer', minimum: 5, maximum: 100 } }),
    subscriptions: exactly({
      crmObjects: { type: 'array', items: subscription },
      legacyCrmObjects: { type: 'array', maxItems: 0 },
      hubEvents: {
        type: 'array',
        items: exactly({ subscriptionType: { enum: ['contact.privacyDeletion'] }, active: { type: 'boolean' } }),
      },
    }),
  }),
  WORKFLOW_ACTION: exactly({
    actionUrl: https,
    isPublished: { type: 'boolean' },
    supportedClients: { type: 'array', items: exactly({ client: { const: 'WORKFLOWS' } }) },
    objectTypes: { type: 'array', items: { enum: ['CONTACT', 'COMPANY', 'DEAL', 'TICKET'] } },
    objectRequestOptions: exactly({ properties: texts }),
    inputFields: { type: 'array', items: inputField },
    inputFieldDependencies: { type: 'array', items: dependency },
    outputFields: { type: 'array', items: exactly({ typeDefinition }) },
    executionRules: { type: 'array', items: exactly({ labelName: text, conditions: words }) },
    labels: exactly({ en: labels }),
  }),
  CARD: card(['crm.record.tab', 'crm.record.sidebar', 'crm.preview', 'helpdesk.sidebar']),
  SETTINGS: exactly({ entrypoint: { type: 'string', pattern: '^/app/settings/\\w+\\.tsx$' } }),
  CRM_BULK_ACTION: exactly({
    label: text,
    entrypoint: { type: 'string', pattern: '^/app/actions/\\w+\\.tsx$' },
    objectTypes: { type: 'array', items: { enum: ['contacts'] } },
    displayMode: { enum: ['PANEL', 'MODAL'] },
    icon: text,
  }),
};
