import { SmsApiError } from '../sdk/index.ts';

/** Another system does not answer, or takes nothing now: what was to be done is done once it does. */
export class Outage extends Error {
  override readonly name = 'Outage';
  /** Milliseconds until it is worth another try, for as long as it takes; null = nobody knows. */
  readonly waitMs: number | null;
  constructor(message: string, waitMs: number | null = null) {
    super(message);
    this.waitMs = waitMs;
  }
}

/** Whether somebody else is out of reach, rather than anything being wrong with what was asked. */
export const isOutage = (error: unknown): boolean =>
  error instanceof Outage ||
  (error instanceof SmsApiError && (error.retryable || error.status >= 500 || error.status === 401));
