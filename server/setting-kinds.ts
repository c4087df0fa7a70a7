import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { isNetwork } from './rules/network.ts';
import { parseCarriers } from './smpp/configured.ts';
import type { CarrierProfile } from './smpp/profile.ts';
import { parseSmppUrl } from './smpp/smpp-url.ts';

export const port = z.coerce.number().int().min(0).max(65_535);
/** Whole days; an empty value is a mistake and not 0. */
export const days = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,4}$/)
    .transform(Number)
    .pipe(z.number().min(min).max(max));
const empty = z.literal('').transform(() => null);
export const orEmpty = <Schema extends z.ZodType>(schema: Schema) => z.union([empty, schema]);
export const url = (...protocols: string[]) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol));
export const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);

export const hops = z
  .string()
  .regex(/^[1-9]$/)
  .transform(Number);
export const proxies = list.refine((all) => all.length > 0 && all.every((one) => isNetwork(one)));

const plan = (interval: z.ZodNumber, attempts: z.ZodType<number | null>) =>
  z
    .strictObject({ intervals_seconds: z.array(interval).min(1).max(20), max_attempts: attempts })
    .partial()
    .optional();
const anyPlan = plan(z.number().min(0.1).max(86_400), z.int().min(1).max(100).nullable());
/** A text that is in doubt waits at most 30 s, and is not sent for ever. */
export const retryPolicy = z.strictObject({
  retry: anyPlan,
  queue_full: anyPlan,
  unlisted: anyPlan,
  throttle: anyPlan,
  link: anyPlan,
  ambiguous: plan(z.number().min(0).max(30), z.int().min(1).max(10)),
});

const velocityLimit = z
  .strictObject({ texts: z.int().min(1).max(10_000_000), seconds: z.int().min(1).max(86_400) })
  .optional();
export const velocity = z.strictObject({ key: velocityLimit, country: velocityLimit, prefix: velocityLimit });

export const frequencyCaps = z
  .array(
    z.strictObject({
      max: z.int().min(0).max(1_000),
      per_seconds: z.int().min(60).max(31_536_000),
      message_types: z.array(z.enum(['transactional', 'promotional', 'otp', 'conversational'])).min(1),
    }),
  )
  .max(10);

export const batchLimits = z
  .strictObject({
    messages: z.int().min(1).max(500).default(500),
    recipients: z.int().min(1).max(500).nullable().default(null),
    bodies: z.int().min(1).max(500).nullable().default(null),
  })
  .readonly();

export function readJson(text: string, context: z.RefinementCtx): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue({ code: 'custom', message: 'It is not JSON.' });
    return z.NEVER;
  }
}

export function readSmppUrl(text: string, context: z.RefinementCtx) {
  if (text === '') return null;
  const parsed = parseSmppUrl(text);
  if (parsed.ok) return parsed.endpoint;
  for (const message of parsed.faults) context.addIssue({ code: 'custom', message, params: { own: true } });
  return z.NEVER;
}

/** Every fault of the file is a fault of the configuration; none repeats what stands there, which holds passwords. */
export function readCarriersFile(path: string, context: z.RefinementCtx): readonly CarrierProfile[] {
  if (path === '') return [];
  const parsed = parseCarriers(textOfFile(path));
  if (parsed.ok) return parsed.profiles;
  for (const message of parsed.faults) context.addIssue({ code: 'custom', message, params: { own: true } });
  return z.NEVER;
}

function textOfFile(path: string): string {
  try {
    return readFileSync(absolute(path), 'utf8');
  } catch {
    return '';
  }
}

/** The folder of the repository: a relative DATA_DIR means the same wherever the server is started from. */
const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const absolute = (path: string) => (isAbsolute(path) ? path : join(root, path));
