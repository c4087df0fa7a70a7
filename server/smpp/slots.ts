import type { Clock } from '../clock.ts';
import type { Outcome, Part, Slot } from '../messages/carrier.ts';
import { fullBucket, rateOf, returnToken, takeToken, waitForTokenMs } from '../rules/token-bucket.ts';

/**
 * Hands out the send window. A slot is given for a submit_sm that may start at once: the link is up, the window has
 * room, the pace allows it. Who asks first is served first; the next part of a text under way goes before new texts.
 */
export interface Slots {
  reserve(max: number): Promise<Slot[]>;
  /** Call it when the link may have become ready. */
  wake(): void;
  /** Ends all waiting for slots. Resolves when every slot is back, or after `waitMs`. */
  stop(waitMs: number): Promise<void>;
}

export interface SlotsOptions {
  readonly window: number;
  /** submit_sm per second; null = as fast as the window allows. */
  readonly ratePerSecond: number | null;
  readonly clock: Clock;
  isReady(): boolean;
  submit(part: Part): Promise<Outcome>;
}

export function createSlots(options: SlotsOptions): Slots {
  const pace = createPace(options);
  const reservations: { readonly max: number; readonly resolve: (slots: Slot[]) => void }[] = [];
  const parts: (() => void)[] = [];
  let issued = 0;
  let state: 'open' | 'stopping' | 'closed' = 'open';
  let allReturned = () => {};
  let cancelTimer: (() => void) | null = null;

  function wake(): void {
    while (parts.length > 0 && pace.take()) parts.shift()?.();
    while (reservations.length > 0 && canIssue()) {
      const reservation = reservations.shift();
      reservation?.resolve(issue(reservation.max));
    }
    waitForPace();
  }

  const canIssue = () => options.isReady() && issued < options.window && pace.waitMs() === 0;

  function issue(max: number): Slot[] {
    const slots: Slot[] = [];
    while (slots.length < max && issued < options.window && pace.take()) {
      issued += 1;
      slots.push(createSlot());
    }
    return slots;
  }

  function waitForPace(): void {
    const hungry = parts.length > 0 || (reservations.length > 0 && options.isReady() && issued < options.window);
    if (!hungry || cancelTimer) return;
    cancelTimer = options.clock.after(pace.waitMs(), () => {
      cancelTimer = null;
      wake();
    });
  }

  function createSlot(): Slot {
    let prepaid = true;
    let busy = false;
    let released = false;

    function giveBack(): void {
      if (prepaid) pace.giveBack();
      issued -= 1;
      if (issued === 0) allReturned();
      wake();
    }

    return {
      async submit(part) {
        if (busy || released) return { kind: 'unsent', reason: 'The slot is in use or released.' };
        busy = true;
        try {
          if (!prepaid) await turn();
          prepaid = false;
          return await options.submit(part);
        } finally {
          busy = false;
          // Nothing is pending any more, so a release that came too early counts from here.
          if (released) giveBack();
        }
      },
      release() {
        if (released) return;
        released = true;
        if (!busy) giveBack();
      },
    };
  }

  function turn(): Promise<void> {
    if (state === 'closed' || (parts.length === 0 && pace.take())) return Promise.resolve();
    return new Promise((resolve) => {
      parts.push(resolve);
      waitForPace();
    });
  }

  function close(): void {
    state = 'closed';
    cancelTimer?.();
    cancelTimer = null;
    // The link refuses these: it is about to drain.
    for (const resolve of parts.splice(0)) resolve();
  }

  return {
    reserve(max) {
      if (state !== 'open') return Promise.resolve([]);
      return new Promise((resolve) => {
        reservations.push({ max: Math.max(1, max), resolve });
        wake();
      });
    },
    wake,
    async stop(waitMs) {
      state = 'stopping';
      for (const { resolve } of reservations.splice(0)) resolve([]);
      if (issued > 0) {
        await new Promise<void>((resolve) => {
          const cancel = options.clock.after(waitMs, resolve);
          allReturned = () => {
            cancel();
            resolve();
          };
        });
      }
      close();
    },
  };
}

interface Pace {
  take(): boolean;
  giveBack(): void;
  /** 0 = now. */
  waitMs(): number;
}

function createPace({ ratePerSecond, clock }: SlotsOptions): Pace {
  if (ratePerSecond === null) return { take: () => true, giveBack: () => {}, waitMs: () => 0 };
  const rate = rateOf(ratePerSecond);
  let bucket = fullBucket(rate, clock.now());
  return {
    take() {
      const next = takeToken(bucket, rate, clock.now());
      if (next) bucket = next;
      return next !== null;
    },
    giveBack() {
      bucket = returnToken(bucket, rate);
    },
    waitMs: () => waitForTokenMs(bucket, rate, clock.now()),
  };
}
