import { randomBytes } from 'node:crypto';
import type { Message, Mode, Warning } from '../rules/message.ts';
import {
  type Book,
  carriersOfSender,
  chooseSender,
  missingTopic,
  type Registration,
  registrationIds,
  type Sender,
  type SenderChoice,
  type SenderPool,
  senderRate,
} from '../rules/sender.ts';
import { type OwnSenderRule, rulesInForce } from '../rules/sender-rules.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../store/database.ts';
import {
  deletePool,
  deleteSender,
  insertPool,
  insertSender,
  lastSenderOf,
  selectPools,
  selectSenders,
  updateSender,
} from '../store/senders.ts';
import { deleteSenderRule, selectSenderRules, storeSenderRules } from '../store/sender-rules.ts';

/** The senders of the organisation, and which of them a text gets. */
export interface Senders {
  /** Accepting and explaining ask the same. A contact keeps the sender of a pool that it was texted from last. */
  choose(text: SenderText): Promise<ChosenSender>;
  /** What a text without `from` gets, or whether `from` names a pool. */
  defaultPool(mode: Mode): string | null;
  isPool(mode: Mode, id: string): boolean;
  /** Segments per second of one sender, for the pace; null = no limit of its own. */
  rateOf(mode: Mode, value: string): number | null;
  /** The ids of its registration, which some carriers want with each text; null = it has none. */
  registrationOf(mode: Mode, value: string): Registration['ids'] | null;
  /** The carriers that know a sender; null = all of them. */
  carriersOf(mode: Mode, value: string): readonly string[] | null;
  list(mode: Mode): readonly Sender[];
  add(sender: Omit<Sender, 'id'>): Promise<Added<Sender>>;
  /** False: there is none of its id. Its value stays. */
  update(sender: Sender): Promise<boolean>;
  remove(mode: Mode, id: string): Promise<boolean>;
  pools(mode: Mode): readonly SenderPool[];
  addPool(pool: Omit<SenderPool, 'id'>): Promise<Added<SenderPool>>;
  removePool(mode: Mode, id: string): Promise<boolean>;
  /** What the operator knows of countries, by country. */
  ownRules(mode: Mode): readonly OwnSenderRule[];
  /** Each takes the place of the one for its country; all of them or none. */
  storeRules(mode: Mode, rules: readonly OwnSenderRule[]): Promise<void>;
  removeRule(mode: Mode, country: string): Promise<boolean>;
  /** Reads what other servers may have changed. */
  refresh(): Promise<void>;
}

export type Added<Item> =
  | { readonly ok: true; readonly added: Item }
  | { readonly ok: false; readonly reason: 'exists' | 'too_many' | 'unknown_sender' };

/** `from` is what was asked for: a sender, or the id of a pool. */
export type SenderText = Pick<Message, 'mode' | 'from' | 'contact' | 'country' | 'message_type'> & {
  readonly topic: string | null;
};

export type ChosenSender =
  | { readonly ok: true; readonly value: string; readonly reason: string; readonly warnings: readonly Warning[] }
  /** `needsTopic`: it is not the sender that is wrong. */
  | { readonly ok: false; readonly reason: string; readonly needsTopic?: true };

export interface SendersOptions {
  readonly database: Database;
  readonly clock: Clock;
  /** `warn`: live texts too are sent with a sender that the country refuses. Test texts always are. */
  readonly enforcement: 'enforce' | 'warn';
}

/** Of each mode. */
export const SENDERS_MAX = 5_000;
export const POOLS_MAX = 500;

export async function openSenders({ database, clock, enforcement }: SendersOptions): Promise<Senders> {
  let books = await readBooks(database);
  const refresh = async () => {
    books = await readBooks(database);
  };
  const changed = async <Result>(work: Promise<Result>) => {
    const result = await work;
    await refresh();
    return result;
  };
  const now = () => new Date(clock.now());
  return {
    async choose(text) {
      const question = {
        wanted: text.from,
        contact: text.contact,
        country: text.country,
        message_type: text.message_type,
      };
      const book = books[text.mode];
      const isLenient = text.mode === 'test' || enforcement === 'warn';
      const choice = chooseSender(question, book, isLenient);
      if (choice.kind === 'refused') return { ok: false, reason: choice.reason };
      if (choice.alternatives.length < 2) return chosen(choice, text, book);
      const last = await lastSenderOf(database, text.mode, text.contact, choice.alternatives);
      return chosen(chooseSender({ ...question, last }, book, isLenient), text, book);
    },
    defaultPool: (mode) => books[mode].pools.find((pool) => pool.is_default)?.id ?? null,
    isPool: (mode, id) => books[mode].pools.some((pool) => pool.id === id),
    rateOf: (mode, value) => senderRate(value, books[mode]),
    registrationOf: (mode, value) => registrationIds(value, books[mode]),
    carriersOf: (mode, value) => carriersOfSender(value, books[mode]),
    list: (mode) => books[mode].senders,
    async add(wanted) {
      await refresh();
      if (books[wanted.mode].senders.length >= SENDERS_MAX) return { ok: false, reason: 'too_many' };
      const added = { ...wanted, id: newId('sender') };
      return (await changed(insertSender(database, added, now()))) ? { ok: true, added } : EXISTS;
    },
    remove: (mode, id) => changed(deleteSender(database, mode, id)),
    update: (sender) => changed(updateSender(database, sender)),
    pools: (mode) => books[mode].pools,
    async addPool(wanted) {
      await refresh();
      const { senders, pools } = books[wanted.mode];
      if (pools.length >= POOLS_MAX) return { ok: false, reason: 'too_many' };
      const known = new Set(senders.map(({ id }) => id));
      if (!wanted.sender_ids.every((id) => known.has(id))) return { ok: false, reason: 'unknown_sender' };
      const added = { ...wanted, id: newId('pool') };
      return (await changed(insertPool(database, added, now()))) ? { ok: true, added } : EXISTS;
    },
    removePool: (mode, id) => changed(deletePool(database, mode, id)),
    ownRules: (mode) => books[mode].ownRules,
    storeRules: (mode, rules) => changed(storeSenderRules(database, mode, rules, now())),
    removeRule: (mode, country) => changed(deleteSenderRule(database, mode, country)),
    refresh,
  };
}

function chosen(choice: SenderChoice, text: SenderText, book: Book): ChosenSender {
  if (choice.kind === 'refused') return { ok: false, reason: choice.reason };
  const reason = missingTopic(choice.value, text, book);
  return reason === null ? { ok: true, ...choice } : { ok: false, reason, needsTopic: true };
}

const EXISTS = { ok: false, reason: 'exists' } as const;

const newId = (kind: 'sender' | 'pool') => `${kind}_${randomBytes(8).toString('hex')}`;

async function readBooks(database: Database): Promise<Readonly<Record<Mode, OwnBook>>> {
  const [senders, pools, rules] = await Promise.all([
    selectSenders(database),
    selectPools(database),
    selectSenderRules(database),
  ]);
  const bookOf = (mode: Mode): OwnBook => {
    const ownRules = rules.filter((rule) => rule.mode === mode);
    return {
      senders: senders.filter((sender) => sender.mode === mode),
      pools: pools.filter((pool) => pool.mode === mode),
      ownRules,
      rules: rulesInForce(ownRules),
    };
  };
  return { test: bookOf('test'), live: bookOf('live') };
}

interface OwnBook extends Book {
  readonly ownRules: readonly OwnSenderRule[];
}
