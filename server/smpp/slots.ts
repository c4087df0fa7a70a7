import type { Clock } from '../clock.ts';
import type { OnLateAnswer, Outcome, Part, Slot } from '../messages/carrier.ts';
import type { Pace } from './pace.ts';

/**
 * Hands out the send windows of an account. A slot is given for a submit_sm that may start at once: a bind is up, its
 * window has room, the pace allows it. It belongs to the bind with the fewest slots out, so all parts of a text take
 * the same way. Who asks first is served first; the next part of a text under way goes before new texts.
 */
export interface Slots {
  reserve(max: number): Promise<Slot[]>;
  /** Call it when a bind may have become ready. */
  wake(): void;
  /** Slots out on this bind. */
  issued(bind: number): number;
  /** Ends all waiting for slots. Resolves when every slot is back, or after `waitMs`. */
  stop(waitMs: number): Promise<void>;
}

/** What a slot needs of a bind. */
export interface SlotBind {
  isReady(): boolean;
  /** submit_sm that may be unanswered at once. */
  windowMax(): number;
  submit(part: Part, onLateAnswer?: OnLateAnswer): Promise<Outcome>;
}

export interface SlotsOptions {
  readonly binds: readonly SlotBind[];
  /** Knows the binds by their index. */
  readonly pace: Pick<Pace, 'take' | 'giveBack' | 'waitMs'>;
  readonly clock: Clock;
  /** False while no new text may start. */
  isOpen(): boolean;
  /** Somebody waits for a slot: binds that rest are needed. */
  onWaiting?(): void;
}

export function createSlots({ binds, pace, clock, isOpen, onWaiting }: SlotsOptions): Slots {
  const reservations: { readonly max: number; readonly resolve: (slots: Slot[]) => void }[] = [];
  let parts: { readonly bind: number; readonly resolve: () => void }[] = [];
  const issued = binds.map(() => 0);
  let issuedTotal = 0;
  let state: 'open' | 'stopping' | 'closed' = 'open';
  let allReturned = () => {};
  let timer: { readonly atMs: number; readonly cancel: () => void } | null = null;

  function wake(): void {
    serveParts();
    for (let first = reservations[0]; first; first = reservations[0]) {
      const slots = issue(first.max);
      if (slots.length === 0) break;
      reservations.shift();
      first.resolve(slots);
    }
    if (reservations.length > 0 && isOpen()) onWaiting?.();
    waitForPace();
  }

  function serveParts(): void {
    if (parts.length === 0) return;
    parts = parts.filter(({ bind, resolve }) => {
      const isServed = pace.take(bind);
      if (isServed) resolve();
      return !isServed;
    });
  }

  function issue(max: number): Slot[] {
    const slots: Slot[] = [];
    while (slots.length < max) {
      const bind = leastOutstanding();
      if (bind === null) break;
      slots.push(createSlot(bind));
    }
    return slots;
  }

  /** Takes the pace of the bind with the fewest slots out; null when none may start a text now. */
  function leastOutstanding(): number | null {
    const byLoad = withRoom().toSorted((a, b) => (issued[a] ?? 0) - (issued[b] ?? 0));
    return byLoad.find((bind) => pace.take(bind)) ?? null;
  }

  function withRoom(): number[] {
    if (!isOpen()) return [];
    return [...binds.keys()].filter((bind) => {
      const { isReady, windowMax } = binds[bind] as SlotBind;
      return isReady() && (issued[bind] ?? 0) < windowMax();
    });
  }

  function waitForPace(): void {
    if (parts.length === 0 && reservations.length === 0) return;
    const hungry = [...parts.map(({ bind }) => bind), ...(reservations.length > 0 ? withRoom() : [])];
    if (hungry.length === 0) return;
    const waitMs = Math.min(...hungry.map((bind) => pace.waitMs(bind)));
    const atMs = clock.monotonic() + waitMs;
    if (timer && timer.atMs <= atMs) return;
    timer?.cancel();
    const cancel = clock.after(waitMs, () => {
      timer = null;
      wake();
    });
    timer = { atMs, cancel };
  }

  function count(bind: number, by: 1 | -1): void {
    issued[bind] = (issued[bind] ?? 0) + by;
    issuedTotal += by;
  }

  function createSlot(bind: number): Slot {
    let prepaid = true;
    let busy = false;
    let released = false;
    count(bind, 1);

    function giveBack(): void {
      if (prepaid) pace.giveBack(bind);
      count(bind, -1);
      if (issuedTotal === 0) allReturned();
      wake();
    }

    return {
      async submit(part, onLateAnswer) {
        if (busy || released) return { kind: 'unsent', reason: 'The slot is in use or released.' };
        busy = true;
        try {
          if (!prepaid) await turn(bind);
          prepaid = false;
          return await (binds[bind] as SlotBind).submit(part, onLateAnswer);
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

  function turn(bind: number): Promise<void> {
    if (state === 'closed' || (parts.length === 0 && pace.take(bind))) return Promise.resolve();
    return new Promise((resolve) => {
      parts.push({ bind, resolve });
      waitForPace();
    });
  }

  function close(): void {
    state = 'closed';
    timer?.cancel();
    timer = null;
    // The links refuse these: they are about to drain.
    for (const { resolve } of parts.splice(0)) resolve();
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
    issued: (bind) => issued[bind] ?? 0,
    async stop(waitMs) {
      state = 'stopping';
      for (const { resolve } of reservations.splice(0)) resolve([]);
      if (issuedTotal > 0) {
        await new Promise<void>((resolve) => {
          const cancel = clock.after(waitMs, resolve);
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
