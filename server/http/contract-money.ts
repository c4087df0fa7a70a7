import { z } from 'zod';
import { MONEY_FORM } from '../rules/money.ts';
import type { Route } from './contract-route.ts';
import { country, cursor, limit, listOf, modeSchema, text } from './contract-shared.ts';

const moment = z.string().meta({ format: 'date-time' });
const currency = z.string().meta({ description: 'ISO 4217.' });
const amount = z
  .string()
  .regex(MONEY_FORM, 'must be a decimal in a string, for instance "0.0075", with at most 6 places')
  .meta({ description: 'Decimal.' });
const prefix = z
  .string()
  .regex(/^\+\d{0,15}$/, 'must be the beginning of a number in E.164, with +; + alone is every number')
  .meta({ description: 'The beginning of a number in E.164; `+` is every number.' });

/** Of each mode; the limit of messages/prices.ts. */
export const PRICE_ROWS_MAX = 5_000;

/** Of one segment. Sums of any number of texts stay exact. */
const segmentPrice = z
  .string()
  .regex(
    /^\d{1,4}(\.\d{1,6})?$/,
    'must be a decimal in a string below 10000, for instance "0.0075", with at most 6 places',
  )
  .meta({ description: 'Decimal, of one segment.' });
const byPrefix = z.strictObject({ prefix, price: segmentPrice });
const byCountry = z.strictObject({ country, price: segmentPrice });

export const pricesBody = z.strictObject({
  prices: z
    .array(z.union([byPrefix, byCountry]))
    .max(PRICE_ROWS_MAX)
    .refine((prices) => new Set(prices.map(destinationOf)).size === prices.length, {
      error: 'must not have two prices for one prefix or country',
    }),
});

type WantedPrice = z.output<typeof byPrefix> | z.output<typeof byCountry>;

export const destinationOf = (price: WantedPrice): string => ('prefix' in price ? price.prefix : price.country);

export const priceSchema = z.strictObject({
  object: z.literal('price'),
  mode: modeSchema,
  prefix: z.string().nullable(),
  country: z.string().nullable(),
  price: z.string().meta({ description: 'Decimal, of one segment.' }),
  currency,
});

export const balanceSchema = z.strictObject({
  object: z.literal('balance'),
  mode: modeSchema,
  remaining_balance: z
    .string()
    .nullable()
    .meta({ description: 'Decimal: what new texts may cost. Null while no balance is kept.' }),
  currency,
  reserved: z
    .string()
    .nullable()
    .meta({ description: 'Decimal: for texts that were accepted and have not left; not in `remaining_balance`.' }),
});

export const transactionSchema = z.strictObject({
  object: z.literal('balance_transaction'),
  id: z.string(),
  mode: modeSchema,
  type: z.enum(['reserve', 'settle', 'refund', 'top_up']).meta({
    description:
      'reserve: a text was accepted. settle: a carrier has taken it. refund: it ended before. top_up: money was added.',
  }),
  amount: z.string().meta({ description: 'Decimal: what it has added to `remaining_balance`.' }),
  reserved: z.string().meta({ description: 'Decimal: what it has added to `reserved`.' }),
  currency,
  message_id: z.string().nullable().meta({ format: 'uuid' }),
  reference: z.string().nullable(),
  created_at: moment,
});

export const transactionQuery = z.strictObject({ limit: limit.optional(), cursor: cursor.optional() });

export const topUpBody = z.strictObject({
  amount: amount.refine((value) => /[1-9]/.test(value), { error: 'must be more than 0' }),
  reference: text(1, 200).nullish().meta({ description: 'Yours, for instance the number of an invoice.' }),
});

export const topUpHeaders = z.object({
  'Idempotency-Key': z
    .string()
    .optional()
    .meta({ maxLength: 255, description: 'Visible ASCII. The same key adds money once within 24 hours.' }),
});

export const moneyRoutes = [
  {
    operation: 'getBalance',
    method: 'get',
    path: '/v1/balance',
    summary: 'What is left to text with. Test keys see play money, which fills itself up.',
    access: 'balance:read',
    status: 200,
    answer: balanceSchema,
  },
  {
    operation: 'listBalanceTransactions',
    method: 'get',
    path: '/v1/balance/transactions',
    summary: 'Everything that has changed the balance, newest first.',
    access: 'balance:read',
    query: transactionQuery,
    status: 200,
    answer: listOf(transactionSchema),
  },
  {
    operation: 'createTopUp',
    method: 'post',
    path: '/v1/balance/top-ups',
    summary: 'Add money. Repeated with the same Idempotency-Key it is added once.',
    access: 'admin',
    headers: topUpHeaders,
    body: topUpBody,
    status: 201,
    answer: transactionSchema,
    errors: ['IDEMPOTENCY_KEY_REUSED'],
  },
  {
    operation: 'listPrices',
    method: 'get',
    path: '/v1/prices',
    summary: 'What a segment costs, by destination. The longest prefix wins; a country goes before its calling code.',
    access: 'prices:read',
    status: 200,
    answer: listOf(priceSchema),
  },
  {
    operation: 'replacePrices',
    method: 'put',
    path: '/v1/prices',
    summary: 'Put a new price list in the place of the old one. Texts that were accepted before keep their price.',
    access: 'prices:write',
    body: pricesBody,
    status: 200,
    answer: listOf(priceSchema),
    errors: ['PAYLOAD_TOO_LARGE'],
  },
] as const satisfies readonly Route[];
