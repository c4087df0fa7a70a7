import type { Route } from './contract-route.ts';
import type { Answer, Call, Reply } from './handlers.ts';
import { fingerprint, parseIdempotencyKey } from './idempotency-key.ts';
import type { Ports } from './ports.ts';
import type { Fault } from './problem.ts';

/** A POST that creates something: with an Idempotency-Key it does so once, and a repeated one gets the same answer. */
export async function answerOnce(
  { once }: Pick<Ports, 'once'>,
  route: Route,
  call: Call,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const key = parseIdempotencyKey(call.headers['idempotency-key']);
  if (!key.ok) return key;
  const parsed = route.body?.safeParse(call.json);
  // What is refused for its form has changed nothing, and can be asked again in the right one.
  if (key.value === null || parsed?.success === false) return work();
  const asked = {
    apiKeyId: call.key.id,
    path: Object.entries(call.params).reduce((path, [name, id = '']) => path.replace(`{${name}}`, id), route.path),
    key: key.value,
    fingerprint: fingerprint({ body: parsed?.data ?? null }),
  };
  const result = await once<Answer>(asked, async () => {
    const answer = await work();
    return { keep: !('fault' in answer), answer };
  });
  switch (result.kind) {
    case 'done':
      return result.answer;
    case 'replay':
      return repeated(result.answer);
    case 'reused':
      return { fault: reused };
    case 'erased':
      return { fault: { ...reused, detail: 'The answer to this Idempotency-Key is not kept any more.' } };
  }
}

function repeated(answer: Answer): Answer {
  return 'fault' in answer ? answer : ({ ...answer, headers: { ...answer.headers, ...REPLAYED } } satisfies Reply);
}

const REPLAYED = { 'Idempotent-Replayed': 'true' };

const reused: Fault = {
  code: 'IDEMPOTENCY_KEY_REUSED',
  detail: 'This Idempotency-Key was used for another request in the last 24 hours.',
};
