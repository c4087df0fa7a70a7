import http from 'node:http';
import type { Load, LoadRequest } from './load.ts';

/** `BENCH_LOAD` is a LoadRequest as JSON; one Load is printed. Each connection sends the next text when it has its answer. */
const { url, key, body, connections, seconds } = JSON.parse(process.env['BENCH_LOAD'] ?? '{}') as LoadRequest;
const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
const headers = {
  'content-type': 'application/json',
  'content-length': Buffer.byteLength(body),
  authorization: `Bearer ${key}`,
};
const durationsMs: number[] = [];
let refused = 0;
const endsAt = performance.now() + seconds * 1_000;

await Promise.all(Array.from({ length: connections }, sendUntilTheEnd));
agent.destroy();
durationsMs.sort((a, b) => a - b);
const load: Load = { accepted: durationsMs.length, refused, p50Ms: percentile(0.5), p99Ms: percentile(0.99) };
process.stdout.write(JSON.stringify(load));

async function sendUntilTheEnd(): Promise<void> {
  while (performance.now() < endsAt) {
    const startedAt = performance.now();
    const isAccepted = await send();
    if (isAccepted) durationsMs.push(performance.now() - startedAt);
    else refused += 1;
  }
}

function send(): Promise<boolean> {
  return new Promise((resolve) => {
    const request = http.request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode === 202));
      response.on('error', () => resolve(false));
    });
    request.on('error', () => resolve(false));
    request.end(body);
  });
}

function percentile(part: number): number {
  return durationsMs[Math.min(durationsMs.length - 1, Math.floor(durationsMs.length * part))] ?? 0;
}
