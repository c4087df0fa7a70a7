import { z } from 'zod';

/** What HubSpot writes in one way here and in another there. Each is read alike, whoever sent it. */

/** Of a record, as digits. */
export const idValue = z.union([z.string().regex(/^\d{1,20}$/), z.number().int().nonnegative()]).transform(String);

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
