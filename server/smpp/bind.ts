import type { OnLateAnswer, Outcome } from '../messages/carrier.ts';
import { AUTO_WINDOW_MAX, AUTO_WINDOW_START, autoWindow, roundTrips } from '../rules/auto-window.ts';
import { lastSecond } from '../rules/last-second.ts';
import { ESME_RMSGQFUL } from './command-status.ts';
import { createLink } from './link.ts';
import type { Link, LinkOptions, LinkState, Loss } from './link.ts';
import type { Pace } from './pace.ts';
import type { MessageFields } from './pdu.ts';
import type { CarrierProfile } from './profile.ts';
import type { BindType } from './session.ts';

/** One bind of an account: its link, the size of its window, and what became of its texts. */
export interface Bind {
  readonly name: string;
  readonly type: BindType;
  readonly link: Link;
  windowMax(): number;
  submit(fields: Partial<MessageFields>, onLateAnswer?: OnLateAnswer): Promise<Outcome>;
  status(): BindStatus;
}

export interface BindStatus {
  readonly name: string;
  readonly type: BindType;
  readonly state: LinkState;
  readonly windowUsed: number;
  readonly windowMax: number;
  /** Segments accepted in the last second. */
  readonly perSecond: number;
  /** Segments refused with ESME_RTHROTTLED since the start. */
  readonly throttled: number;
  /** 95 of 100 answers come within it, in milliseconds; null until enough are measured. */
  readonly roundTripMs: number | null;
  readonly lastLoss: Loss | null;
}

export type BindOptions = Omit<
  LinkOptions,
  'window' | 'type' | 'times' | 'meanings' | 'tls' | 'host' | 'port' | 'localAddress' | 'family' | 'name' | 'carrier'
> & {
  readonly profile: CarrierProfile;
  readonly type: BindType;
  /** From 1, among the binds of its type. */
  readonly number: number;
  readonly pace: Pick<Pace, 'accepted' | 'throttled' | 'queueFull' | 'perSecond'>;
  /** How many binds share the pace of the account now. */
  sharers(): number;
};

export function createBind(options: BindOptions): Bind {
  const { profile, type, number, pace, clock, awaitsOutbind = false } = options;
  const name = `${type}-${number}`;
  const isAuto = profile.window === 'auto';
  const windowLimit = profile.window === 'auto' ? AUTO_WINDOW_MAX : profile.window;
  const { host, port, tls, local_address: localAddress, family } = profile;
  const link = createLink({
    ...options,
    carrier: profile.id,
    host,
    port,
    localAddress,
    family,
    tls: awaitsOutbind ? null : tls,
    name,
    window: windowLimit,
    // What the carrier has to begin cannot be begun again by our next text.
    times: { ...timesOf(profile), ...(awaitsOutbind && { inactivityMs: null }) },
    meanings: profile.command_status,
  });
  const answers = roundTrips();
  const accepted = lastSecond();
  let throttled = 0;

  function windowMax(): number {
    const roundTripMs = answers.p95();
    if (!isAuto) return windowLimit;
    if (roundTripMs === null) return AUTO_WINDOW_START;
    const agreed = pace.perSecond();
    const share = agreed === null ? accepted.count(clock.monotonic()) : agreed / Math.max(1, options.sharers());
    return autoWindow(share, roundTripMs, AUTO_WINDOW_MAX);
  }

  function took(outcome: Outcome, roundTripMs: number): void {
    if (outcome.kind !== 'accepted' && outcome.kind !== 'refused') return;
    answers.add(roundTripMs);
    if (outcome.kind === 'accepted') {
      accepted.add(clock.monotonic());
      pace.accepted();
    } else if (outcome.class === 'throttle') {
      throttled += 1;
      pace.throttled(answers.p95() ?? roundTripMs);
    } else if (outcome.commandStatus === ESME_RMSGQFUL) {
      pace.queueFull(answers.p95() ?? roundTripMs);
    }
  }

  return {
    name,
    type,
    link,
    windowMax,
    async submit(fields, onLateAnswer) {
      const startMs = clock.monotonic();
      const outcome = await link.submit(fields, onLateAnswer);
      took(outcome, clock.monotonic() - startMs);
      return outcome;
    },
    status: () => ({
      name,
      type,
      state: link.state(),
      windowUsed: link.outstanding(),
      windowMax: windowMax(),
      perSecond: accepted.count(clock.monotonic()),
      throttled,
      roundTripMs: answers.p95(),
      lastLoss: link.lastLoss(),
    }),
  };
}

function timesOf(profile: CarrierProfile) {
  return {
    connectMs: profile.connect_timeout_ms,
    tlsMs: profile.tls_timeout_ms,
    bindMs: profile.bind_timeout_ms,
    responseMs: profile.response_timeout_ms,
    quietMs: profile.enquire_link_ms,
    inactivityMs: profile.inactivity_ms,
  };
}
