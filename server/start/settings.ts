import type { Config } from '../config.ts';
import type { VerdictSettings } from '../contacts/verdicts.ts';
import type { RetentionSettings } from '../messages/retention.ts';

/** Settings of the environment as the rooms take them. */

export function verdictSettings(config: Config): VerdictSettings {
  const { CONSENT_MODE: mode, QUIET_HOURS: quietHours, QUIET_HOURS_ZONE: fallbackZone, FREQUENCY_CAPS: caps } = config;
  const consentMode = { live: mode ?? 'strict', test: mode ?? 'warn' } as const;
  return { consentMode, quietHours, fallbackZone, caps: caps ?? [], isHealth: config.HIPAA_MODE };
}

export function retentionSettings(config: Config): RetentionSettings {
  const { RETENTION_BODY_DAYS: bodyDays, RETENTION_METADATA_DAYS: metadataDays } = config;
  return { bodyDays, metadataDays, webhookDays: config.RETENTION_WEBHOOK_DAYS };
}

export function draftSettings(config: Config) {
  return {
    numberValidation: { live: config.NUMBER_VALIDATION ?? 'valid', test: config.NUMBER_VALIDATION ?? 'possible' },
    defaultCountry: config.DEFAULT_COUNTRY,
    defaultSender: config.DEFAULT_SENDER,
    queueTtlSeconds: config.QUEUE_TTL,
  } as const;
}

export function moneySettings(config: Config) {
  return { isPrepaid: config.BALANCE === 'prepaid', currency: config.CURRENCY, lowBelow: config.BALANCE_LOW };
}

export const isLoopback = (host: string) => host === 'localhost' || host === '::1' || host.startsWith('127.');
