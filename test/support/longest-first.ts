import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take seconds, the longest first: one of them begun last would keep the whole run waiting. */
const LONG = [
  'chaos/signals',
  'chaos/kill',
  'system/redis',
  'chaos/one-data-dir',
  'system/embedded-postgres.',
  'system/server.',
  'system/embedded-postgres-root',
  'system/embedded-postgres-crash',
  'chaos/doubts',
  'system/smsc-api',
  'system/phone-page',
  'system/cli',
  'system/doubts',
  'system/foreign-smsc',
  'system/',
  'fuzz/',
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((one, other) => placeOf(one) - placeOf(other));
  }
}

function placeOf({ moduleId }: TestSpecification): number {
  const place = LONG.findIndex((name) => moduleId.includes(`/test/${name}`));
  return place < 0 ? LONG.length : place;
}
