import type { Clock } from '../clock.ts';
import type { Database } from '../store/database.ts';
import { type KeyedRequest, setVerdict, storeKeys } from './idempotency.ts';
import type { SecretBox } from './secrets.ts';

/**
 * Runs a request with an Idempotency-Key once. The key, the change and the answer commit in one transaction, so an
 * equal request that comes meanwhile waits for that, and no answer "in progress" is ever needed. A request that was
 * refused has changed nothing and leaves no key behind.
 */
export type Once = <Answer extends object>(
  asked: Omit<KeyedRequest<never>, 'verdict'>,
  work: () => Promise<Worked<Answer>>,
) => Promise<OnceResult<Answer>>;

/** `keep`: it was carried out, and its answer is what a repeated request gets. It has to be JSON. */
export interface Worked<Answer> {
  readonly keep: boolean;
  readonly answer: Answer;
}

/** erased: it was carried out, but its answer may have held what was erased since. */
export type OnceResult<Answer> =
  | { readonly kind: 'done' | 'replay'; readonly answer: Answer }
  | { readonly kind: 'reused' | 'erased' };

/**
 * Answers are sealed: they show secrets that are shown only once, and what people wrote. Null until there is one, which
 * nobody else sees, and after an erasure.
 */
interface Verdict {
  readonly sealed: string | null;
}

const LABEL = 'idempotent answers';

export function createOnce({
  database,
  secrets,
  clock,
}: {
  database: Database;
  secrets: SecretBox;
  clock: Clock;
}): Once {
  return async <Answer extends object>(
    asked: Omit<KeyedRequest<never>, 'verdict'>,
    work: () => Promise<Worked<Answer>>,
  ): Promise<OnceResult<Answer>> => {
    try {
      return await database.transaction(async () => {
        const blank: Verdict = { sealed: null };
        const [stored] = await storeKeys<Verdict>(database, [{ ...asked, verdict: blank }], new Date(clock.now()));
        if (stored?.kind === 'reused') return { kind: 'reused' };
        if (stored?.kind === 'replay') return replayed<Answer>(secrets, stored.verdict);
        const { keep, answer } = await work();
        if (!keep) throw new Undone(answer);
        // The row is ours already, so this waits for nobody who might wait for the end of the audit log.
        const sealed = secrets.seal(LABEL, JSON.stringify(answer)).toString('base64');
        await setVerdict(database, asked, { sealed } satisfies Verdict);
        return { kind: 'done', answer };
      });
    } catch (error) {
      if (error instanceof Undone) return { kind: 'done', answer: error.answer as Answer };
      throw error;
    }
  };
}

/** Takes the transaction back without being a failure. */
class Undone extends Error {
  override readonly name = 'Undone';
  readonly answer: object;
  constructor(answer: object) {
    super('Nothing was changed.');
    this.answer = answer;
  }
}

function replayed<Answer>(secrets: SecretBox, { sealed }: Verdict): OnceResult<Answer> {
  if (sealed === null) return { kind: 'erased' };
  const answer = JSON.parse(secrets.open(LABEL, Buffer.from(sealed, 'base64')).toString()) as Answer;
  return { kind: 'replay', answer };
}
