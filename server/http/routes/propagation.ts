import { type Awaited, type ConnectedSystemRow, SYSTEMS_MAX } from '../../contacts/propagation.ts';
import type { Mode } from '../../rules/message.ts';
import { confirmationBody, systemBody, systemId } from '../contract-propagation.ts';
import type { Call, KeyHandlers } from '../handlers.ts';
import { readNumber } from '../numbers.ts';
import { parse } from '../parse.ts';
import type { Ports } from '../ports.ts';
import { invalid, notFound } from '../problem.ts';

type Operations =
  | 'getPropagation'
  | 'confirmPropagation'
  | 'listConnectedSystems'
  | 'putConnectedSystem'
  | 'deleteConnectedSystem';

export function propagationRoutesOf({ propagation, defaultCountry }: Ports): Pick<KeyHandlers, Operations> {
  const numberOf = ({ params }: Call) => readNumber(params['number'] ?? '', defaultCountry);
  const shown = async (mode: Mode, number: string) => ({
    status: 200,
    body: { object: 'propagation', mode, number, systems: (await propagation.of(mode, number)).map(awaitedView) },
  });
  return {
    async getPropagation(call) {
      const read = numberOf(call);
      return read.ok ? shown(call.key.mode, read.number) : read;
    },
    async confirmPropagation(call) {
      const parsed = parse(confirmationBody, call.json);
      if (!parsed.ok) return parsed;
      const read = numberOf(call);
      if (!read.ok) return read;
      const { mode } = call.key;
      const { system, event_id: eventId = null } = parsed.value;
      const isExpected = await propagation.confirm({ mode, number: read.number, system, eventId });
      return isExpected ? shown(mode, read.number) : { fault: notFound };
    },
    async listConnectedSystems({ key }) {
      const data = (await propagation.systems(key.mode)).map(systemView);
      return { status: 200, body: { data, has_more: false, next_cursor: null } };
    },
    async putConnectedSystem({ key, params, json }) {
      const id = parse(systemId, params['system_id']);
      if (!id.ok) return { fault: invalid('system_id', 'must be 1 to 32 lower-case letters, digits, - or _') };
      const parsed = parse(systemBody, json);
      if (!parsed.ok) return parsed;
      const system = await propagation.register(key.mode, id.value, parsed.value.name);
      if (system) return { status: 200, body: systemView(system) };
      return { fault: invalid('system_id', `cannot be added: there are ${SYSTEMS_MAX} already, delete one first`) };
    },
    async deleteConnectedSystem({ key, params }) {
      const id = parse(systemId, params['system_id']);
      return id.ok && (await propagation.remove(key.mode, id.value)) ? { status: 204 } : { fault: notFound };
    },
  };
}

function awaitedView({ row, state, lagSeconds, deadline }: Awaited) {
  return {
    system: row.system,
    event_id: row.event_id,
    opted_out_at: row.opted_out_at.toISOString(),
    confirmed_at: row.confirmed_at?.toISOString() ?? null,
    lag_seconds: lagSeconds,
    state,
    deadline: deadline.toISOString(),
  };
}

function systemView({ created_at, ...system }: ConnectedSystemRow) {
  return { object: 'connected_system', ...system, created_at: created_at.toISOString() };
}
