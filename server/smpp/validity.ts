/**
 * `YYMMDDhhmmss000R` (SMPP 3.4 §7.1.1.2): relative, so that no clock but the carrier's counts. Months have no
 * fixed length, so longer than 31 days becomes 31 days.
 */
export function relativeTime(seconds: number): string {
  const total = whole(seconds);
  const days = Math.floor(total / 86_400);
  const parts = [days, Math.floor(total / 3_600) % 24, Math.floor(total / 60) % 60, total % 60];
  return `0000${parts.map((value) => String(value).padStart(2, '0')).join('')}000R`;
}

/** `YYMMDDhhmmss000+` (§7.1.1.1): a moment in UTC, for carriers that take no relative time. */
export function absoluteTime(seconds: number, nowMs: number): string {
  const moment = new Date(nowMs + whole(seconds) * 1_000).toISOString();
  return `${moment.slice(2, 19).replaceAll(/\D/g, '')}000+`;
}

const MAX_S = 31 * 86_400;
const whole = (seconds: number) => Math.min(Math.max(1, Math.floor(seconds)), MAX_S);
