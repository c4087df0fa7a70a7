import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/embedded.ts';
import { startLoad } from '../support/load.ts';
import { outcomeOf } from '../support/promises.ts';
import { isReady, postgresProcesses, spawnServer } from '../support/server-process.ts';
import { startSmsc } from '../support/smsc-process.ts';

const CLEAN = { code: 0, signal: null };

describe('one DATA_DIR', () => {
  test('serves one server: a second one says so and ends with 1, and the first goes on', async () => {
    const dataDir = await temporaryFolder();
    const smsc = await startSmsc();
    const settings = { SMPP_URL: smsc.url };
    const first = spawnServer({ dataDir, settings });
    const running = await first.ready();
    const load = startLoad({ target: () => ({ url: running.url, key: running.keys.live }), concurrency: 2 });

    const second = spawnServer({ dataDir, settings });
    expect(await second.exit).toEqual({ code: 1, signal: null });
    expect(second.output()).toContain('Another SMS Bridge server is using this DATA_DIR');

    await load.acceptedMore(20);
    await load.stop();
    expect(await isReady(running.url)).toBe(true);
    expect(load.refused).toEqual(new Map());
    expect(await outcomeOf(running, smsc, load.accepted)).toMatchObject({ broken: [], flagged: 0, duplicates: 0 });
    first.kill('SIGTERM');
    expect(await first.exit).toEqual(CLEAN);
  });

  test('keeps its PostgreSQL when the server is killed, and the next start takes it over', async () => {
    const dataDir = await temporaryFolder();
    const smsc = await startSmsc();
    const settings = { SMPP_URL: smsc.url };
    const first = spawnServer({ dataDir, settings });
    const running = await first.ready();
    const load = startLoad({ target: () => ({ url: running.url, key: running.keys.live }), concurrency: 2 });
    await load.acceptedMore(20);
    await load.stop();
    await outcomeOf(running, smsc, load.accepted);
    const [postmaster] = await postgresProcesses(dataDir);
    first.kill('SIGKILL');
    await first.exit;
    expect((await postgresProcesses(dataDir))[0]).toBe(postmaster);

    const second = spawnServer({ dataDir, settings });
    const outcome = await outcomeOf(await second.ready(), smsc, load.accepted);
    expect((await postgresProcesses(dataDir))[0]).toBe(postmaster);
    expect(outcome).toMatchObject({ broken: [], flagged: 0, duplicates: 0 });
    second.kill('SIGTERM');
    expect(await second.exit).toEqual(CLEAN);
    expect(await postgresProcesses(dataDir)).toEqual([]);
  });
});
