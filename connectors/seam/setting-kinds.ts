import { z } from 'zod';

/** Kinds of settings that connectors share; each setting is text first. */

/** Null for an empty text. */
export const orEmpty = <Schema extends z.ZodType>(schema: Schema) =>
  z.union([z.literal('').transform(() => null), schema]);

/** Comma separated, at most `max`. */
export const listOf = <Item extends z.ZodType<unknown, string>>(item: Item, max: number) =>
  z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((one) => one.trim())
        .filter((one) => one !== ''),
    )
    .pipe(z.array(item).max(max));
