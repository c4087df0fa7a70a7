import type { carrierSchema } from './profile.ts';
import type { z } from 'zod';

/** What a provider's own documentation says about its accounts; `preset` in an account names it. */
export interface Preset {
  readonly settings: Partial<z.input<typeof carrierSchema>>;
  /** Where each setting comes from. A setting without a fact is refused by a test. */
  readonly facts: readonly Fact[];
}

export interface Fact {
  readonly settings: readonly (keyof z.input<typeof carrierSchema>)[];
  /** The provider's words in ours. */
  readonly says: string;
  readonly source: string;
  /** When it was read, YYYY-MM-DD. */
  readonly readOn: string;
}

export type Merged =
  | { readonly ok: true; readonly account: unknown }
  /** What is wrong with `preset`: "must be one of: …". */
  | { readonly ok: false; readonly fault: string };

/**
 * An account as it was written, on top of the preset that it names: what the operator wrote always wins, down to a
 * single field of an object; lists are taken as they are. Without `preset` it is handed back unchanged. The result is
 * as little trusted as what came in: `carrierSchema` judges it.
 */
export function withPreset(account: unknown): Merged {
  if (!isObject(account) || account['preset'] === undefined) return { ok: true, account };
  const { preset: name } = account;
  const preset = typeof name === 'string' && Object.hasOwn(PRESETS, name) ? PRESETS[name] : undefined;
  if (!preset) return { ok: false, fault: `must be one of: ${Object.keys(PRESETS).join(', ')}` };
  return { ok: true, account: merged(preset.settings, account) };
}

type Values = Readonly<Record<string, unknown>>;

function merged(below: Values, above: Values): Values {
  const entries = Object.entries(above).map(([name, value]) => {
    const under = below[name];
    return [name, isObject(under) && isObject(value) ? merged(under, value) : value] as const;
  });
  return { ...below, ...Object.fromEntries(entries) };
}

const isObject = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const twoBinds = [{ type: 'transceiver', count: 2 }] as const;

export const PRESETS: Readonly<Record<string, Preset>> = {
  sinch: {
    settings: { port: 3601, tls: {}, binds: [...twoBinds], window: 10, rate_per_bind: 10 },
    facts: [
      {
        settings: ['port', 'tls'],
        says: 'Accounts are reached by TLS on port 3601 of a regional host.',
        source: 'https://developers.sinch.com/docs/sms/smpp/connectivity',
        readOn: '2026-11-20',
      },
      {
        settings: ['binds'],
        says: 'Two connections per host and system_id.',
        source: 'https://developers.sinch.com/docs/sms/smpp/connectivity',
        readOn: '2026-11-20',
      },
      {
        settings: ['rate_per_bind', 'window'],
        says: 'Ten texts a second on each bind unless agreed otherwise; a window of 10 is recommended.',
        source: 'https://developers.sinch.com/docs/sms/smpp/connectivity',
        readOn: '2026-11-20',
      },
    ],
  },
  infobip: {
    settings: { host: 'smpp2.infobip.com', port: 8887, tls: {} },
    facts: [
      {
        settings: ['host', 'port', 'tls'],
        says: 'SMPP 3.4 only (3.3 and 5.0 are not supported); TLS on smpp2.infobip.com:8887; passwords longer than 8.',
        source: 'https://www.infobip.com/docs/essentials/api-essentials/smpp-specification.md',
        readOn: '2026-11-20',
      },
    ],
  },
  clicksend: {
    settings: {
      host: 'smpp1.clicksend.com',
      port: 2776,
      tls: {},
      binds: [...twoBinds],
      window: 10,
      enquire_link_ms: 30_000,
      numbering: { number: { ton: 1, npi: 0 }, recipient: { ton: 1, npi: 0 } },
    },
    facts: [
      {
        settings: ['host', 'port', 'tls', 'binds'],
        says: 'Hosts smpp1 and smpp2, port 2776 for TLS, two binds for each account.',
        source: 'https://developers.clicksend.com/docs/smpp/v3/',
        readOn: '2026-11-20',
      },
      {
        settings: ['window', 'enquire_link_ms', 'numbering'],
        says: 'Window 10, keep alive 30 s, TON 1, NPI 0.',
        source: 'https://developers.clicksend.com/docs/smpp/v3/',
        readOn: '2026-11-20',
      },
    ],
  },
  vonage: {
    settings: { message_id_format: 'auto' },
    facts: [
      {
        settings: ['message_id_format'],
        says: 'Ids in receipts are decimal or hexadecimal, depending on the account.',
        source: 'https://api.support.vonage.com/hc/en-us/articles/215468998-How-to-Read-a-Vonage-SMPP-Delivery-Receipt',
        readOn: '2026-11-20',
      },
    ],
  },
  smsportal: {
    settings: { tls: {}, window: 10, rate: 50, numbering: { recipient: { ton: 0, npi: 0 } } },
    facts: [
      {
        settings: ['tls', 'window', 'rate'],
        says: 'A TLS address for each server; window 10; 50 texts a second and 4 sessions on each server.',
        source: 'https://docs.smsportal.com/docs/smpp-connection',
        readOn: '2026-11-20',
      },
      {
        settings: ['numbering'],
        says: 'TON and NPI of the recipient are 0.',
        source: 'https://docs.smsportal.com/docs/smpp-usage.md',
        readOn: '2026-11-20',
      },
    ],
  },
  '8x8': {
    settings: { host: 'smpp.8x8.com', port: 2776, tls: {} },
    facts: [
      {
        settings: ['host', 'port', 'tls'],
        says: 'smpp.8x8.com (Europe: smpp.8x8.uk), port 2776 for TLS; binds only from addresses that were announced.',
        source: 'https://developer.8x8.com/connect/docs/smpp-connection/',
        readOn: '2026-11-20',
      },
    ],
  },
  vibes: {
    settings: {
      encoding: { default_alphabet: 'ascii' },
      country: 'US',
      validity: 'none',
      numbering: {
        alphanumeric: { ton: 5, npi: 0 },
        short_code: { ton: 0, npi: 0 },
        number: { ton: 0, npi: 0 },
        recipient: { ton: 0, npi: 0 },
      },
    },
    facts: [
      {
        settings: ['encoding'],
        says: 'data_coding 0 is ASCII, 8 is UCS-2.',
        source: 'https://developer.vibes.com/display/CONNECTV3/Message+Settings',
        readOn: '2026-11-20',
      },
      {
        settings: ['country'],
        says: 'Texts from American and Canadian phones name them by ten digits, those of others in E.164.',
        source: 'https://developer.vibes.com/display/CONNECTV3/Message+Settings',
        readOn: '2026-11-20',
      },
      {
        settings: ['validity', 'numbering'],
        says: 'validity_period is left blank; TON and NPI are 0, and TON 5 for a name.',
        source: 'https://developer.vibes.com/display/CONNECTV3/Message+Settings',
        readOn: '2026-11-20',
      },
    ],
  },
  txtwire: {
    settings: { system_type: 'SMS', binds: [...twoBinds], rate: 8, enquire_link_ms: 20_000 },
    facts: [
      {
        settings: ['system_type', 'binds', 'rate', 'enquire_link_ms'],
        says: 'system_type SMS, 2 sessions, 8 submits a second, enquire_link every 20 s or the connection ends after 30.',
        source: 'http://api.txtwire.com/documentation/smpp/smpp_acct_config.html',
        readOn: '2026-11-20',
      },
    ],
  },
};
