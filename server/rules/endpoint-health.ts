/** How the latest attempts to tell a webhook endpoint something have gone. */
export interface EndpointHealth {
  /** The first failure of late; null = the last attempt went well. */
  readonly failedAt: Date | null;
  /** Since when there were nothing but failures, once there were two within a day. */
  readonly failingSince: Date | null;
}

const DAY_MS = 86_400_000;
/** Nothing but failures for so long: nobody is there any more. */
export const FAILING_MAX_MS = 5 * DAY_MS;

/** One failure a day is an accident, two are a beginning; five days of nothing else end it. */
export function afterFailure(health: EndpointHealth, at: Date): EndpointHealth & { readonly disables: boolean } {
  const { failedAt, failingSince } = health;
  if (failingSince) {
    return { failedAt, failingSince, disables: at.getTime() - failingSince.getTime() >= FAILING_MAX_MS };
  }
  const isSecond = failedAt !== null && at.getTime() - failedAt.getTime() <= DAY_MS;
  return isSecond ? { failedAt, failingSince: at, disables: false } : { failedAt: at, failingSince, disables: false };
}
