import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { type ErrorMeanings, findingOf } from '../rules/carrier-finding.ts';
import type { MessageError, Mode, Status } from '../rules/message.ts';
import { hasDeadNumbers } from '../store/suppressions.ts';
import { recordBlock } from './carrier-blocks.ts';
import type { ConsentOptions } from './consent.ts';
import { type Numbered, reviveNumbers, suppressDead } from './dead-numbers.ts';

/** What carriers give away about recipients: who blocks us, which numbers nobody has, and which somebody has. */
export interface Findings {
  /** How texts ended. Call it after their commit: what follows takes locks of its own. It does not wait for that. */
  texts(ended: readonly EndedText[]): void;
  /** A text came from this number. */
  textFrom(mode: Mode, number: string): void;
  /** Learns what other servers have found. */
  refresh(): Promise<void>;
  /** Resolves when everything that was found is stored. */
  idle(): Promise<void>;
}

export interface EndedText {
  readonly id: string;
  readonly mode: Mode;
  readonly contact: string;
  readonly status: Status;
  readonly error: MessageError | null;
  /** The carrier that said so; null = it is not known. */
  readonly smscId: string | null;
}

export interface FindingsOptions extends ConsentOptions {
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  readonly onEvents: () => void;
  /** What the profile of a carrier says about its codes. */
  readonly meaningsOf?: (smscId: string) => ErrorMeanings | undefined;
}

type Found = EndedText & { readonly finding: 'blocked' | 'dead' | 'alive' };

/** A finding that is lost, with the process or beyond this many, is made again by the next text to the number. */
const WAITING_MAX = 10_000;

export function createFindings(options: FindingsOptions): Findings {
  const { database, clock, log, onEvents, meaningsOf } = options;
  const waiting: Found[] = [];
  let work: Promise<void> | null = null;
  let mayHaveDead = true;

  function note(found: readonly Found[]): void {
    // Nearly every text says only that its number is alive, and nearly no number is held to be dead.
    const news = mayHaveDead ? found : found.filter(({ finding }) => finding !== 'alive');
    waiting.push(...news.slice(0, WAITING_MAX - waiting.length));
    if (waiting.length > 0) work ??= drain().finally(() => (work = null));
  }

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const found = waiting.splice(0);
      try {
        await carryOut(found);
      } catch (error) {
        log.warn({ reason: (error as Error).message, texts: found.length }, 'what carriers said was not stored');
      }
    }
  }

  async function carryOut(found: readonly Found[]): Promise<void> {
    const now = new Date(clock.now());
    const of = (finding: Found['finding']) => found.filter((one) => one.finding === finding);
    if (mayHaveDead) await reviveNumbers(database, of('alive').map(numbered));
    const dead = of('dead');
    if (dead.length > 0) {
      mayHaveDead = true;
      const added = await suppressDead(database, dead.map(numbered), now);
      if (added > 0) log.info({ numbers: added }, 'numbers that no network knows are texted no longer');
    }
    for (const text of of('blocked')) {
      const isNew = await recordBlock(options, { ...numbered(text), ...blockOf(text) }, now);
      if (isNew) onEvents();
    }
  }

  return {
    texts(ended) {
      note(
        ended.flatMap((text) => {
          const finding = findingOf(text, text.smscId === null ? {} : meaningsOf?.(text.smscId));
          return finding === null ? [] : [{ ...text, finding }];
        }),
      );
    },
    textFrom(mode, number) {
      note([{ id: '', mode, contact: number, status: 'received', error: null, smscId: null, finding: 'alive' }]);
    },
    async refresh() {
      mayHaveDead = await hasDeadNumbers(database);
    },
    async idle() {
      while (work !== null) await work;
    },
  };
}

const numbered = ({ mode, contact }: Found): Numbered => ({ mode, number: contact });

function blockOf({ id, smscId, error }: Found) {
  const { command_status, receipt_state, receipt_error } = error?.upstream ?? {};
  const evidence = {
    smsc_id: smscId,
    reason: error?.reason ?? null,
    command_status: command_status ?? null,
    receipt_state: receipt_state ?? null,
    receipt_error: receipt_error ?? null,
  };
  return { smscId, messageId: id, evidence };
}
