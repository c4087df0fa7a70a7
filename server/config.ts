import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { hubspotFaults } from '../connectors/hubspot/settings.ts';
import { slackFaults } from '../connectors/slack/settings.ts';
import { absolute } from './setting-kinds.ts';
import { type Setting, SETTINGS } from './settings.ts';

type Name = keyof typeof SETTINGS;
export type Config = { readonly [Key in Name]: z.output<(typeof SETTINGS)[Key]['schema']> };
export type Environment = Readonly<Record<string, string | undefined>>;

export class ConfigError extends Error {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(
      `The configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n${faults.join('\n')}`,
    );
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

/** Reads all settings, or throws a ConfigError that names every fault. Values of secrets are never repeated. */
export function readConfig(environment: Environment): Config {
  const faults: string[] = [];
  const entries = Object.entries<Setting>(SETTINGS).map(([name, setting]) => {
    const text = textOf(name, setting, environment, faults);
    const parsed = setting.schema.safeParse(text);
    if (parsed.success) return [name, parsed.data] as const;
    const own = parsed.error.issues.filter((issue) => issue.code === 'custom' && issue.params?.['own'] === true);
    if (own.length > 0) {
      faults.push(...own.map(({ message }) => `${name}: ${message}`));
      return [name, null] as const;
    }
    const shown = setting.isSecret ? '' : ` (it is "${text.slice(0, 80)}")`;
    faults.push(`${name}${shown}: ${setting.meaning}`);
    return [name, null] as const;
  });
  const config = Object.fromEntries(entries) as unknown as Config;
  if (faults.length === 0) faults.push(...slackFaults(config), ...hubspotFaults(config));
  if (faults.length > 0) throw new ConfigError(faults);
  return { ...config, DATA_DIR: absolute(config.DATA_DIR) };
}

function textOf(name: string, setting: Setting, environment: Environment, faults: string[]): string {
  const file = setting.isSecret ? environment[`${name}_FILE`] : undefined;
  if (file === undefined) return environment[name] ?? setting.fallback;
  if (environment[name] !== undefined) faults.push(`${name} and ${name}_FILE are both set: keep one of them.`);
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    faults.push(`${name}_FILE: the file cannot be read.`);
    return setting.fallback;
  }
}
