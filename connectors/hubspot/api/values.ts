import { z } from 'zod';

/** PostgreSQL keeps no NUL, and nothing that is looked for needs what cannot be read. */
const PRINTABLE = /^[\x20-\x7e]*$/;

/** What HubSpot writes in one way here and in another there. Each is read alike, whoever sent it. */

/** Of a record, as digits. A number that JSON has rounded is none: `parseJson` keeps it as text. */
export const idValue = z.union([z.string().regex(/^\d{1,20}$/), z.number().int().nonnegative()]).transform(String);

/** What only tells one thing from another, whatever it looks like; empty where there is none. */
export const keyValue = z
  .union([z.string(), z.number().transform(String)])
  .nullish()
  .transform((value) => value ?? '')
  .pipe(z.string().max(200).regex(PRINTABLE));

/** A name that HubSpot gave something. */
export const nameValue = (max: number) => z.string().max(max).regex(PRINTABLE);

/** A whole number, perhaps as text. */
export const numberValue = z.union([
  z.number().int(),
  z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number),
]);

/** Text, or what a property of a record was mapped to; null and what is left out are the same. */
export const textValue = (max: number) =>
  z
    .union([z.string(), z.number().transform(String), z.boolean().transform(String)])
    .nullish()
    .transform((value) => value ?? '')
    .pipe(z.string().max(max));
