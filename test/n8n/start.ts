import { execFileSync, type ExecFileSyncOptions } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { pino } from 'pino';
import type { TestProject } from 'vitest/node';
import { readConfig } from '../../server/config.ts';
import { startServer } from '../../server/main.ts';
import { freePort } from '../support/free-port.ts';
import type { RunningServer } from '../support/server-process.ts';
import { findTools, type Tools } from './tools.ts';

const root = path.join(import.meta.dirname, '../..');

/** An n8n with our nodes in it, and who is logged in there. */
export interface RunningN8n {
  readonly url: string;
  /** For its public API. */
  readonly apiKey: string;
  /** The session of its owner, and the browser that it is bound to. */
  readonly cookie: string;
  readonly browserId: string;
  readonly logFile: string;
}

/** n8n and the SMS Bridge server that its nodes talk to. */
export interface Installation {
  readonly n8n: RunningN8n;
  readonly bridge: RunningServer;
}

declare module 'vitest' {
  interface ProvidedContext {
    installation: Installation;
  }
}

/** Packs the nodes as npm would publish them, and starts the server, its simulated carrier and an n8n that has them installed. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const found = findTools(process.env);
  if (!found.isComplete) throw new Error(found.missing.join('\n'));
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).toReversed()) await closer();
  };
  try {
    const folder = await mkdtemp(path.join(tmpdir(), 'smsbridge-n8n-'));
    closers.push(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
    // The embedded PostgreSQL runs as another user when this one is root.
    await chmod(folder, 0o711);
    const tarball = await pack(folder);
    const bridge = await startBridge(folder, closers);
    const n8n = await startN8n(found.tools, folder, tarball, closers);
    project.provide('installation', { n8n, bridge });
    return close;
  } catch (error) {
    await close();
    throw error;
  }
}

/** `SMSBRIDGE_TARBALL` names one that is packed already. */
async function pack(folder: string): Promise<string> {
  const { SMSBRIDGE_TARBALL: packed } = process.env;
  if (packed) return packed;
  const options: ExecFileSyncOptions = { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] };
  execFileSync('npm', ['run', 'build:n8n'], options);
  execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], options);
  const name = (await readdir(folder)).find((file) => file.endsWith('.tgz'));
  if (name === undefined) throw new Error('npm pack wrote no tarball.');
  return path.join(folder, name);
}

type Closers = (() => Promise<unknown>)[];

async function startBridge(folder: string, closers: Closers): Promise<RunningServer> {
  const config = readConfig({
    DATA_DIR: path.join(folder, 'bridge'),
    PORT: '0',
    METRICS_PORT: '0',
    SIMULATOR_PORT: 'free',
    QUIET_HOURS: 'ignore',
    DEFAULT_SENDER: '+15005550100',
  });
  const server = await startServer(config, pino({ level: 'silent' }));
  closers.push(() => server.stop());
  if (!server.firstKeys) throw new Error('An empty folder has keys already.');
  return { url: server.url, keys: server.firstKeys };
}

/** As far as it is used here; the class is JavaScript. */
interface Harness {
  readonly base: string;
  readonly cookie: string;
  readonly browserId: string;
  readonly logFile: string;
  installTarball(file: string): unknown;
  start(): Promise<unknown>;
  login(): Promise<unknown>;
  createApiKey(): Promise<string>;
  stop(): Promise<void>;
}

interface HarnessModule {
  readonly N8nHarness: new (options: Readonly<Record<string, unknown>>) => Harness;
}

async function startN8n({ harnessDir, n8nDir }: Tools, folder: string, tarball: string, closers: Closers) {
  const url = pathToFileURL(path.join(harnessDir, 'harness.mjs')).href;
  const { N8nHarness } = (await import(url)) as HarnessModule;
  const ports = { port: await freePort(), brokerPort: await freePort() };
  const harness = new N8nHarness({ n8nDir, workDir: path.join(folder, 'n8n'), ...ports, env: PRIVATE });
  harness.installTarball(tarball);
  closers.push(() => harness.stop());
  await harness.start();
  await harness.login();
  const apiKey = await harness.createApiKey();
  const { base, cookie, browserId, logFile } = harness;
  return { url: base, apiKey, cookie, browserId, logFile };
}

/** Newer versions ask before they call addresses of loopback. */
const PRIVATE = { N8N_SSRF_PROTECTION_ENABLED: 'false' };
