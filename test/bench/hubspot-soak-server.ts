import { readConfig } from '../../server/config.ts';
import { startServer } from '../../server/main.ts';
import { createLog } from '../../server/operations/log.ts';

/** What a round of the soak says of the process that it measures: after a collection, so that garbage does not count. */
export interface Memory {
  readonly heapBytes: number;
  readonly rssBytes: number;
}

/** The whole server as a child: configured by its environment, it says where it is, and its memory when it is asked. */
const server = await startServer(readConfig(process.env), createLog('error'));
process.send?.({ url: server.url, key: server.firstKeys?.test ?? '' });
process.on('message', (message) => {
  if (message === 'memory') {
    globalThis.gc?.();
    const { heapUsed, rss } = process.memoryUsage();
    process.send?.({ heapBytes: heapUsed, rssBytes: rss } satisfies Memory);
  }
  if (message === 'stop') void server.stop().then(() => process.disconnect());
});
