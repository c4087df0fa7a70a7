import { type AddressInfo, type Server, createServer } from 'node:net';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { ChangedFaults, Counts, Faults, Scenario, ScenarioName } from '../rules/simulator-faults.ts';
import { destinationFields, sourceFields } from './addresses.ts';
import { createFaultPanel } from './fault-panel.ts';
import { openLine } from './line.ts';
import { type Outbox, createOutbox } from './outbox.ts';
import { type PhoneMessage, type PhoneSummary, type Phones, createPhones } from './phones.ts';
import { scenario } from './scenarios.ts';
import { type Session, openSession } from './session.ts';
import { submitHandler } from './submit.ts';
import { type DefaultAlphabet, writeUserData } from './user-data.ts';

export interface SimulatorOptions {
  /** 0 = any free port. */
  readonly port: number;
  /** Loopback unless told otherwise. */
  readonly host?: string;
  readonly systemId: string;
  readonly password: string;
  /** What data_coding 0 means; unpacked GSM-7 unless told otherwise. */
  readonly defaultAlphabet?: DefaultAlphabet;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
}

export interface Simulator {
  readonly port: number;
  /** The conversation of one phone (E.164), oldest first. */
  phone(number: string): readonly PhoneMessage[];
  /** Phones that sent or got a text, the latest first. */
  numbers(): readonly PhoneSummary[];
  /**
   * Sends a text from a phone. `delivered` is true once it was acknowledged, and false when that did not happen
   * within 10 seconds: then it still waits for somebody to bind.
   */
  answer(text: PhoneText): Promise<{ delivered: boolean }>;
  /** What is left out stays as it is. */
  setFaults(faults: ChangedFaults): void;
  /** Plays faults over time: a scenario file of `scenarios/` by its name, or one of your own. */
  play(wanted: ScenarioName | Scenario): void;
  faults(): Faults;
  /** What has happened since the last reset. */
  counts(): Readonly<Counts>;
  /** Forgets texts, phones and what waits to be delivered, and takes back the faults; connections stay. */
  reset(): void;
  stop(): Promise<void>;
}

export interface PhoneText {
  readonly from: string;
  readonly to: string;
  readonly body: string;
  /** In several segments, however short it is, the last one first. */
  readonly segments_out_of_order?: boolean;
}

/** A carrier to develop and test against: an SMPP 3.4 server over TCP, with phones behind it. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { clock, log } = options;
  const sessions = new Set<Session>();
  const phones = createPhones();
  const outbox = createOutbox(clock, log);
  const timers = timerSet(clock);
  const write = phoneWriter(clock, phones, outbox, options.defaultAlphabet);
  const panel = createFaultPanel({
    clock,
    unbindAll: () => [...sessions].filter((session) => session.unbind()).length,
  });
  const handler = submitHandler({
    clock,
    defaultAlphabet: options.defaultAlphabet,
    phones,
    outbox,
    panel,
    later: timers.later,
    reply: (from, to, body) => void write({ from, to, body }),
  });
  const server = createServer((socket) => {
    if (sessions.size >= SESSIONS_MAX) return void socket.destroy();
    const session = openSession({
      ...options,
      socket,
      line: openLine(panel),
      onBound: () => panel.count('binds'),
      onSubmit: (fields, respond) => handler.submit(fields, respond),
      onReceiver: (receiver) => outbox.attach(receiver),
      onClosed(closed) {
        sessions.delete(closed);
        outbox.detach(closed);
      },
    });
    sessions.add(session);
    return undefined;
  });
  const port = await listen(server, options);
  log.info({ port }, 'simulator: listening');

  function reset() {
    timers.clear();
    outbox.clear();
    phones.clear();
    handler.reset();
    panel.reset();
  }

  return {
    port,
    phone: (number) => phones.conversation(number),
    numbers: () => phones.numbers(),
    answer: (text) => atMost(clock, ANSWER_WAIT_MS, write(text)),
    setFaults: (changed) => panel.set(changed),
    play: (wanted) => panel.play(typeof wanted === 'string' ? scenario(wanted) : wanted),
    faults: () => panel.faults(),
    counts: () => panel.counts(),
    reset,
    stop() {
      reset();
      return close(server, sessions, clock);
    },
  };
}

const SESSIONS_MAX = 64;
const ANSWER_WAIT_MS = 10_000;
const STOP_WAIT_MS = 1_000;

/** Writes texts on phones; the promise says whether every part was acknowledged, however long that takes. */
function phoneWriter(clock: Clock, phones: Phones, outbox: Outbox, defaultAlphabet?: DefaultAlphabet) {
  let reference = 0;
  return async ({ from, to, body, segments_out_of_order: isMixed = false }: PhoneText): Promise<boolean> => {
    reference += 1;
    const parts = writeUserData(body, reference, defaultAlphabet, isMixed);
    phones.record(from, {
      direction: 'from_phone',
      from,
      to,
      body,
      encoding: parts[0]?.dataCoding === 8 ? 'UCS-2' : 'GSM-7',
      segments: parts.length,
      at: new Date(clock.now()),
      message_ids: [],
    });
    const deliveries = (isMixed ? parts.toReversed() : parts).map(
      (part) =>
        new Promise<boolean>((settled) => {
          outbox.push({ ...sourceFields(from), ...destinationFields(to), ...part }, settled);
        }),
    );
    return (await Promise.all(deliveries)).every(Boolean);
  };
}

async function atMost(clock: Clock, ms: number, work: Promise<boolean>): Promise<{ delivered: boolean }> {
  let cancel = () => undefined as void;
  const timeout = new Promise<boolean>((resolve) => {
    cancel = clock.after(ms, () => resolve(false));
  });
  try {
    return { delivered: await Promise.race([work, timeout]) };
  } finally {
    cancel();
  }
}

/** Timers that can be forgotten together. */
function timerSet(clock: Clock) {
  const running = new Set<() => void>();
  const later = (ms: number, run: () => void) => {
    if (ms <= 0) return run();
    const cancel = clock.after(ms, () => {
      running.delete(cancel);
      run();
    });
    running.add(cancel);
    return undefined;
  };
  const clear = () => {
    for (const cancel of running) cancel();
    running.clear();
  };
  return { later, clear };
}

function listen(server: Server, { port, host, log }: SimulatorOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host ?? '127.0.0.1', () => {
      server.off('error', reject);
      server.on('error', () => log.error({}, 'simulator: the listening socket failed'));
      resolve((server.address() as AddressInfo).port);
    });
  });
}

async function close(server: Server, sessions: ReadonlySet<Session>, clock: Clock): Promise<void> {
  const cancel = clock.after(STOP_WAIT_MS, () => sessions.forEach((session) => session.destroy()));
  const ends = Array.from(sessions, ({ closed }) => closed);
  const serverClosed = new Promise((resolve) => server.close(resolve));
  for (const session of sessions) session.close();
  await Promise.all([serverClosed, ...ends]);
  cancel();
}
