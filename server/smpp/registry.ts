import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { ConfigError } from '../config.ts';
import type { Carrier, CarrierEvents, Carriers } from '../messages/carrier.ts';
import type { Mode } from '../rules/message.ts';
import { smppCarrier } from './carrier.ts';
import type { CarrierState, SmppCarrier } from './carrier.ts';
import { carrierView } from './carrier-view.ts';
import type { CarrierView } from './carrier-view.ts';
import type { ConfiguredCarrier, Origin } from './configured.ts';
import { CARRIERS_MAX, isExposed, RESERVED_IDS } from './configured.ts';
import type { Loss } from './link.ts';
import { carrierSchema } from './profile.ts';
import type { CarrierProfile } from './profile.ts';
import { createStateReporter } from './state-reporter.ts';
import type { RegistrationIds } from './submit-sm.ts';

/** All carriers of this server: those of the settings and those added by the API, which come and go while it runs. */
export interface Registry extends Carriers {
  all(): readonly SmppCarrier[];
  get(id: string): SmppCarrier | undefined;
  /** Connects all carriers, and from then on each that is added. */
  start(): void;
  stop(): Promise<void>;
  /** Follows what other servers have done to carriers since: added, changed, paused, resumed, removed. */
  refresh(): Promise<void>;
  readonly api: CarrierApi;
}

/** What the API may do. A key sees the carriers of its mode only; null = there is none of this id. */
export interface CarrierApi {
  list(mode: Mode): readonly CarrierView[];
  find(mode: Mode, id: string): CarrierView | null;
  /** The id is free, it is stored, and it connects at once. */
  add(mode: Mode, profile: CarrierProfile): Promise<Added>;
  setPaused(mode: Mode, id: string, paused: boolean): Promise<CarrierView | null>;
  rebind(mode: Mode, id: string): CarrierView | null;
  /** Null also for a carrier of the settings, which is changed there. */
  setPassword(mode: Mode, id: string, password: string): Promise<CarrierView | null>;
  /** Resolves once it is drained and unbound. False also for a carrier of the settings. */
  remove(mode: Mode, id: string): Promise<boolean>;
}

export type Added =
  | { readonly ok: true; readonly carrier: CarrierView }
  | { readonly ok: false; readonly reason: 'id_taken' | 'too_many' | 'plaintext' };

/** Where carriers added by the API live, and what is remembered of all of them. */
export interface RegistryStore {
  load(): Promise<readonly { readonly id: string; readonly mode: Mode; readonly profile: unknown }[]>;
  insert(carrier: { readonly id: string; readonly mode: Mode; readonly profile: unknown }): Promise<boolean>;
  updateProfile(id: string, profile: unknown): Promise<void>;
  remove(id: string): Promise<void>;
  pausedIds(): Promise<ReadonlySet<string>>;
  setPaused(id: string, paused: boolean): Promise<void>;
  recordState(change: {
    readonly id: string;
    readonly mode: Mode;
    readonly state: CarrierState;
    readonly reason: string | null;
    readonly commandStatus: string | null;
    readonly at: Date;
  }): Promise<boolean>;
}

export interface RegistryOptions {
  readonly configured: readonly ConfiguredCarrier[];
  readonly store: RegistryStore;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** What carriers hand over. */
  readonly events: CarrierEvents;
  /** Segments per second of a sender that has a rate of its own; null = it has none. */
  readonly senderRate?: (mode: Mode, sender: string) => number | null;
  /** The ids of a sender's registration; null = it has none. */
  readonly registrationOf?: (mode: Mode, sender: string) => RegistrationIds | null;
  /** Refuses live carriers without TLS, unless their profile allows it. */
  readonly requiresTls?: boolean;
  /** smsc.up or smsc.down was recorded. */
  readonly onEvents: () => void;
  /** In [0, 1); for tests of the waiting times. */
  readonly random?: () => number;
}

interface Entry {
  readonly carrier: SmppCarrier;
  /** As it is stored: the password of the carrier's own profile may be an older one. */
  profile: CarrierProfile;
  readonly origin: Origin;
  readonly stop: () => Promise<void>;
}

