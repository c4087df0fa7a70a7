import type { Mode } from '../rules/message.ts';
import { withPreset } from './presets.ts';
import { carrierSchema } from './profile.ts';
import type { CarrierProfile } from './profile.ts';
import type { SmppEndpoint } from './smpp-url.ts';

/** Where a carrier comes from. Those of the environment and the file are changed there, not by the API. */
export type Origin = 'environment' | 'file' | 'api' | 'simulator';

export interface ConfiguredCarrier {
  readonly profile: CarrierProfile;
  readonly mode: Mode;
  readonly origin: Origin;
}

export interface Configured {
  readonly url: SmppEndpoint | null;
  readonly file: readonly CarrierProfile[];
  /** The simulated carrier, where there is one. */
  readonly simulator: { readonly port: number; readonly systemId: string; readonly password: string } | null;
}

/** The carriers of the settings, as profiles. */
export function configuredCarriers({ url, file, simulator }: Configured): ConfiguredCarrier[] {
  return [
    ...(simulator ? [{ profile: simulatorProfile(simulator), mode: 'test', origin: 'simulator' } as const] : []),
    ...(url ? [{ profile: profileOfUrl(url), mode: 'live', origin: 'environment' } as const] : []),
    ...file.map((profile) => ({ profile, mode: 'live', origin: 'file' }) as const),
  ];
}

export const URL_ID = 'default';
export const SIMULATOR_ID = 'simulator';
/** Ids that CARRIERS_FILE and the API cannot give away. */
export const RESERVED_IDS: ReadonlySet<string> = new Set([URL_ID, SIMULATOR_ID]);

/** parseSmppUrl has checked everything. */
export function profileOfUrl(url: SmppEndpoint): CarrierProfile {
  const { host, port, binds, window, ratePerSecond: rate, systemId, password, systemType } = url;
  const tls = url.tls ? {} : null;
  const allow_plaintext = url.allowPlaintext ?? false;
  const credentials = { system_id: systemId, password, system_type: systemType };
  return carrierSchema.parse({ id: URL_ID, host, port, tls, allow_plaintext, binds, window, rate, ...credentials });
}

/** Whether texts would leave for a live carrier where others can read them, without anybody having said that they may. */
export function isExposed(mode: Mode, profile: CarrierProfile): boolean {
  const isPlain = profile.tls === null || profile.binds.some(({ outbind }) => outbind !== undefined);
  return mode === 'live' && isPlain && !profile.allow_plaintext;
}

function simulatorProfile({ port, systemId, password }: NonNullable<Configured['simulator']>): CarrierProfile {
  return carrierSchema.parse({
    id: SIMULATOR_ID,
    host: '127.0.0.1',
    port,
    system_id: systemId,
    password,
    window: 50,
  });
}

/** Each has sockets and windows of its own. */
export const CARRIERS_MAX = 100;

export type ParsedCarriers =
  | { readonly ok: true; readonly profiles: readonly CarrierProfile[] }
  /** Sentences for the person who wrote the file. None of them repeats a value. */
  | { readonly ok: false; readonly faults: readonly string[] };

/** The text of CARRIERS_FILE: a JSON array of carrier profiles. Every fault of every carrier is named. */
export function parseCarriers(text: string): ParsedCarriers {
  const json = jsonOf(text);
  if (!Array.isArray(json))
    return { ok: false, faults: ['The file cannot be read, or is not a JSON array of carriers.'] };
  if (json.length > CARRIERS_MAX) return { ok: false, faults: [`It has more than ${CARRIERS_MAX} carriers.`] };
  const profiles: CarrierProfile[] = [];
  const faults: string[] = [];
  for (const [index, item] of json.entries()) {
    const merged = withPreset(item);
    if (!merged.ok) {
      faults.push(`[${index}.preset]: ${merged.fault}.`);
      continue;
    }
    const parsed = carrierSchema.safeParse(merged.account);
    if (parsed.success) profiles.push(parsed.data);
    else faults.push(...parsed.error.issues.map(({ path, message }) => `[${[index, ...path].join('.')}]: ${message}.`));
  }
  const ids = profiles.map(({ id }) => id);
  for (const id of new Set(ids.filter((one, index) => ids.indexOf(one) !== index)))
    faults.push(`The id ${id} is there twice.`);
  for (const id of ids.filter((one) => RESERVED_IDS.has(one)))
    faults.push(`The id ${id} is taken: the carrier of SMPP_URL is ${URL_ID}, the simulated one ${SIMULATOR_ID}.`);
  return faults.length > 0 ? { ok: false, faults } : { ok: true, profiles };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
