import { carrierBody, carrierPasswordBody } from '../contract-smsc.ts';
import type { Answer, KeyHandlers } from '../handlers.ts';
import { parse } from '../parse.ts';
import type { Ports, Smsc } from '../ports.ts';
import { type Fault, invalid, notFound } from '../problem.ts';
import { withPreset } from '../../smpp/presets.ts';

type Operations =
  | 'listCarriers'
  | 'createCarrier'
  | 'getCarrier'
  | 'pauseCarrier'
  | 'resumeCarrier'
  | 'rebindCarrier'
  | 'setCarrierPassword'
  | 'deleteCarrier';

export function smscRoutes({ smsc }: Ports): Pick<KeyHandlers, Operations> {
  return {
    listCarriers({ key }) {
      return { status: 200, body: { data: smsc.list(key.mode).map(view), has_more: false, next_cursor: null } };
    },
    async createCarrier({ key, json }) {
      const merged = withPreset(json);
      if (!merged.ok) return { fault: invalid('preset', merged.fault) };
      const parsed = parse(carrierBody, merged.account);
      if (!parsed.ok) return parsed;
      const added = await smsc.add(key.mode, parsed.value);
      if (added.ok) return { status: 201, body: view(added.carrier) };
      if (added.reason === 'plaintext')
        return { fault: invalid('tls', 'is required in HIPAA mode, or allow_plaintext') };
      if (added.reason === 'id_taken') return { fault: invalid('id', 'is taken by another carrier') };
      return { fault: invalid('id', 'cannot be added: delete a carrier that is no longer needed first') };
    },
    getCarrier: ({ key, params }) => shown(smsc.find(key.mode, params['smsc_id'] ?? '')),
    pauseCarrier: async ({ key, params }) => shown(await smsc.setPaused(key.mode, params['smsc_id'] ?? '', true)),
    resumeCarrier: async ({ key, params }) => shown(await smsc.setPaused(key.mode, params['smsc_id'] ?? '', false)),
    rebindCarrier: ({ key, params }) => shown(smsc.rebind(key.mode, params['smsc_id'] ?? '')),
    async setCarrierPassword({ key, params: { smsc_id: id = '' }, json }) {
      const parsed = parse(carrierPasswordBody, json);
      if (!parsed.ok) return parsed;
      const changed = await smsc.setPassword(key.mode, id, parsed.value.password);
      return changed || !smsc.find(key.mode, id) ? shown(changed) : { fault: readOnly };
    },
    async deleteCarrier({ key, params: { smsc_id: id = '' } }) {
      if (await smsc.remove(key.mode, id)) return { status: 204 };
      return { fault: smsc.find(key.mode, id) ? readOnly : notFound };
    },
  };
}

const readOnly: Fault = {
  code: 'FORBIDDEN',
  detail: 'This carrier comes from the settings of the server.',
  action: 'Change it in SMPP_URL or CARRIERS_FILE and start the server again.',
};

const shown = (carrier: Smsc | null): Answer => (carrier ? { status: 200, body: view(carrier) } : { fault: notFound });

function view({ last_error, binds, ...carrier }: Smsc) {
  const { id, ...rest } = carrier;
  return {
    id,
    object: 'smsc',
    ...rest,
    last_error: errorView(last_error),
    binds: binds.map((bind) => ({ ...bind, last_error: errorView(bind.last_error) })),
  };
}

function errorView(error: Smsc['last_error']) {
  return error && { ...error, at: error.at.toISOString() };
}
