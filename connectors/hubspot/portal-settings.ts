import { z } from 'zod';

/** What an administrator of a HubSpot account chooses. Everything has a default: an account works once it is connected. */

const number = z.string().min(3).max(20);
const id = z.string().regex(/^\d{1,20}$/);

export const portalSettingsSchema = z.strictObject({
  /** Sends when nothing else is said; null = the server's own choice. */
  default_sender: number.nullable().default(null),
  /** Numbers of owners, by the id of the owner: their contacts are texted from it, and its replies are theirs. */
  owner_senders: z.record(id, number).default({}),
  /** ISO 3166-1 alpha-2, of numbers that are written without a country; null = such numbers are no numbers. */
  default_country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .nullable()
    .default(null),
  /** Texts as communications on the timeline: one for each, or one for a conversation and a day. */
  log: z.enum(['each', 'daily', 'off']).default('each'),
  /** Replies as tickets. */
  tickets: z.enum(['on', 'off']).default('on'),
  ticket_pipeline: id.nullable().default(null),
  /** Null = the first open stage of the pipeline. */
  ticket_stage_new: id.nullable().default(null),
  /** The stage from which a reply takes a ticket to `ticket_stage_replied`. */
  ticket_stage_waiting: id.nullable().default(null),
  ticket_stage_replied: id.nullable().default(null),
  /** A ticket that was closed this long ago is opened again by a reply; an older one stays closed. */
  reopen_days: z.int().min(0).max(90).default(5),
  /** A task for the owner when a text fails. */
  failure_tasks: z.boolean().default(true),
  /** Contacts for numbers that nobody knows. They may count as marketing contacts. */
  create_contacts: z.boolean().default(false),
  /** Whether unticking the opt-out in HubSpot takes back an opt-out that was ticked there; never one from a phone. */
  opt_in_by_users: z.boolean().default(false),
  /** What becomes of a text of a workflow or a rule at night: it is sent in the morning, or not at all. */
  quiet_hours: z.enum(['wait', 'block']).default('wait'),
  /** The same for somebody who had enough texts lately. */
  frequency_cap: z.enum(['wait', 'block']).default('block'),
  /** Who may change these settings, by e-mail address; empty = everybody whom HubSpot shows the page. */
  settings_users: z.array(z.email().max(200)).max(50).default([]),
});

export type PortalSettings = z.output<typeof portalSettingsSchema>;

/** Stored settings of an older version are filled up; what cannot be read at all counts as the defaults. */
export function readPortalSettings(stored: unknown): PortalSettings {
  const parsed = portalSettingsSchema.safeParse(stored);
  return parsed.success ? parsed.data : portalSettingsSchema.parse({});
}
