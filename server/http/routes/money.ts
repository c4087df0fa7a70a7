import { money as amount } from '../../rules/money.ts';
import type { Mode } from '../../rules/message.ts';
import { destinationOf, pricesBody, topUpBody, transactionQuery } from '../contract-money.ts';
import type { Answer, Call, KeyHandlers } from '../handlers.ts';
import { fingerprint, parseIdempotencyKey } from '../idempotency-key.ts';
import { answerList } from '../list.ts';
import { parse } from '../parse.ts';
import type { Ports } from '../ports.ts';

type Operations = 'getBalance' | 'listBalanceTransactions' | 'createTopUp' | 'listPrices' | 'replacePrices';

const TOP_UP_PATH = '/v1/balance/top-ups';

export function moneyRoutesOf(ports: Ports): Pick<KeyHandlers, Operations> {
  const { prices, balance } = ports.money;
  const page = (mode: Mode): Answer => {
    const data = prices.list(mode).map((price) => priceView(mode, price, balance.currency));
    return { status: 200, body: { data, has_more: false, next_cursor: null } };
  };
  return {
    async getBalance({ key: { mode } }) {
      const account = await balance.account(mode);
      return { status: 200, body: { object: 'balance', mode, ...account, currency: balance.currency } };
    },
    listBalanceTransactions: (call) => listTransactions(ports, call),
    createTopUp: (call) => topUp(ports, call),
    listPrices: ({ key }) => page(key.mode),
    async replacePrices({ key, json }) {
      const parsed = parse(pricesBody, json);
      if (!parsed.ok) return parsed;
      const wanted = parsed.value.prices.map((row) => ({ destination: destinationOf(row), price: row.price }));
      await prices.replace(key.mode, wanted);
      return page(key.mode);
    },
  };
}

type PriceRow = ReturnType<Ports['money']['prices']['list']>[number];

function priceView(mode: Mode, { destination, price }: PriceRow, currency: string) {
  const isPrefix = destination.startsWith('+');
  const where = { prefix: isPrefix ? destination : null, country: isPrefix ? null : destination };
  return { object: 'price', mode, ...where, price: amount(price), currency };
}

async function listTransactions({ money: { balance }, cursorKey }: Ports, { key, query }: Call): Promise<Answer> {
  const parsed = parse(transactionQuery, { ...query });
  if (!parsed.ok) return parsed;
  return answerList({
    cursorKey,
    path: '/v1/balance/transactions',
    mode: key.mode,
    filters: {},
    limit: parsed.value.limit,
    cursor: parsed.value.cursor,
    read: (place, size) => balance.entries(key.mode, place?.[0] ?? null, size + 1),
    placeOf: ({ id }) => [id],
    view: (entry) => entryView(entry, balance.currency),
  });
}

type Entry = Awaited<ReturnType<Ports['money']['balance']['entries']>>[number];

function entryView({ id, mode, type, message_id, reference, created_at, ...entry }: Entry, currency: string) {
  const amounts = { amount: amount(entry.amount), reserved: amount(entry.reserved), currency };
  const head = { object: 'balance_transaction', id, mode, type };
  return { ...head, ...amounts, message_id, reference, created_at: created_at.toISOString() };
}

async function topUp({ money: { balance } }: Ports, { key, json, headers }: Call): Promise<Answer> {
  const parsed = parse(topUpBody, json);
  if (!parsed.ok) return parsed;
  const idempotencyKey = parseIdempotencyKey(headers['idempotency-key']);
  if (!idempotencyKey.ok) return idempotencyKey;
  const { amount: wanted, reference = null } = parsed.value;
  const done = await balance.topUp({
    mode: key.mode,
    amount: wanted,
    reference,
    keyId: key.id,
    idempotency:
      idempotencyKey.value === null
        ? null
        : { key: idempotencyKey.value, path: TOP_UP_PATH, fingerprint: fingerprint(parsed.value) },
  });
  if (!done.ok) return { fault: done.refusal };
  const told = done.replayed ? { headers: { 'Idempotent-Replayed': 'true' } } : {};
  return { status: 201, body: entryView(done.entry, balance.currency), ...told };
}
