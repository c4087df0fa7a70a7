import type { NewProperty } from '../api/client.ts';

/** What the connector keeps on records of HubSpot. Workflows may start on it, lists and reports may use it. */

export const PROPERTY_GROUP = { name: 'sms_bridge', label: 'Text messages' } as const;

export const CONTACT_PROPERTIES: readonly NewProperty[] = [
  {
    name: 'sms_opt_out',
    label: 'Opted out of texts',
    type: 'enumeration',
    fieldType: 'booleancheckbox',
    options: ['true', 'false'],
  },
  {
    name: 'sms_consent_status',
    label: 'Consent to texts',
    type: 'enumeration',
    fieldType: 'select',
    options: ['unknown', 'opted_in', 'opted_out', 'invalid_number'],
  },
  { name: 'sms_opt_out_at', label: 'Opted out of texts at', type: 'datetime', fieldType: 'date' },
  { name: 'sms_opt_in_at', label: 'Opted in to texts at', type: 'datetime', fieldType: 'date' },
  { name: 'sms_consent_source', label: 'Who said so', type: 'string', fieldType: 'text' },
  { name: 'sms_last_inbound_at', label: 'Last text from the contact', type: 'datetime', fieldType: 'date' },
  { name: 'sms_last_inbound_text', label: 'What it said', type: 'string', fieldType: 'textarea' },
  { name: 'sms_last_outbound_at', label: 'Last text to the contact', type: 'datetime', fieldType: 'date' },
  { name: 'sms_last_status', label: 'What became of it', type: 'string', fieldType: 'text' },
  {
    name: 'sms_first_text_seconds',
    label: 'Seconds from creation to the first text',
    type: 'number',
    fieldType: 'number',
  },
];

/** HubSpot itself sees to it that no two tickets have the same: a ticket that was made and not heard of is found by it. */
export const TICKET_KEY = 'sms_conversation_key';

export const TICKET_PROPERTIES: readonly NewProperty[] = [
  { name: TICKET_KEY, label: 'Text conversation', type: 'string', fieldType: 'text', isUnique: true },
];

/** What is read of a contact, everywhere. */
export const CONTACT_FIELDS = [
  'firstname',
  'lastname',
  'phone',
  'mobilephone',
  'hs_country_region_code',
  'hubspot_owner_id',
  'createdate',
  'lastmodifieddate',
  'associatedcompanyid',
  'sms_opt_out',
  'sms_first_text_seconds',
] as const;
