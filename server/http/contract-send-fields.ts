import { z } from 'zod';
import { WEEKDAYS } from '../rules/send-window.ts';
import { text } from './contract-shared.ts';

/** What may come with a text, wherever one is sent. */

const weekdays = z.array(z.enum(WEEKDAYS)).max(7);
const localTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'must be a local time like 09:00');

/** What comes with a text, for reports and for whoever acts on what became of it. */
export const tags = z
  .array(text(1, 64))
  .max(10)
  .meta({ description: 'Up to 10; the history can be filtered by each.' });
export const campaignId = text(1, 64).meta({ description: 'What the text is a part of; reports group by it.' });

export const sendWindowSchema = z
  .strictObject({
    days: weekdays.exactOptional().meta({ description: 'Left out = every day.' }),
    from: localTime,
    to: localTime.meta({ description: 'No longer included; before `from` = on the next day.' }),
    time_zone: text(1, 64).meta({ description: 'IANA name, or `recipient`.' }),
  })
  .meta({ description: 'When it may arrive; outside of that it waits.' });

const variableValue = z.union([text(0, 1_000), z.number(), z.boolean(), z.null()]);
const variableNames = text(1, 64);
const variableFields = z.record(variableNames, variableValue).meta({ maxProperties: 100 });
export const variables = z
  .record(variableNames, z.union([variableValue, variableFields]))
  .refine((value) => Object.keys(value).length <= 100, { error: 'must not have more than 100 variables' })
  .meta({ maxProperties: 100, description: 'Values for {{name}} and {{contact.firstname}} in the text.' });

export const templateId = z
  .string()
  .regex(/^tpl_[0-9a-f]{16}$/, 'must be the id of a template')
  .meta({ description: 'The text comes from there, in its newest version.' });

/** Why a text may be refused, wherever it is sent. */
export const SEND_ERRORS = [
  'INVALID_NUMBER',
  'BODY_TOO_LONG',
  'TEMPLATE_VARIABLE_MISSING',
  'CONFLICTING_FIELDS',
  'SCHEDULE_OUT_OF_RANGE',
  'INSUFFICIENT_BALANCE',
  'OPTED_OUT',
  'CONSENT_REQUIRED',
  'QUIET_HOURS',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_CHANNEL',
  'NO_CARRIER',
  'SENDER_NOT_ALLOWED',
  'IDEMPOTENCY_KEY_REUSED',
  'IDEMPOTENCY_IN_PROGRESS',
] as const;
