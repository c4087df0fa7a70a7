import type { z } from 'zod';
import { isTollFree, type ParsedSender, parseSender, SENDER_FAULTS } from '../../rules/phone-number.ts';
import type { Sender, SenderPool, SenderType } from '../../rules/sender.ts';
import { poolBody, resolveQuery, senderBody, senderUpdateBody } from '../contract-senders.ts';
import type { KeyHandlers } from '../handlers.ts';
import { parse } from '../parse.ts';
import type { Ports } from '../ports.ts';
import { type Fault, invalid, notFound } from '../problem.ts';

type Operations =
  | 'listSenders'
  | 'createSender'
  | 'resolveSender'
  | 'updateSender'
  | 'deleteSender'
  | 'listSenderPools'
  | 'createSenderPool'
  | 'deleteSenderPool';

export function senderRoutes({ senders, explain }: Ports): Pick<KeyHandlers, Operations> {
  return {
    listSenders: ({ key }) => page(senders.list(key.mode).map(senderView)),
    async createSender({ key, json }) {
      const parsed = parse(senderBody, json);
      if (!parsed.ok) return parsed;
      const { value, ...rest } = parsed.value;
      const read = parseSender(value);
      if (!read.ok) return { fault: { ...invalid('value', 'is no sender'), detail: SENDER_FAULTS[read.reason] } };
      const type = typeOf(read, rest.type);
      if (!type.ok) return { fault: type.fault };
      const added = await senders.add({ mode: key.mode, value: read.value, type: type.type, ...usesOf(rest) });
      return added.ok ? { status: 201, body: senderView(added.added) } : { fault: faultOf('value', added.reason) };
    },
    async resolveSender({ key, query }) {
      const parsed = parse(resolveQuery, { ...query });
      if (!parsed.ok) return parsed;
      const { to, from, type = 'transactional' } = parsed.value;
      const asked = { to: withPlus(to), from: from === undefined ? null : withPlus(from), message_type: type };
      const explained = await explain(asked, key.mode);
      if (!explained.ok) return { fault: explained.refusal };
      const { sender } = explained.placed;
      const row = sender.ok && senders.list(key.mode).find(({ value }) => value === sender.value);
      const body = {
        object: 'sender_choice',
        to: explained.to,
        country: explained.country,
        message_type: type,
        from: sender.ok ? sender.value : null,
        reason: sender.reason,
        warnings: sender.ok ? sender.warnings : [],
        sender: row ? senderView(row) : null,
      };
      return { status: 200, body };
    },
    async updateSender({ key, params: { sender_id: id = '' }, json }) {
      const parsed = parse(senderUpdateBody, json);
      if (!parsed.ok) return parsed;
      const before = senders.list(key.mode).find((sender) => sender.id === id);
      const read = before && parseSender(before.value);
      if (!before || !read?.ok) return { fault: notFound };
      const type = typeOf(read, parsed.value.type);
      if (!type.ok) return { fault: type.fault };
      const sender = { ...before, type: type.type, ...usesOf(parsed.value) };
      return (await senders.update(sender)) ? { status: 200, body: senderView(sender) } : { fault: notFound };
    },
    async deleteSender({ key, params: { sender_id: id = '' } }) {
      const isKnown = /^sender_[0-9a-f]{16}$/.test(id) && (await senders.remove(key.mode, id));
      return isKnown ? { status: 204 } : { fault: notFound };
    },
    listSenderPools: ({ key }) => page(senders.pools(key.mode).map(poolView)),
    async createSenderPool({ key, json }) {
      const parsed = parse(poolBody, json);
      if (!parsed.ok) return parsed;
      const { name, sender_ids, is_default = false } = parsed.value;
      const added = await senders.addPool({ mode: key.mode, name, sender_ids: [...new Set(sender_ids)], is_default });
      if (added.ok) return { status: 201, body: poolView(added.added) };
      return { fault: faultOf(added.reason === 'unknown_sender' ? 'sender_ids' : 'name', added.reason) };
    },
    async deleteSenderPool({ key, params: { pool_id: id = '' } }) {
      const isKnown = /^pool_[0-9a-f]{16}$/.test(id) && (await senders.removePool(key.mode, id));
      return isKnown ? { status: 204 } : { fault: notFound };
    },
  };
}

/** In a query string a plus that is not escaped arrives as a space. */
const withPlus = (address: string) => address.replace(/^ (?=\d)/, '+');

type Read = Extract<ParsedSender, { ok: true }>;

/** Read from the value where none is given. */
function typeOf({ kind, value }: Read, wanted: SenderType | undefined) {
  const types = TYPES[kind];
  if (wanted === undefined) return { ok: true, type: isTollFree(value) ? 'toll_free' : types[0] } as const;
  if (types.includes(wanted)) return { ok: true, type: wanted } as const;
  return { ok: false, fault: invalid('type', `must be ${types.join(' or ')} for this value`) } as const;
}

/** What is left out allows everything. */
function usesOf(body: z.output<typeof senderUpdateBody>): Omit<Sender, 'id' | 'mode' | 'value' | 'type'> {
  return {
    countries: body.countries ?? [],
    purpose: body.purpose ?? [],
    mps: body.mps ?? null,
    registration: body.registration ?? null,
    smsc_ids: body.smsc_ids ?? [],
    opt_out_managed_by: body.opt_out_managed_by ?? 'us',
    shared: body.shared ?? false,
  };
}

/** The first one is meant when no type is given. */
const TYPES: Readonly<Record<'number' | 'short_code' | 'alphanumeric', readonly [SenderType, ...SenderType[]]>> = {
  number: ['long_code', 'toll_free'],
  short_code: ['short_code'],
  alphanumeric: ['alphanumeric'],
};

function faultOf(param: string, reason: 'exists' | 'too_many' | 'unknown_sender'): Fault {
  return invalid(param, REASONS[reason]);
}

const REASONS = {
  exists: 'is there already',
  too_many: 'cannot be added: delete what is no longer needed first',
  unknown_sender: 'must be ids of your senders',
} as const;

const page = (data: readonly unknown[]) => ({ status: 200, body: { data, has_more: false, next_cursor: null } });

function senderView(sender: Sender) {
  return {
    id: sender.id,
    object: 'sender',
    mode: sender.mode,
    value: sender.value,
    type: sender.type,
    countries: sender.countries,
    purpose: sender.purpose,
    mps: sender.mps,
    registration: sender.registration,
    smsc_ids: sender.smsc_ids,
    opt_out_managed_by: sender.opt_out_managed_by,
    shared: sender.shared,
  };
}

function poolView({ id, mode, name, sender_ids, is_default }: SenderPool) {
  return { id, object: 'sender_pool', mode, name, sender_ids, is_default };
}
