import { describe, expect, test } from 'vitest';
import { parseWrk } from '../bench/load.ts';
import { parseStat } from '../bench/processor-time.ts';

describe('what the benchmark reads', () => {
  test('from wrk: only answers of 2xx count as accepted, and broken connections are told', () => {
    const load = parseWrk(`
  Latency Distribution
     50%    1.71ms
     75%    2.10ms
     90%    3.02ms
     99%    1.04s
  51956 requests in 3.00s, 9.41MB read
  Socket errors: connect 0, read 3, write 0, timeout 2
  Non-2xx or 3xx responses: 56
Requests/sec:  17314.06`);
    expect(load).toEqual({ accepted: 51_900, refused: 61, p50Ms: 1.71, p99Ms: 1_040 });
  });

  test('from wrk: microseconds, and nothing refused', () => {
    const load = parseWrk('     50%  850.00us\n     99%    2.00m\n  10 requests in 1.00s');
    expect(load).toEqual({ accepted: 10, refused: 0, p50Ms: 0.85, p99Ms: 120_000 });
  });

  test('from /proc: the times of a process whose name holds spaces and brackets', () => {
    const line = '4711 (postgres: (a) b) S 17 4711 4711 0 -1 4194560 9 8 7 6 250 50 30 20 20 0 1 0 100';
    expect(parseStat(line)).toEqual({ pid: 4_711, parent: 17, ownTicks: 300, waitedTicks: 50 });
  });
});
