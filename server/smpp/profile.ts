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

/** SMPP 3.4 §2.2.1: the carrier connects to us and has us bind on its connection. Without TLS. */
export const outbindSchema = z.strictObject({
  /** Where we listen for it. */
  host: z.union([z.ipv4(), z.ipv6()]).default('127.0.0.1'),
  port: z.number().int().min(1).max(65_535),
  /** What the carrier calls itself, and its password: not those of our bind. */
  system_id: latin1(1, 64),
  password: latin1(1, 64),
});

export const bindSchema = z.strictObject({
  type: z.enum(['transceiver', 'transmitter', 'receiver']).default('transceiver'),
  /** How many binds of this type. */
  count: z.number().int().min(1).max(20).default(1),
  /** These binds wait for the carrier's outbind, and nothing connects to its host for them. */
  outbind: outbindSchema.optional(),
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
  default_alphabet: z.enum(['gsm7', 'gsm7_packed', 'latin1', 'ascii', 'utf8']).default('gsm7'),
  /** data_coding 3 for texts that fit into Latin-1 but not into the default alphabet. */
  latin1: z.boolean().default(false),
  /** data_coding 1 for texts that fit into ASCII and are longer in the default alphabet, or not in it at all. */
  ascii: z.boolean().default(false),
  /** How class 0 is told: data_coding 0x10 (UCS-2: 0x18), 0xF0 (0x18), or the TLV dest_addr_subunit (§5.3.2.1). */
  flash: z.enum(['data_coding', 'data_coding_f0', 'dest_addr_subunit']).default('data_coding'),
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

/** §5.2.14. What the levels mean is up to the network; 0 is the lowest. */
const priority = z.number().int().min(0).max(3).default(0);

/** priority_flag by message_type. */
export const prioritySchema = z.strictObject({
  otp: priority,
  transactional: priority,
  conversational: priority,
  promotional: priority,
});

/** §5.3.2, Table 5-7: the tags that are a carrier's own. Alone it stands for a C-octet string, which ends with a NUL. */
const vendorTag = z.string().regex(/^0x(?:1[4-9a-f]|[23][0-9a-f])[0-9a-f]{2}$/i, 'must be a tag from 0x1400 to 0x3fff');

export const carrierSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,31}$/),
  host: z.string().min(1).max(255),
  port: z.number().int().min(1).max(65_535),
  /** Address of ours that connections come from, where this machine has several. */
  local_address: z.union([z.ipv4(), z.ipv6()]).nullable().default(null),
  /** The family of addresses that the host's name is looked up for; null = both. */
  family: z
    .union([z.literal(4), z.literal(6)])
    .nullable()
    .default(null),
  tls: tlsSchema.nullable().default(null),
  /** In HIPAA mode a live carrier without TLS is refused, unless this says that the way to it is protected otherwise. */
  allow_plaintext: z.boolean().default(false),
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
  /**
   * Binds that send are unbound after so long without a text in either direction, and bound again by the next text;
   * null = never. Receipts wait at the carrier meanwhile, unless a receiver is bound: receivers always stay.
   */
  inactivity_ms: z.number().int().min(1_000).max(86_400_000).nullable().default(null),
  encoding: encodingSchema.prefault({}),
  numbering: numberingSchema.prefault({}),
  /** Whose national form the numbers are in that the carrier writes without a country code: ISO 3166-1 alpha-2. */
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'must be two capital letters (ISO 3166-1)')
    .nullable()
    .default(null),
  service_type: latin1(0, 5).default(''),
  priority_flag: prioritySchema.prefault({}),
  validity: z.enum(['relative', 'absolute', 'none']).default('relative'),
  /** Asks for intermediate notifications too, which change no status (§5.2.17). */
  intermediate_receipts: z.boolean().default(false),
  /** Sends user_message_reference (§5.3.2.17), and believes it in receipts. Off: some carriers refuse TLVs. */
  user_message_reference: z.boolean().default(false),
  /**
   * TLVs of the carrier's own that name the registration of the sender: id of the registration -> tag, for instance
   * { "entity_id": "0x1400", "template_id": "0x1401" }. An id that the sender does not have is left out.
   */
  registration_tlvs: z
    .record(
      z.string().min(1).max(40),
      z.union([vendorTag, z.strictObject({ tag: vendorTag, type: z.enum(['c_octet_string', 'octet_string']) })]),
    )
    .default({}),
  /** What is refused with ESME_ROPTPARNOTALLWD goes once more without the TLVs that it can do without. */
  retry_without_tlvs: z.boolean().default(false),
  message_id_format: z.enum(['auto', 'exact', 'hex_response', 'hex_receipt']).default('auto'),
  /** A text that starts like a receipt is one, although esm_class does not say so. */
  receipts_as_texts: z.boolean().default(false),
  /** command_status (0x…) -> class. */
  command_status: z
    .record(z.string().regex(/^0x[0-9a-f]{1,8}$/i), z.enum(['throttle', 'retry', 'permanent', 'failover', 'link']))
    .default({}),
  /**
   * The carrier's own codes that say something about a recipient, which are opted out or held to be dead then: `err` of
   * its receipts, or command_status (0x…).
   */
  error_codes: z.record(z.string().regex(/^[0-9A-Za-z]{1,16}$/), z.enum(['opted_out', 'unknown_number'])).default({}),
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
