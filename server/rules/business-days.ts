/**
 * The end of a number of business days, Monday to Friday, in UTC: the day on which something happens does not count.
 * Holidays are taken for working days, so a deadline never ends later than the law allows.
 */
export function afterBusinessDays(start: Date, days: number): Date {
  const end = new Date(start);
  for (let left = days; left > 0;) {
    end.setUTCDate(end.getUTCDate() + 1);
    if (isBusinessDay(end)) left -= 1;
  }
  return end;
}

const isBusinessDay = (date: Date) => date.getUTCDay() !== 0 && date.getUTCDay() !== 6;
