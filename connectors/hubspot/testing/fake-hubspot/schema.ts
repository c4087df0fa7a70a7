/** What an account has before any app is installed: objects, their properties, pipelines, and the scopes they need. */

export interface Property {
  readonly name: string;
  readonly type: string;
  readonly options?: readonly string[];
  readonly isUnique?: boolean;
}

export interface Stage {
  readonly id: string;
  readonly label: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface Pipeline {
  readonly id: string;
  readonly label: string;
  readonly stages: readonly Stage[];
}

export const TYPES = ['contacts', 'companies', 'deals', 'tickets', 'communications', 'notes', 'tasks'] as const;
export type ObjectType = (typeof TYPES)[number];

/** Object type ids of HubSpot, and how webhooks and associations name them. */
export const TYPE_IDS: Readonly<Record<ObjectType, string>> = {
  contacts: '0-1',
  companies: '0-2',
  deals: '0-3',
  tickets: '0-5',
  communications: '0-18',
  notes: '0-46',
  tasks: '0-27',
};

export function typeOf(name: string): ObjectType | null {
  const plural = TYPES.find((type) => type === name || TYPE_IDS[type] === name || singularOf(type) === name);
  return plural ?? null;
}

export const singularOf = (type: ObjectType) => (type === 'companies' ? 'company' : type.slice(0, -1));

const strings = (...names: string[]): Property[] => names.map((name) => ({ name, type: 'string' }));

const CALCULATED_PHONES = strings(
  'hs_searchable_calculated_phone_number',
  'hs_searchable_calculated_mobile_number',
  'hs_searchable_calculated_international_phone_number',
  'hs_searchable_calculated_international_mobile_number',
);
/**
 * The properties that say when a record was made and changed last: developers.hubspot.com, "Search the CRM" and the default
 * properties of each object's page.
 */
const OF_RECORDS = { created: 'createdate', changed: 'hs_lastmodifieddate' };
const OF_ACTIVITIES = { created: 'hs_createdate', changed: 'hs_lastmodifieddate' };
export const TIMES: Readonly<Record<ObjectType, { readonly created: string; readonly changed: string }>> = {
  contacts: { created: 'createdate', changed: 'lastmodifieddate' },
  companies: OF_RECORDS,
  deals: OF_RECORDS,
  tickets: OF_RECORDS,
  communications: OF_ACTIVITIES,
  notes: OF_ACTIVITIES,
  tasks: OF_ACTIVITIES,
};

const common = (type: ObjectType) => strings('hs_object_id', 'hubspot_owner_id', ...Object.values(TIMES[type]));
const ACTIVITY = [...strings('hs_body_preview'), { name: 'hs_timestamp', type: 'datetime' }];

export const PROPERTIES: Readonly<Record<ObjectType, readonly Property[]>> = {
  contacts: [
    ...common('contacts'),
    ...CALCULATED_PHONES,
    ...strings(
      'email',
      'firstname',
      'lastname',
      'phone',
      'mobilephone',
      'country',
      'hs_country_region_code',
      'company',
      'associatedcompanyid',
    ),
    ...strings('lifecyclestage', 'hs_calculated_phone_number_country_code', 'hs_marketable_status', 'hs_timezone'),
  ],
  companies: [...common('companies'), ...strings('name', 'domain', 'phone')],
  deals: [...common('deals'), ...strings('dealname', 'pipeline', 'dealstage', 'amount', 'closedate', 'hs_is_closed')],
  tickets: [
    ...common('tickets'),
    ...strings('subject', 'content', 'hs_pipeline', 'hs_pipeline_stage', 'hs_ticket_priority', 'closed_date'),
  ],
  communications: [
    ...common('communications'),
    ...ACTIVITY,
    { name: 'hs_communication_channel_type', type: 'enumeration', options: ['WHATS_APP', 'LINKEDIN_MESSAGE', 'SMS'] },
    { name: 'hs_communication_logged_from', type: 'enumeration', options: ['CRM'] },
    ...strings('hs_communication_body'),
  ],
  notes: [...common('notes'), ...ACTIVITY, ...strings('hs_note_body')],
  tasks: [
    ...common('tasks'),
    ...ACTIVITY,
    ...strings('hs_task_subject', 'hs_task_body'),
    {
      name: 'hs_task_status',
      type: 'enumeration',
      options: ['NOT_STARTED', 'IN_PROGRESS', 'COMPLETED', 'WAITING', 'DEFERRED'],
    },
    { name: 'hs_task_priority', type: 'enumeration', options: ['LOW', 'MEDIUM', 'HIGH'] },
    // HubSpot's own name for a task that is neither an e-mail nor a call (developers.hubspot.com, "Tasks").
    { name: 'hs_task_type', type: 'enumeration', options: ['TODO', 'EMAIL', 'CALL'] },
  ],
};

/** What a record cannot be made without: developers.hubspot.com, "Tickets", "Deals", "Communications", "Notes", "Tasks". */
export const REQUIRED: Readonly<Partial<Record<ObjectType, readonly string[]>>> = {
  tickets: ['subject', 'hs_pipeline_stage'],
  deals: ['dealname', 'dealstage'],
  communications: ['hs_communication_channel_type', 'hs_timestamp'],
  notes: ['hs_timestamp'],
  tasks: ['hs_timestamp'],
};

const stage = (id: string, label: string, metadata: Record<string, string>): Stage => ({ id, label, metadata });

/** Ids differ from account to account ("Pipelines"): nothing may be built on them. */
export const PIPELINES: Readonly<Record<'deals' | 'tickets', readonly Pipeline[]>> = {
  deals: [
    {
      id: '7001',
      label: 'Sales',
      stages: [
        stage('70011', 'Appointment scheduled', { isClosed: 'false', probability: '0.2' }),
        stage('70012', 'Contract sent', { isClosed: 'false', probability: '0.9' }),
        stage('70013', 'Closed won', { isClosed: 'true', probability: '1.0' }),
        stage('70014', 'Closed lost', { isClosed: 'true', probability: '0.0' }),
      ],
    },
  ],
  tickets: [
    {
      id: '8001',
      label: 'Support',
      stages: [
        stage('80011', 'New', { ticketState: 'OPEN' }),
        stage('80012', 'Waiting on contact', { ticketState: 'OPEN' }),
        stage('80013', 'Waiting on us', { ticketState: 'OPEN' }),
        stage('80014', 'Closed', { ticketState: 'CLOSED' }),
      ],
    },
  ],
};

/** HubSpot's own association types that the connector names by id (developers.hubspot.com, "Associations", 2026-04). */
export const ASSOCIATION_TYPES: Readonly<Record<string, readonly number[]>> = {
  'tickets>contacts': [16, 15],
  'tickets>companies': [339, 26],
  'tickets>deals': [28],
  'communications>contacts': [81],
  'communications>companies': [87],
  'communications>deals': [85],
  'communications>tickets': [83],
  'notes>contacts': [202],
  'notes>deals': [214],
  'notes>tickets': [228],
  'tasks>contacts': [204],
  'tasks>deals': [216],
  'tasks>tickets': [230],
};

/** The scope for reading or writing an object, as in the specs; activities go with contacts. */
export function scopeOf(type: ObjectType, action: 'read' | 'write'): string {
  if (type === 'tickets') return 'tickets';
  if (type === 'companies' || type === 'deals') return `crm.objects.${type}.${action}`;
  return `crm.objects.contacts.${action}`;
}
