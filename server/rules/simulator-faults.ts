import { z } from 'zod';

/**
 * How the simulated carrier differs from a well-behaved one. One schema for the API, for scenario files and for the
 * simulator. Times in milliseconds, shares in percent of the texts; what is left out stays as it is.
 */
export const faultsSchema = z.strictObject({
  receipt_delay_ms: delay(600_000, 'How long a receipt takes.'),
  response_delay_ms: delay(60_000, 'How long an answer takes.'),
  receipt_jitter_ms: delay(600_000, 'Up to so much more, by chance: receipts overtake each other.'),
  response_jitter_ms: delay(60_000, 'Up to so much more, by chance: answers overtake each other.'),
  receipt_before_response: z.boolean().exactOptional(),
  id_format: idFormat().meta({ description: 'How ids are written in answers.' }),
  receipt_id_format: idFormat().meta({ description: 'How ids are written in receipts.' }),
  throttle_per_second: number(0, 100_000, 'More are throttled; 0 = no limit.'),
  throttle_percent: percent('Texts that are throttled whatever the pace.'),
  refuse_percent: percent('Texts that are refused with `refuse_status`.'),
  refuse_status: number(1, 0xffff_ffff, 'A command_status (SMPP 3.4, 5.1.3).'),
  receipts: z.boolean().exactOptional().meta({ description: 'False: no receipt ever comes.' }),
  receipt_percent: percent('Texts that get a receipt; the other receipts are lost.'),
  receipt_form: z
    .enum(['text_and_tlv', 'text', 'tlv'])
    .exactOptional()
    .meta({ description: 'Where a receipt says what it says.' }),
  duplicate_receipts: number(0, 10, 'How often each receipt comes once more.'),
  drop: z.enum(['none', 'request', 'answer']).exactOptional().meta({
    description: 'Cut the connection before a text is taken, or in the middle of the answer to it.',
  }),
  drop_at_octet: number(0, 256, 'How many octets of the answer get out before the cut.'),
  drop_times: number(1, 10_000, 'How many connections are cut.'),
  half_open: z.boolean().exactOptional().meta({ description: 'New connections are accepted and never answered.' }),
  black_hole_after: z.int().min(0).max(1_000_000).nullable().exactOptional().meta({
    description: 'Each connection goes silent after so many texts, without closing; null = never.',
  }),
  garbage: z
    .enum(['none', 'pdus', 'octets'])
    .exactOptional()
    .meta({ description: 'Nonsense before an answer: whole PDUs, or octets that are none.' }),
  garbage_percent: percent('Answers with nonsense before them.'),
  unbind_every_ms: number(0, 600_000, 'Say unbind to everybody again and again; 0 = never.'),
  unbind_times: number(1, 1_000, 'How often at most.'),
  handsets_off: z
    .array(z.string().regex(/^(\*|\+?[0-9]{3,15})$/, 'must be a number or *'))
    .max(100)
    .exactOptional()
    .meta({ description: 'Phones that are switched off, * for all: receipts say ENROUTE, later EXPIRED.' }),
  handset_off_ms: delay(600_000, 'How long the carrier keeps trying a phone that is off.'),
  seed: number(0, 0xffff_ffff, 'The same seed, the same chances.'),
  for_ms: z.int().min(1).max(86_400_000).nullable().exactOptional().meta({
    description: 'All faults end by themselves after so long; null = they stay until they are taken back.',
  }),
});

export type ChangedFaults = z.output<typeof faultsSchema>;
export type Faults = Readonly<Required<ChangedFaults>>;
export type IdFormat = Faults['id_format'];

export const noFaults: Faults = {
  receipt_delay_ms: 1_000,
  response_delay_ms: 0,
  receipt_jitter_ms: 0,
  response_jitter_ms: 0,
  receipt_before_response: false,
  id_format: 'decimal',
  receipt_id_format: 'decimal',
  throttle_per_second: 0,
  throttle_percent: 0,
  refuse_percent: 0,
  refuse_status: 0x08,
  receipts: true,
  receipt_percent: 100,
  receipt_form: 'text_and_tlv',
  duplicate_receipts: 0,
  drop: 'none',
  drop_at_octet: 0,
  drop_times: 1,
  half_open: false,
  black_hole_after: null,
  garbage: 'none',
  garbage_percent: 100,
  unbind_every_ms: 0,
  unbind_times: 10,
  handsets_off: [],
  handset_off_ms: 5_000,
  seed: 1,
  for_ms: null,
};

/** What the simulated carrier has seen and done since it was last reset. */
export const countsSchema = z.strictObject({
  connections: z.int(),
  binds: z.int().meta({ description: 'Binds that succeeded.' }),
  submits: z.int().meta({ description: 'submit_sm of those who were bound.' }),
  accepted: z.int(),
  throttled: z.int(),
  refused: z.int().meta({ description: 'Refused for another reason than pace.' }),
  receipts: z.int().meta({ description: 'Receipts put on their way, duplicates included.' }),
  receipts_missing: z.int().meta({ description: 'Receipts that a fault kept back.' }),
  dropped: z.int().meta({ description: 'Connections that a fault cut.' }),
  ignored: z.int().meta({ description: 'PDUs that a fault left unanswered.' }),
  garbage: z.int(),
  unbinds: z.int().meta({ description: 'unbind that we said.' }),
});
export type Counts = z.output<typeof countsSchema>;

/** A play of faults over time: the same for a test, for a continuous integration and for the API. */
export const scenarioSchema = z.strictObject({
  about: z.string().max(500),
  /** Everything is taken back at this time. */
  ends_at_ms: z.int().min(1).max(3_600_000),
  steps: z.array(z.strictObject({ at_ms: z.int().min(0).max(3_600_000), faults: faultsSchema })).max(100),
  /** The texts for which the expected counts hold: one every so often, each sent once whatever the answer. */
  load: z.strictObject({ texts: z.int().min(1).max(100_000), every_ms: z.int().min(0).max(60_000) }),
  expect: z.partialRecord(
    countsSchema.keyof(),
    z.strictObject({ min: z.int().min(0).exactOptional(), max: z.int().min(0).exactOptional() }),
  ),
});
export type Scenario = z.output<typeof scenarioSchema>;

/** The files of `simulator/scenarios`. */
export const SCENARIO_NAMES = [
  'busy-hour',
  'throttled',
  'flapping',
  'black-hole',
  'half-open',
  'receipts-astray',
  'foreign-ids',
  'tlv-receipts',
  'nonsense',
  'unbind-storm',
  'handset-off',
] as const;
export type ScenarioName = (typeof SCENARIO_NAMES)[number];

function number(min: number, max: number, description: string) {
  return z.int().min(min).max(max).exactOptional().meta({ description });
}

function delay(max: number, description: string) {
  return number(0, max, description);
}

function percent(description: string) {
  return number(0, 100, description);
}

function idFormat() {
  return z.enum(['decimal', 'hex', 'hex_upper', 'zero_padded', 'uuid', 'always_zero']).exactOptional();
}
