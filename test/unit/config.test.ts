import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from '../../server/config.ts';
import { SETTINGS } from '../../server/settings.ts';
import { envExample, withSettingsTable } from '../../server/config-docs.ts';

const root = join(import.meta.dirname, '../..');

function faultsOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

describe('the configuration', () => {
  test('needs no setting at all', () => {
    const config = readConfig({});
    expect(config).toMatchObject({
      PORT: 8080,
      HOST: '127.0.0.1',
      SIMULATOR_PORT: 2775,
      SMPP_URL: null,
      REDIS_URL: null,
    });
  });

  test('reports every fault at once, each with the sentence of its setting', () => {
    const faults = faultsOf({ PORT: 'eighty', REDIS_URL: 'http://nowhere', LOG_LEVEL: 'loud', SECRET_KEY: 'short' });
    expect(faults).toHaveLength(4);
    for (const name of ['PORT', 'REDIS_URL', 'LOG_LEVEL', 'SECRET_KEY'] as const) {
      expect(faults.join('\n')).toContain(SETTINGS[name].meaning);
    }
  });

  test('takes the plans of retries as JSON, and refuses what would retry for ever or at once', () => {
    const plans = { retry: { intervals_seconds: [1, 2.5], max_attempts: null }, ambiguous: { intervals_seconds: [0] } };
    expect(readConfig({ RETRY_POLICY: JSON.stringify(plans) }).RETRY_POLICY).toEqual(plans);
    expect(readConfig({}).RETRY_POLICY).toBeNull();
    for (const wrong of [
      '{',
      '[]',
      '{"retrys":{}}',
      '{"retry":{"intervals":[1]}}',
      '{"retry":{"intervals_seconds":[]}}',
      '{"retry":{"intervals_seconds":[0]}}',
      '{"retry":{"max_attempts":0}}',
      '{"ambiguous":{"intervals_seconds":[31]}}',
      '{"ambiguous":{"max_attempts":null}}',
    ]) {
      expect(faultsOf({ RETRY_POLICY: wrong }), wrong).toHaveLength(1);
    }
  });

  test('takes what is usual for a key as JSON, and knows no other kinds', () => {
    const limits = { prefix: { texts: 50, seconds: 600 } };
    expect(readConfig({ ANOMALY_LIMITS: JSON.stringify(limits) }).ANOMALY_LIMITS).toEqual(limits);
    for (const wrong of ['{', '{"prefixes":{}}', '{"key":{"texts":0,"seconds":1}}', '{"key":{"texts":1}}']) {
      expect(faultsOf({ ANOMALY_LIMITS: wrong }), wrong).toHaveLength(1);
    }
  });

  test('never repeats the value of a secret', () => {
    const faults = faultsOf({ SMPP_URL: 'smpp://me:hunter22@', DATABASE_URL: 'mysql://me:hunter22@host' });
    expect(faults).toHaveLength(2);
    expect(faults.join('\n')).not.toContain('hunter22');
  });

  test('reads a carrier from SMPP_URL', () => {
    const { SMPP_URL } = readConfig({ SMPP_URL: 'smpp://me:secret@smsc.example:2776?window=20&rate=50' });
    expect(SMPP_URL).toMatchObject({
      host: 'smsc.example',
      port: 2776,
      systemId: 'me',
      password: 'secret',
      window: 20,
      ratePerSecond: 50,
      tls: false,
    });
  });

  test('says each fault of SMPP_URL in a sentence', () => {
    expect(faultsOf({ SMPP_URL: 'smpp://me:hunter22@host?bind=both&binds=0' })).toEqual([
      expect.stringMatching(/^SMPP_URL: bind is transceiver, pair, /),
      expect.stringMatching(/^SMPP_URL: binds is a whole number/),
    ]);
    expect(readConfig({ SMPP_URL: 'smpp://me@host?bind=pair' }).SMPP_URL?.binds).toHaveLength(2);
  });

  test('R049: reads a secret from the file that NAME_FILE names, and says so when both are set', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'config-')), 'redis');
    writeFileSync(file, 'redis://127.0.0.1:6379\n');
    expect(readConfig({ REDIS_URL_FILE: file }).REDIS_URL).toBe('redis://127.0.0.1:6379');
    expect(faultsOf({ REDIS_URL_FILE: file, REDIS_URL: 'redis://other' })).toEqual([
      expect.stringContaining('REDIS_URL_FILE'),
    ]);
    expect(faultsOf({ REDIS_URL_FILE: `${file}.missing` })).toEqual([expect.stringContaining('cannot be read')]);
  });

  test('takes a relative DATA_DIR from the repository, wherever the server is started', () => {
    expect(readConfig({ DATA_DIR: './elsewhere' }).DATA_DIR).toBe(join(root, 'elsewhere'));
    expect(readConfig({ DATA_DIR: '/var/lib/x' }).DATA_DIR).toBe('/var/lib/x');
  });
});

describe('the documentation of the settings', () => {
  test('.env.example is what npm run generate writes', () => {
    expect(readFileSync(join(root, '.env.example'), 'utf8')).toBe(envExample());
  });

  test('the table in README.md is what npm run generate writes', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    expect(readme).toBe(withSettingsTable(readme));
  });
});
