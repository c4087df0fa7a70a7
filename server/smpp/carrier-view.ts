import type { Mode } from '../rules/message.ts';
import type { SmppCarrier } from './carrier.ts';
import type { Origin } from './configured.ts';
import type { LinkState, Loss } from './link.ts';

/** A carrier as the API shows it. It never holds a password, a key or a certificate. */
export interface CarrierView {
  readonly id: string;
  readonly mode: Mode;
  readonly origin: Origin;
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly system_id: string;
  readonly state: 'up' | 'down' | 'parked';
  readonly paused: boolean;
  readonly window: number | 'auto';
  /** Segments per second: agreed, allowed now, accepted in the last second. */
  readonly rate: { readonly limit: number | null; readonly current: number | null; readonly used: number };
  /** Segments refused with ESME_RTHROTTLED since the start. */
  readonly throttled: number;
  readonly last_error: LastError | null;
  readonly binds: readonly BindView[];
}

export interface LastError {
  readonly at: Date;
  readonly reason: string;
  readonly command_status: string | null;
}

export interface BindView {
  readonly name: string;
  readonly type: 'transceiver' | 'transmitter' | 'receiver';
  readonly state: LinkState;
  readonly window: { readonly used: number; readonly max: number };
  readonly rate: number;
  readonly throttled: number;
  readonly round_trip_ms: number | null;
  readonly last_error: LastError | null;
}

export function carrierView(carrier: SmppCarrier, origin: Origin): CarrierView {
  const { profile, mode } = carrier;
  const { state, paused, perSecond, goodput, lastLoss, binds } = carrier.status();
  return {
    id: profile.id,
    mode,
    origin,
    host: profile.host,
    port: profile.port,
    tls: profile.tls !== null,
    system_id: profile.system_id,
    state,
    paused,
    window: profile.window,
    rate: { limit: profile.rate, current: perSecond === null ? null : rounded(perSecond), used: goodput },
    throttled: binds.reduce((sum, { throttled }) => sum + throttled, 0),
    last_error: lastError(lastLoss),
    binds: binds.map((bind) => ({
      name: bind.name,
      type: bind.type,
      state: bind.state,
      window: { used: bind.windowUsed, max: bind.windowMax },
      rate: bind.perSecond,
      throttled: bind.throttled,
      round_trip_ms: bind.roundTripMs === null ? null : rounded(bind.roundTripMs),
      last_error: lastError(bind.lastLoss),
    })),
  };
}

const rounded = (value: number) => Math.round(value * 100) / 100;

function lastError(loss: Loss | null): LastError | null {
  return loss && { at: new Date(loss.atMs), reason: loss.reason, command_status: loss.commandStatus };
}
