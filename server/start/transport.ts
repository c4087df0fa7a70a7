import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import type { Logger } from 'pino';
import { type Config, ConfigError } from '../config.ts';
import type { Transport } from '../http/server.ts';
import { isLoopback } from './settings.ts';

type Settings = Pick<Config, 'TLS_CERT_FILE' | 'TLS_KEY_FILE' | 'TRUST_PROXY' | 'PUBLIC_URL' | 'HOST'>;

/** How requests arrive: with TLS of our own, behind a proxy that has it, or in the clear. */
export async function openTransport(config: Settings, log: Pick<Logger, 'warn'>): Promise<Transport> {
  const tls = await readTls(config);
  const isSecure = tls !== null || (config.PUBLIC_URL?.startsWith('https:') ?? false);
  if (!isSecure && !isLoopback(config.HOST)) {
    log.warn(
      'keys and texts travel in the clear: set TLS_CERT_FILE and TLS_KEY_FILE, or PUBLIC_URL to the https of a proxy',
    );
  }
  return { tls, trustProxy: config.TRUST_PROXY, isSecure };
}

async function readTls({ TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile }: Settings): Promise<Transport['tls']> {
  if (certFile === null && keyFile === null) return null;
  if (certFile === null || keyFile === null) {
    throw new ConfigError(['TLS_CERT_FILE and TLS_KEY_FILE belong together: set both or none.']);
  }
  const [cert, key] = await Promise.all([textOf('TLS_CERT_FILE', certFile), textOf('TLS_KEY_FILE', keyFile)]);
  try {
    createSecureContext({ cert, key });
  } catch {
    // The message of the error may quote the file.
    throw new ConfigError(['TLS_CERT_FILE, TLS_KEY_FILE: they are no certificate and its key in PEM.']);
  }
  return { cert, key };
}

async function textOf(setting: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    throw new ConfigError([`${setting}: the file cannot be read.`]);
  }
}
