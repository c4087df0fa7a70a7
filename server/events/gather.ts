/**
 * The first call runs at once; those that follow within `ms` run once together, at its end. No matter of the Clock: only
 * the load depends on it, never what happens.
 */
export function gather(run: () => void, ms: number): () => void {
  let isGathering = false;
  let again = false;
  const go = () => {
    again = false;
    isGathering = true;
    run();
    setTimeout(() => {
      isGathering = false;
      if (again) go();
    }, ms);
  };
  return () => {
    if (isGathering) again = true;
    else go();
  };
}
