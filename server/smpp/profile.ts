import { z } from 'zod';

/**
 * Everything about one carrier account that differs from carrier to carrier, as CARRIERS_FILE and the API write it.
 * One zod schema: defaults, limits and documentation come from here.
 */
const milliseconds = (min: number, max: number, fallback: number) =>
  z.number().int().min(min).max(max).default(fallback);
/** What a C-octet string can carry (SMPP 3.4 §3.1). */
const latin1 = (min: number, max: number) =>
  z
    .string()
    .min(min)
    .max(max)
    .regex(/^[\x20-\x7e\xa0-\xff]*$/, 'must be printable Latin-1');
const octet = z.number().int().min(0).max(255);

export const bindSchema = z.strictObject({
  type: z.enum(['transceiver', 'transmitter', 'receiver']).default('transceiver'),
  /** How many binds of this type. */
  count: z.number().int().min(1).max(20).default(1),
});

export const tlsSchema = z.strictObject({
  /** PEM of the authority, when it is none of Node's own. */
  ca: z.string().max(100_000).optional(),
  servername: z.string().max(255).optional(),
  /** SHA-256 of the carrier's certificate, hex; then nothing else is trusted. */
  pin_sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/i)
    .optional(),
  /** PEM of our certificate and key. */
  cert: z.string().max(100_000).optional(),
  key: z.string().max(100_000).optional(),
  /** True turns verification off, and every start logs that. */
  insecure: z.boolean().default(false),
});

export const encodingSchema = z.strictObject({
  /** What data_coding 0 means at this carrier. */
  default_alphabet: z.enum(['gsm7', 'gsm7_packed', 'latin1', 'ascii']).default('gsm7'),
  /** data_coding 3 for texts that fit into Latin-1 but not into the default alphabet. */
  latin1: z.boolean().default(false),
  long_message: z.enum(['udh8', 'udh16', 'sar', 'message_payload']).default('udh8'),
  /** National language tables of 3GPP TS 23.038 that may be used, by their identifier. */
  national_tables: z.array(z.number().int().min(1).max(13)).max(13).default([]),
});

export const numberingSchema = z.strictObject({
  alphanumeric: z.strictObject({ ton: octet, npi: octet }).default({ ton: 5, npi: 0 }),
  short_code: z.strictObject({ ton: octet, npi: octet }).default({ ton: 3, npi: 0 }),
  number: z.strictObject({ ton: octet, npi: octet }).default({ ton: 1, npi: 1 }),
  recipient: z.strictObject({ ton: octet, npi: octet }).default({ ton: 1, npi: 1 }),
  /** Write E.164 with its `+`. */
  plus: z.boolean().default(false),
});

export const carrierSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,31}$/),
  host: z.string().min(1).max(255),
  port: z.number().int().min(1).max(65_535),
  tls: tlsSchema.nullable().default(null),
  /** Longer than the 15 and 8 octets of SMPP 3.4: several carriers issue longer credentials. */
  system_id: latin1(1, 64),
  password: latin1(0, 64),
  system_type: latin1(0, 12).default(''),
  address_range: latin1(0, 40).default(''),
  binds: z
    .array(bindSchema)
    .min(1)
    .max(3)
    .default([{ type: 'transceiver', count: 1 }]),
  /** submit_sm unanswered at once on each bind; auto follows pace and round trip. */
  window: z.union([z.literal('auto'), z.number().int().min(1).max(1_000)]).default(10),
  /** Segments per second of the whole account; null = no limit but the window. */
  rate: z.number().positive().max(100_000).nullable().default(null),
  rate_per_bind: z.number().positive().max(100_000).nullable().default(null),
  rate_per_sender: z.number().positive().max(100_000).nullable().default(null),
  connect_timeout_ms: milliseconds(100, 120_000, 10_000),
  tls_timeout_ms: milliseconds(100, 120_000, 10_000),
  bind_timeout_ms: milliseconds(100, 120_000, 10_000),
  response_timeout_ms: milliseconds(1_000, 600_000, 30_000),
  enquire_link_ms: milliseconds(1_000, 600_000, 20_000),
  encoding: encodingSchema.prefault({}),
  numbering: numberingSchema.prefault({}),
  validity: z.enum(['relative', 'absolute', 'none']).default('relative'),
  message_id_format: z.enum(['auto', 'exact', 'hex_response', 'hex_receipt']).default('auto'),
  /** A text that starts like a receipt is one, although esm_class does not say so. */
  receipts_as_texts: z.boolean().default(false),
  /** command_status (0x…) -> class. */
  command_status: z
    .record(z.string().regex(/^0x[0-9a-f]{1,8}$/i), z.enum(['throttle', 'retry', 'permanent', 'failover', 'link']))
    .default({}),
  /** Order among carriers: lower first, then by weight. */
  priority: z.number().int().min(0).max(1_000).default(100),
  weight: z.number().int().min(1).max(1_000).default(100),
  /** Per segment, for routing by cost; decimal. */
  cost: z
    .string()
    .regex(/^\d{1,6}(\.\d{1,6})?$/)
    .nullable()
    .default(null),
  preset: z.string().max(40).optional(),
});

export type CarrierProfile = z.output<typeof carrierSchema>;
