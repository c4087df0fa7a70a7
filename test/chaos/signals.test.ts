import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/embedded.ts';
import { startLoad } from '../support/load.ts';
import { outcomeOf } from '../support/promises.ts';
import {
  hasTerminals,
  postgresProcesses,
  type ServerProcess,
  serverProcesses,
  spawnServer,
  type Way,
} from '../support/server-process.ts';
import { startSmsc } from '../support/smsc-process.ts';
import { until } from '../support/until.ts';

const CLEAN = { code: 0, signal: null };

/** `npm test` tries one way to stop a server, `npm run test:slow` all of them. */
const isWhole = (process.env['TEST_SLOW'] ?? process.env['CHAOS_KILLS']) !== undefined;

/** How long after its start a server is told to stop. `npm run test:chaos` does it more often. */
const MOMENTS_MS = process.env['CHAOS_KILLS'] ? [50, 150, 250, 350, 450, 550, 650, 850, 1_050] : [50, 250, 450, 850];

/** How the server is asked to stop: what starts it, and what that is sent. */
const SIGNALS: readonly (readonly [name: string, way: Way, send: (server: ServerProcess) => void])[] = [
  ['SIGTERM to the server', 'node', (server) => server.kill('SIGTERM')],
  ['SIGTERM to npm', 'npm', (server) => server.kill('SIGTERM')],
  ['SIGTERM to the process group of npm', 'npm', (server) => server.killGroup('SIGTERM')],
  ['Ctrl-C in a terminal', 'npm in a terminal', (server) => server.type('\u0003')],
];

describe('a signal under load', () => {
  for (const [name, way, send] of SIGNALS) {
    const isMissing = way === 'npm in a terminal' && !hasTerminals;
    const skip = isMissing || (!isWhole && name !== 'SIGTERM to npm');
    if (isMissing) console.warn(`Skipped: ${name}. Install util-linux (the command script) to run it.`);
    test.skipIf(skip)(`${name} loses no text, sends none twice, and leaves no process`, async () => {
      const dataDir = await temporaryFolder();
      const smsc = await startSmsc({ responseDelayMs: 50 });
      const settings = { SMPP_URL: smsc.url };
      const server = spawnServer({ dataDir, settings, way });
      const running = await server.ready();
      const load = startLoad({ target: () => ({ url: running.url, key: running.keys.live }) });
      await load.acceptedMore(100);

      send(server);
      expect(await server.exit, server.output()).toEqual(CLEAN);
      await load.stop();
      // Whoever started it may have ended a moment before it.
      await until(async () => (await serverProcesses(dataDir)).length === 0);
      expect(await postgresProcesses(dataDir)).toEqual([]);

      const again = spawnServer({ dataDir, settings });
      const outcome = await outcomeOf(await again.ready(), smsc, load.accepted);
      expect(outcome).toMatchObject({ broken: [], flagged: 0, duplicates: 0 });
      again.kill('SIGTERM');
      expect(await again.exit).toEqual(CLEAN);
    });
  }
});

test.skipIf(!isWhole)('a stop waits for a carrier that is slow to answer', async () => {
  const dataDir = await temporaryFolder();
  const smsc = await startSmsc();
  const settings = { SMPP_URL: smsc.url };
  const server = spawnServer({ dataDir, settings });
  const running = await server.ready();
  await smsc.behave({ responseDelayMs: 1_200 });
  const load = startLoad({ target: () => ({ url: running.url, key: running.keys.live }) });
  await until(async () => (await smsc.recorded()).length > 0);
  await load.stop();
  server.kill('SIGTERM');
  expect(await server.exit, server.output()).toEqual(CLEAN);

  await smsc.behave({ responseDelayMs: 0 });
  const again = spawnServer({ dataDir, settings });
  const outcome = await outcomeOf(await again.ready(), smsc, load.accepted);
  expect(outcome).toMatchObject({ broken: [], flagged: 0, duplicates: 0 });
  again.kill('SIGTERM');
  expect(await again.exit).toEqual(CLEAN);
});

test.skipIf(!isWhole)('a stop in the middle of a start leaves nothing running, and the next start works', async () => {
  const dataDir = await temporaryFolder();
  for (const afterMs of MOMENTS_MS) {
    const server = spawnServer({ dataDir });
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    server.kill('SIGTERM');
    // Before the server listens to signals, the signal itself ends it.
    expect([CLEAN, { code: null, signal: 'SIGTERM' }], server.output()).toContainEqual(await server.exit);
    expect(await postgresProcesses(dataDir), `stopped after ${afterMs} ms`).toEqual([]);
  }
  const server = spawnServer({ dataDir });
  await server.ready();
  server.kill('SIGTERM');
  expect(await server.exit).toEqual(CLEAN);
});
