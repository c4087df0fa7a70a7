import type { Exceptions } from './spec-judge.ts';

const text = { type: 'string' };
const number = { type: 'integer' };

/** Where HubSpot's specs differ from its documentation, with the page that says so; in everything else they count. */
export const HUBSPOT_EXCEPTIONS: Exceptions = {
  schemas: {
    Error: {
      also: { status: text, errorType: text, policyName: text, error: text },
      why: 'developers.hubspot.com, "Error handling" and "API usage guidelines", show status, errorType and policyName; "OAuth" error',
    },
    StandardError: {
      also: { subCategory: text },
      why: 'an object without fields in the spec; HubSpot answers text, as crm.associations.NO_ASSOCIATIONS_FOUND',
    },
    AssociationSpecWithLabel: {
      also: { label: { type: 'string', nullable: true } },
      why: 'developers.hubspot.com, "Associations": "label": null where an association has none',
    },
    TokenInfoResponseBaseIF: {
      also: { hub_id: number, user_id: number, hub_domain: text, scopes: { type: 'array', items: text } },
      why: 'developers.hubspot.com, "OAuth": the spec has the base of the answer alone',
    },
  },
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
