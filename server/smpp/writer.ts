import type { Socket } from 'node:net';

/** Collects the PDUs of one turn of the event loop and writes them at once: a system call for each costs more than the PDU. */
export interface Writer {
  /** False when the peer has stopped reading and more would only fill memory. */
  write(octets: Buffer): boolean;
  flush(): void;
}

/** Far above a full window of submit_sm: only a peer that asks and never reads the answers gets here. */
const UNREAD_MAX_OCTETS = 4 * 1024 * 1024;

export function createWriter(socket: Pick<Socket, 'write' | 'writable' | 'writableLength'>): Writer {
  let queue: Buffer[] = [];
  let queuedOctets = 0;

  function flush(): void {
    if (queue.length === 0) return;
    const [first] = queue;
    const octets = queue.length === 1 && first ? first : Buffer.concat(queue, queuedOctets);
    queue = [];
    queuedOctets = 0;
    if (socket.writable) socket.write(octets);
  }

  return {
    write(octets) {
      if (queue.length === 0) setImmediate(flush);
      queue.push(octets);
      queuedOctets += octets.length;
      return socket.writableLength + queuedOctets <= UNREAD_MAX_OCTETS;
    },
    flush,
  };
}