/** Throws ConfigError when an id is in the settings and in the database. Nothing connects before `start`. */
export async function openRegistry(options: RegistryOptions): Promise<Registry> {
  const { store, clock, log } = options;
  const entries = new Map<string, Entry>();
  const watchers: ((carrier: Carrier) => void)[] = [];
  /** Carriers that are gone and still unbind. */
  const leaving = new Set<Promise<void>>();
  let isStarted = false;
  let isStopping = false;

  const paused = await store.pausedIds();
  const stored = (await store.load()).map(({ mode, profile }): ConfiguredCarrier => {
    return { mode, profile: carrierSchema.parse(profile), origin: 'api' };
  });
  const configuredIds = new Set(options.configured.map(({ profile }) => profile.id));
  const twice = stored.map(({ profile }) => profile.id).filter((id) => configuredIds.has(id));
  if (twice.length > 0) {
    throw new ConfigError(
      twice.map(
        (id) => `CARRIERS_FILE: the id ${id} is taken by a carrier that was added by the API; rename or delete one.`,
      ),
    );
  }
  const exposed = [...options.configured, ...stored].filter(({ mode, profile }) => isExposed(mode, profile));
  if (options.requiresTls === true && exposed.length > 0) throw new ConfigError(exposed.map(plaintextFault));
  for (const one of [...options.configured, ...stored]) register(one, paused.has(one.profile.id));

  /** One change after another: what `refresh` has read must not be older than what a request has done. */
  let last: Promise<unknown> = Promise.resolve();
  function inTurn<Result>(change: () => Promise<Result>): Promise<Result> {
    const done = last.then(change);
    last = done.catch(() => undefined);
    return done;
  }

  /** It connects once `after` is there; without it, at once. */
  function register({ profile, mode, origin }: ConfiguredCarrier, isPaused: boolean, after?: Promise<unknown>): Entry {
    const { id } = profile;
    const reporter = createStateReporter({ record: (state, loss) => record(id, mode, state, loss), clock, log });
    const carrier = smppCarrier({ ...options, profile, mode, isPaused, onState: reporter.changed });
    const stop = async () => {
      await carrier.stop();
      reporter.stop();
    };
    const entry = { carrier, profile, origin, stop };
    entries.set(id, entry);
    for (const watch of watchers) watch(carrier);
    if (!isStarted || isStopping) return entry;
    if (after) void after.then(() => carrier.start());
    else carrier.start();
    return entry;
  }

  async function record(id: string, mode: Mode, state: CarrierState, loss: Loss | null): Promise<void> {
    const at = new Date(clock.now());
    const reason = loss?.reason ?? null;
    const commandStatus = loss?.commandStatus ?? null;
    if (state === 'parked') {
      log.error({ carrier: id, reason, commandStatus }, 'carrier refuses our credentials; tried again, but rarely');
    }
    if (await store.recordState({ id, mode, state, reason, commandStatus, at })) options.onEvents();
  }

  const all = () => [...entries.values()].map(({ carrier }) => carrier);
  const find = (mode: Mode, id: string) => {
    const entry = entries.get(id);
    return entry?.carrier.mode === mode ? entry : undefined;
  };
  const own = (mode: Mode, id: string) => {
    const entry = find(mode, id);
    return entry?.origin === 'api' ? entry : undefined;
  };
  const view = ({ carrier, origin }: Entry) => carrierView(carrier, origin);

  async function add(mode: Mode, profile: CarrierProfile): Promise<Added> {
    const { id } = profile;
    if (options.requiresTls === true && isExposed(mode, profile)) return { ok: false, reason: 'plaintext' };
    if (isStopping || RESERVED_IDS.has(id) || entries.has(id)) return { ok: false, reason: 'id_taken' };
    if (entries.size >= CARRIERS_MAX) return { ok: false, reason: 'too_many' };
    if (!(await store.insert({ id, mode, profile }))) return { ok: false, reason: 'id_taken' };
    return { ok: true, carrier: view(register({ profile, mode, origin: 'api' }, false)) };
  }

  async function setPassword(mode: Mode, id: string, password: string): Promise<CarrierView | null> {
    const entry = own(mode, id);
    if (!entry) return null;
    const profile = { ...entry.profile, password };
    await store.updateProfile(id, profile);
    entry.profile = profile;
    entry.carrier.setPassword(password);
    return view(entry);
  }

  async function setPaused(mode: Mode, id: string, isPaused: boolean): Promise<CarrierView | null> {
    const entry = find(mode, id);
    if (!entry) return null;
    await store.setPaused(id, isPaused);
    follow(entry, isPaused);
    return view(entry);
  }

  function follow({ carrier }: Entry, isPaused: boolean): void {
    if (isPaused && !carrier.isPaused()) carrier.pause();
    else if (!isPaused && carrier.isPaused()) carrier.resume();
  }

  async function refresh(): Promise<void> {
    if (isStopping) return;
    const [rows, pausedNow] = await Promise.all([store.load(), store.pausedIds()]);
    if (isStopping) return;
    const ids = new Set(rows.map(({ id }) => id));
    for (const [id, entry] of entries) if (entry.origin === 'api' && !ids.has(id)) void drop(id, entry);
    for (const row of rows) adopt(row, pausedNow.has(row.id));
    for (const [id, entry] of entries) follow(entry, pausedNow.has(id));
  }

  /** A carrier as another server has stored it. One that this version cannot read stays as it was. */
  function adopt({ id, mode, profile: unread }: { id: string; mode: Mode; profile: unknown }, isPaused: boolean): void {
    const entry = entries.get(id);
    const parsed = carrierSchema.safeParse(unread);
    if (!parsed.success || (entry && entry.origin !== 'api')) return;
    const profile = parsed.data;
    const isPlaced = entry?.carrier.mode === mode;
    if (isPlaced && isSame(profile, entry.profile)) return;
    if (isPlaced && isSame(profile, { ...entry.profile, password: profile.password })) {
      entry.profile = profile;
      return entry.carrier.setPassword(profile.password);
    }
    if (!entry && entries.size >= CARRIERS_MAX) return;
    log.info({ carrier: id }, entry ? 'carrier changed by another server' : 'carrier added by another server');
    // The old binds go first: many carriers allow no more of them than were agreed.
    register({ profile, mode, origin: 'api' }, isPaused, entry && drop(id, entry));
  }

  function drop(id: string, entry: Entry): Promise<void> {
    entries.delete(id);
    const gone = entry.stop().finally(() => leaving.delete(gone));
    leaving.add(gone);
    return gone;
  }

  return {
    all,
    get: (id) => entries.get(id)?.carrier,
    onAdded(run) {
      watchers.push(run);
      for (const carrier of all()) run(carrier);
    },
    start() {
      isStarted = true;
      for (const carrier of all()) carrier.start();
    },
    async stop() {
      isStopping = true;
      await Promise.all([...leaving, ...[...entries.values()].map(({ stop }) => stop())]);
    },
    refresh: () => inTurn(refresh),
    api: {
      list: (mode) => [...entries.values()].filter(({ carrier }) => carrier.mode === mode).map(view),
      find(mode, id) {
        const entry = find(mode, id);
        return entry ? view(entry) : null;
      },
      add: (mode, profile) => inTurn(() => add(mode, profile)),
      setPaused: (mode, id, isPaused) => inTurn(() => setPaused(mode, id, isPaused)),
      rebind(mode, id) {
        const entry = find(mode, id);
        entry?.carrier.rebind();
        return entry ? view(entry) : null;
      },
      setPassword: (mode, id, password) => inTurn(() => setPassword(mode, id, password)),
      async remove(mode, id) {
        const dropped = await inTurn(async () => {
          const entry = own(mode, id);
          if (!entry) return null;
          await store.remove(id);
          return { gone: drop(id, entry) };
        });
        await dropped?.gone;
        return dropped !== null;
      },
    },
  };
}

/** As they are stored: a field that is undefined is none. */
const isSame = (one: CarrierProfile, other: CarrierProfile) =>
  isDeepStrictEqual(JSON.parse(JSON.stringify(one)), JSON.parse(JSON.stringify(other)));

const plaintextFault = ({ profile: { id } }: ConfiguredCarrier) =>
  `HIPAA_MODE: the carrier ${id} is bound without TLS. Give it TLS (smpps://, or tls in its profile), or say with allow_plaintext that the way to it is protected otherwise.`;
