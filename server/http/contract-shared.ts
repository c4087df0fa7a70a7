import { z } from 'zod';
import { ERROR_CODES, type ErrorCode } from '../rules/error-codes.ts';
import { isCountry } from '../rules/phone-number.ts';

/**
 * Text from outside. NUL cannot be stored in PostgreSQL and a lone surrogate is no character at all
 * (RFC 8259 §8.2), so neither gets in.
 */
export function text(min: number, max: number) {
  return z
    .string()
    .refine((value) => isStorable(value), { error: UNSTORABLE, abort: true })
    .refine((value) => fits(value, min, max), { error: `must be ${min} to ${max} characters long` })
    .meta({ minLength: min, maxLength: max });
}

export function isStorable(value: string): boolean {
  return value.isWellFormed() && !value.includes('\0');
}

export const UNSTORABLE = 'must not contain NUL or half of a surrogate pair';

/** Characters are Unicode code points, as in JSON Schema; counting them is only needed when there are surrogates. */
export function fits(value: string, min: number, max: number): boolean {
  if (value.length < min) return false;
  if (value.length <= max) return true;
  return value.length <= 2 * max && Array.from(value).length <= max;
}

export const timestamp = z.iso.datetime({ offset: true }).meta({
  description: 'RFC 3339 with an offset.',
  pattern: undefined,
});

/** A query parameter arrives as text. */
export const limit = z
  .string()
  .regex(/^\d{1,3}$/, 'must be a whole number')
  .refine((value) => Number(value) >= 1 && Number(value) <= 200, { error: 'must be 1 to 200' })
  .meta({ description: '1 to 200, 50 when left out.', pattern: '^[0-9]{1,3}$' });

export const cursor = text(1, 200).meta({ description: 'The `next_cursor` of the page before.' });

export const modeSchema = z.enum(['test', 'live']);

export const messageType = z.enum(['transactional', 'promotional', 'otp', 'conversational']);
export const country = z
  .string()
  .regex(/^[A-Z]{2}$/, 'must be ISO 3166-1 alpha-2, for instance US')
  .refine(isCountry, { error: 'is no country: the United Kingdom, for instance, is GB' });
export const smscId = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,31}$/, 'must be the id of a carrier');
/** A number or a name, judged by the rules of phone numbers later. */
export const address = text(1, 64);
export const warnings = z.array(z.strictObject({ code: z.string(), message: z.string() }));

export const listOfAtMost = <Item extends z.ZodType>(max: number, item: Item) => z.array(item).max(max);

/** Lists answer the newest first. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ data: z.array(item), has_more: z.boolean(), next_cursor: z.string().nullable() });
}

export const problemSchema = z
  .looseObject({
    type: z.string().meta({ description: 'Where the code is explained.' }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]),
    param: z.string().optional().meta({ description: 'The field, parameter or header at fault.' }),
    errors: z.array(z.strictObject({ param: z.string(), message: z.string() })).optional(),
    retryable: z.boolean(),
    action: z.string(),
    request_id: z.string(),
  })
  .meta({ description: 'Problem details (RFC 9457).' });
