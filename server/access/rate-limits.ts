import type { Clock } from '../clock.ts';
import { giveBack, type Quota, rateOfQuota, spend, standing } from '../rules/quota.ts';
import { fullBucket, type TokenBucket } from '../rules/token-bucket.ts';
import type { Database } from '../store/database.ts';
import { groupCommit } from '../store/group-commit.ts';
import { countDay, uncountDay } from '../store/keys.ts';
import type { Key } from './keys.ts';

/**
 * How many texts may be handed over: per key and minute, for the whole organisation and second, and per key and day.
 * The first two are counted in the memory of this process, so several servers behind one address allow so many each;
 * the cap of the day is counted in the database and is one for all of them.
 */
export interface RateLimits {
  /** Asks for `texts`, all or none. What is then not accepted is given back. */
  admit(key: Key, texts: number): Promise<Admission>;
  giveBack(key: Key, texts: number): void;
  /** The header fields of an answer to this key (draft-ietf-httpapi-ratelimit-headers); none when nothing limits it. */
  headers(key: Key): Readonly<Record<string, string>>;
}

export type Admission =
  | { readonly ok: true }
  | { readonly ok: false; readonly limit: LimitName; readonly retryAfterSeconds: number };
export type LimitName = 'key' | 'organisation' | 'day';

export interface RateLimitOptions {
  readonly database: Database;
  /** Texts per second of all keys together; null = any number. */
  readonly organisationPerSecond: number | null;
  readonly clock: Clock;
}

interface Policy {
  readonly name: LimitName;
  /** Whose bucket it is. */
  readonly of: string;
  readonly quota: Quota;
}

const BUCKETS_MAX = 10_000;
const DAY_MS = 86_400_000;

export function createRateLimits({ database, organisationPerSecond, clock }: RateLimitOptions): RateLimits {
  const buckets = new Map<string, { readonly bucket: TokenBucket; readonly quota: Quota }>();
  const count = groupCommit((items: readonly Counted[]) => countTogether(database, items));
  const organisation: readonly Policy[] =
    organisationPerSecond === null
      ? []
      : [{ name: 'organisation', of: 'organisation', quota: { units: organisationPerSecond, seconds: 1 } }];
  const policiesOf = ({ id, limits }: Key): readonly Policy[] =>
    limits.rateLimit === null
      ? organisation
      : [{ name: 'key', of: `key ${id}`, quota: { units: limits.rateLimit, seconds: 60 } }, ...organisation];
  const bucketOf = ({ of, quota }: Policy): TokenBucket => {
    const kept = buckets.get(of);
    // Another limit than before begins anew.
    return kept?.quota.units === quota.units ? kept.bucket : fullBucket(rateOfQuota(quota), clock.monotonic());
  };
  const keep = ({ of, quota }: Policy, bucket: TokenBucket) => {
    buckets.delete(of);
    buckets.set(of, { bucket, quota });
    const [oldest] = buckets.keys();
    if (buckets.size > BUCKETS_MAX && oldest !== undefined) buckets.delete(oldest);
  };
  const returnTo = (policies: readonly Policy[], texts: number) => {
    for (const policy of policies) keep(policy, giveBack(bucketOf(policy), policy.quota, texts));
  };

  function take(policies: readonly Policy[], texts: number): Admission {
    const now = clock.monotonic();
    const taken: { policy: Policy; bucket: TokenBucket }[] = [];
    for (const policy of policies) {
      const spent = spend(bucketOf(policy), policy.quota, texts, now);
      if (!spent.ok) return { ok: false, limit: policy.name, retryAfterSeconds: spent.retryAfterSeconds };
      taken.push({ policy, bucket: spent.bucket });
    }
    for (const { policy, bucket } of taken) keep(policy, bucket);
    return OK;
  }

  const today = () => new Date(clock.now()).toISOString().slice(0, 10);
  const endOfDaySeconds = () => Math.max(1, Math.ceil((DAY_MS - (clock.now() % DAY_MS)) / 1_000));

  return {
    async admit(key, texts) {
      const policies = policiesOf(key);
      const admission = policies.length === 0 ? OK : take(policies, texts);
      const { dailyCap: cap } = key.limits;
      if (!admission.ok || cap === null) return admission;
      if (await count({ id: key.id, cap, texts, day: today() })) return OK;
      returnTo(policies, texts);
      return { ok: false, limit: 'day', retryAfterSeconds: endOfDaySeconds() };
    },
    giveBack(key, texts) {
      returnTo(policiesOf(key), texts);
      // Nobody waits for it: what is not given back only makes the day a little shorter.
      if (key.limits.dailyCap !== null) void uncountDay(database, today(), key.id, texts).catch(() => undefined);
    },
    headers(key) {
      const policies = policiesOf(key);
      if (policies.length === 0) return NONE;
      const now = clock.monotonic();
      const policy = policies.map(({ name, quota }) => `"${name}";q=${quota.units};w=${quota.seconds}`);
      const left = policies.map((each) => {
        const { remaining, resetSeconds } = standing(bucketOf(each), each.quota, now);
        return `"${each.name}";r=${remaining};t=${resetSeconds}`;
      });
      return { 'RateLimit-Policy': policy.join(', '), RateLimit: left.join(', ') };
    },
  };
}

const OK: Admission = { ok: true };
const NONE: Readonly<Record<string, string>> = {};

interface Counted {
  readonly id: string;
  readonly cap: number;
  readonly texts: number;
  readonly day: string;
}

/**
 * Requests that arrive together are one statement per day, one row per key. Where there is no room for all of a key's
 * requests they are counted one by one.
 */
async function countTogether(database: Database, items: readonly Counted[]): Promise<boolean[]> {
  const groups = Map.groupBy(items, ({ id, day }) => `${day} ${id}`);
  const counted = new Map<string, boolean>();
  await database.transaction(async () => {
    for (const [day, ofDay] of Map.groupBy(groups.values(), ([first]) => first?.day ?? '')) {
      const sums = ofDay.map((group) => ({ id: group[0]?.id ?? '', cap: capOf(group), texts: sumOf(group) }));
      const passed = await countDay(database, day, sums);
      for (const { id } of sums) counted.set(`${day} ${id}`, passed.has(id));
    }
  }, 'relaxed');
  const results: boolean[] = [];
  for (const item of items) {
    const name = `${item.day} ${item.id}`;
    const isAlone = groups.get(name)?.length === 1;
    results.push(counted.get(name) === true || (!isAlone && (await countDay(database, item.day, [item])).has(item.id)));
  }
  return results;
}

const sumOf = (group: readonly Counted[]) => group.reduce((sum, { texts }) => sum + texts, 0);
const capOf = (group: readonly Counted[]) => Math.min(...group.map(({ cap }) => cap));
