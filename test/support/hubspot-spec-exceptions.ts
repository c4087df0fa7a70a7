import type { Exceptions } from './spec-judge.ts';

const text = { type: 'string' };
const number = { type: 'integer' };
const capabilities = { type: 'object', additionalProperties: true };

/** A workflow action as a file of a project: developers.hubspot.com, "Custom workflow actions", leaves these out. */
const EXCEPTIONS_OF_ACTIONS: Exceptions['schemas'] = {
  PublicActionDefinitionEgg: { optional: ['functions'], why: 'a file of a project has no functions' },
  PublicFieldTypeDefinition: {
    optional: ['options'],
    why: 'only an enumeration has options, and optionsUrl may give them',
  },
  FieldTypeDefinition: {
    optional: ['externalOptions', 'options', 'schema', 'useChirp'],
    why: 'the documentation shows name, type and fieldType',
  },
  Option: {
    optional: ['description', 'displayOrder', 'doubleData', 'hidden', 'readOnly'],
    why: 'the documentation shows value and label',
  },
};

/** Where HubSpot's specs differ from its documentation, with the page that says so; in everything else they count. */
export const HUBSPOT_EXCEPTIONS: Exceptions = {
  schemas: {
    ...EXCEPTIONS_OF_ACTIONS,
    Error: {
      also: { status: text, errorType: text, policyName: text, error: text },
      why: 'developers.hubspot.com, "Error handling" and "API usage guidelines", show status, errorType and policyName; "OAuth" error',
    },
    AssociationSpecWithLabel: {
      also: { label: { type: 'string', nullable: true } },
      why: 'developers.hubspot.com, "Associations": "label": null where an association has none',
    },
    PublicChannelIntegrationChannelCreate: {
      also: { capabilities },
      why: 'developers.hubspot.com, "Custom channels": capabilities are lists, words, numbers and flags',
    },
    PublicChannelIntegrationChannel: {
      also: { capabilities },
      why: 'as where it is created',
    },
    PublicChannelIntegrationChannelPatch: {
      optional: ['channelLogoUrl'],
      also: {
        capabilities,
        name: text,
        webhookUrl: text,
        channelDescription: text,
        channelAccountConnectionRedirectUrl: text,
      },
      why: 'developers.hubspot.com, "Custom channels": as where it is created, and a part of it is enough',
    },
    TokenInfoResponseBaseIF: {
      also: { hub_id: number, user_id: number, hub_domain: text, scopes: { type: 'array', items: text } },
      why: 'developers.hubspot.com, "OAuth": the spec has the base of the answer alone',
    },
  },
  queries: [
    {
      operation: /^(?:GET|POST|PATCH) \/conversations\/custom-channels\/2026-09(?:\/\{channelId\})?$/,
      names: ['hapikey', 'appId'],
      why: 'developers.hubspot.com, "Custom channels": the key and the app of the developer stand in the address',
    },
  ],
  answers: [
    {
      operation: /^POST \/oauth\/2026-09\/token$/,
      status: 200,
      judgedAs: null,
      why: 'the spec has the errors alone; the tokens are in developers.hubspot.com, "OAuth"',
    },
    {
      operation: /\/batch\/(?:read|create|update)$/,
      status: 207,
      judgedAs: 200,
      why: 'developers.hubspot.com, "Error handling", and the specs of v3 and v4; the answer has a place for errors',
    },
  ],
};
