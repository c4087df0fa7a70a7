import path from 'node:path';

/** What Node has compiled is kept from one process to the next: a server starts in half the time. */
export default function setup(): void {
  process.env['NODE_COMPILE_CACHE'] ??= path.join(import.meta.dirname, '../../node_modules/.cache/compiled');
}
