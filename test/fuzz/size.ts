/** How much is tried: little with all other tests, the full figures with `npm run test:fuzz`. */
export const inboundCount = numberOf('FUZZ_INBOUND', 20_000);
export const differentialCount = numberOf('FUZZ_DIFFERENTIAL', 5_000);
/** submit_sm of random texts to random carriers. */
export const submitCount = Math.max(20_000, differentialCount);
/** Over real sockets. */
export const linkCount = numberOf('FUZZ_LINK', 2_000);
/** The same seed tries the same; a failure names the seed and the number of the try. */
export const seed = numberOf('FUZZ_SEED', 20_261_120);

/** No limit to pass or fail by: only far more than it can need. */
export const timeoutMs = 60_000 + Math.max(inboundCount, differentialCount, linkCount) * 5;

function numberOf(name: string, fallback: number): number {
  const value = Number(process.env[name] ?? fallback);
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`${name} is no whole number above 0.`);
  return value;
}
