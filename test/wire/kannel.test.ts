import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { until } from '../support/until.ts';
import { ourLink, ourSmsc } from './our-link.ts';
import { freePort } from '../support/free-port.ts';
import { describeWith, program, start } from './program.ts';

const kannel = [program('bearerbox', 'kannel'), program('smsbox', 'kannel')];
const DRIVE_SMPP = '/usr/lib/kannel/test/drive_smpp';

interface Kannel {
  /** What its smsbox called: the path and query of each request. */
  readonly calls: readonly URL[];
  send(text: string, more?: Readonly<Record<string, string>>): Promise<number>;
}

async function startKannel(smscPort: number): Promise<Kannel> {
  const calls: URL[] = [];
  const sink = createServer((request, response) => {
    calls.push(new URL(request.url ?? '/', 'http://127.0.0.1'));
    response.end();
  });
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => void sink.close(() => resolve())));
  const address = sink.address();
  const sinkPort = typeof address === 'object' && address ? address.port : 0;
  const [admin, box, http] = [await freePort(), await freePort(), await freePort()];
  const folder = await mkdtemp(join(tmpdir(), 'smsbridge-kannel-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const values = { ADMIN: admin, BOX: box, HTTP: http, SINK: sinkPort, SMSC: smscPort, FOLDER: folder };
  const template = await readFile(join(import.meta.dirname, 'kannel.conf'), 'utf8');
  const file = join(folder, 'kannel.conf');
  await writeFile(
    file,
    template.replace(/@(\w+)@/g, (_whole, name: keyof typeof values) => String(values[name])),
  );
  start('bearerbox', ['-v', '4', file], { cwd: folder });
  await until(() => answers(`http://127.0.0.1:${admin}/status.txt`));
  start('smsbox', ['-v', '4', file], { cwd: folder });
  await until(() => answers(`http://127.0.0.1:${http}/`));
  await until(async () => (await textOf(`http://127.0.0.1:${admin}/status.txt`)).includes('online'));
  return {
    calls,
    async send(text, more = {}) {
      const query = new URLSearchParams({ username: 'wire', password: 'wire', to: '+14155550123', text, ...more });
      query.set('dlr-mask', '31');
      query.set('dlr-url', `http://127.0.0.1:${sinkPort}/receipt?type=%d&to=%P`);
      const response = await fetch(`http://127.0.0.1:${http}/cgi-bin/sendsms?${query}`);
      await response.text();
      return response.status;
    },
  };
}

async function textOf(url: string): Promise<string> {
  try {
    return await (await fetch(url)).text();
  } catch {
    return '';
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    await (await fetch(url)).text();
    return true;
  } catch {
    return false;
  }
}

describeWith(kannel)('Kannel', () => {
  test('binds to our simulator, sends, gets its receipts and an answer', async () => {
    const smsc = await ourSmsc();
    const box = await startKannel(smsc.port);
    const texts = ['Hello from Kannel', 'k'.repeat(200)];
    for (const text of texts) expect(await box.send(text)).toBe(202);
    expect(await box.send('Привет 😀', { coding: '2', charset: 'UTF-8' })).toBe(202);
    const phone = '+14155550123';
    await until(() => smsc.phone(phone).length === 3);
    expect(smsc.phone(phone).map(({ body }) => body)).toEqual([...texts, 'Привет 😀']);

    await smsc.answer({ from: phone, to: 'Kannel', body: 'YES' });
    const paths = (path: string) => box.calls.filter(({ pathname }) => pathname === path);
    // 8: the carrier took it, 1: it is delivered.
    const delivered = () => paths('/receipt').filter(({ searchParams }) => searchParams.get('type') === '1');
    await until(() => delivered().length >= 3 && paths('/inbound').length === 1);
    expect(paths('/inbound')[0]?.searchParams.get('text')).toBe('YES');
  });

  test('comes through our faults: throttled, cut off or told to unbind, every text arrives', async () => {
    const smsc = await ourSmsc();
    const box = await startKannel(smsc.port);
    smsc.setFaults({ drop: 'request', drop_times: 1, receipt_delay_ms: 50 });
    expect(await box.send('after the cut')).toBe(202);
    await until(() => smsc.counts().dropped === 1);
    await until(() => smsc.phone('+14155550123').length === 1);
    smsc.setFaults({ throttle_percent: 100 });
    expect(await box.send('after the throttling')).toBe(202);
    await until(() => smsc.counts().throttled >= 1);
    smsc.setFaults({ throttle_percent: 0 });
    await until(() => smsc.phone('+14155550123').length === 2);
    smsc.setFaults({ unbind_every_ms: 100, unbind_times: 1 });
    await until(() => smsc.counts().unbinds === 1);
    expect(await box.send('after the unbind')).toBe(202);
    await until(() => smsc.phone('+14155550123').length === 3);
    // The last text may still have gone over the bind that was told to end.
    await until(() => smsc.counts().binds >= 3);
  });
});

/** Its other half is an smsbox, which it starts on this port of its own choice; nobody has to speak there. */
const SMSBOX_PORT = 13_001;

describeWith([program(DRIVE_SMPP, 'kannel-extras')])('drive_smpp of Kannel', () => {
  test('as an SMSC delivers a hundred texts to our receiver and takes a hundred of our transmitter', async () => {
    const smsbox = createTcpServer((socket) => void socket.on('error', () => undefined).resume());
    await new Promise<void>((resolve, reject) => {
      smsbox.once('error', reject).listen(SMSBOX_PORT, '127.0.0.1', resolve);
    });
    const port = await freePort();
    const smsc = start(DRIVE_SMPP, ['-v', '0', '-p', String(port), '-m', '100']);
    onTestFinished(async () => {
      await smsc.stop();
      await new Promise((resolve) => smsbox.close(resolve));
    });
    await until(() => smsc.stderr().includes('Starting drive_smpp'));
    const binds = [{ type: 'transmitter' }, { type: 'receiver' }] as const;
    const link = await ourLink(port, { system_id: 'foo', password: 'bar', binds: [...binds] });
    // Each of its texts has a receipted_message_id to try that TLV out, so it is read as a receipt.
    await until(() => link.receipts.length >= 100 || smsc.hasEnded());
    expect(link.receipts).toHaveLength(100);
    expect(link.receipts.every(({ tlvs }) => tlvs?.receipted_message_id !== undefined)).toBe(true);
    const outcomes = await Promise.all(Array.from({ length: 100 }, (_, index) => link.send(`text ${index}`)));
    expect(new Set(outcomes.flat().map(({ kind }) => kind))).toEqual(new Set(['accepted']));
    expect(smsc.stderr()).not.toMatch(/PANIC|malformed/i);
    await until(() => smsc.stderr().includes('ESME has submitted all messages to SMSC.'));
  });
});
