import { createHash } from 'node:crypto';
import net from 'node:net';
import tls from 'node:tls';

/** TLS to a carrier. Its certificate is verified for the host unless the profile says otherwise. */
export interface TlsSettings {
  /** PEM of the authority, when it is none of Node's own. */
  readonly ca?: string | undefined;
  readonly servername?: string | undefined;
  /** SHA-256 of the carrier's certificate, hex; then nothing else is trusted. */
  readonly pin_sha256?: string | undefined;
  /** PEM of our certificate and key. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly insecure?: boolean;
}

export interface SocketOptions {
  readonly host: string;
  readonly port: number;
  readonly tls: TlsSettings | null;
  /** Address of ours that the connection comes from: some carriers know their customers by it. */
  readonly localAddress?: string | null;
  /** The family of addresses that the name of a host is looked up for; null = both. */
  readonly family?: 4 | 6 | null;
}

const KEEP_ALIVE_MS = 30_000;

/**
 * A connection under way. With TLS `connect` comes first and `secureConnect` after the handshake. A certificate or key
 * that cannot be read is an error of the socket like any other.
 */
export function openSocket(options: SocketOptions): net.Socket {
  try {
    return connect(options);
  } catch (error) {
    return new net.Socket().destroy(error instanceof Error ? error : new Error('unusable settings'));
  }
}

function connect(options: SocketOptions): net.Socket {
  const { host, port, localAddress, family } = options;
  const where = { host, port, ...(localAddress && { localAddress }), ...(family && { family }) };
  const socket = options.tls ? tls.connect({ ...where, ...tlsOptions(host, options.tls) }) : net.connect(where);
  socket.setNoDelay(true);
  socket.setKeepAlive(true, KEEP_ALIVE_MS);
  return socket;
}

function tlsOptions(host: string, settings: TlsSettings): tls.ConnectionOptions {
  const { ca, cert, key, pin_sha256: pin, insecure = false } = settings;
  // RFC 6066 §3: a server name is a name, never an address.
  const servername = settings.servername ?? (net.isIP(host) === 0 ? host : undefined);
  return {
    minVersion: 'TLSv1.2',
    // A pinned certificate is compared by itself: who signed it, for which name and until when says no more.
    rejectUnauthorized: !insecure && pin === undefined,
    ...(servername === undefined ? {} : { servername }),
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
  };
}

/** True when the certificate that the peer has shown is not the pinned one. */
export function isPinBroken(socket: net.Socket, settings: TlsSettings | null): boolean {
  if (settings?.pin_sha256 === undefined) return false;
  const shown = socket instanceof tls.TLSSocket ? socket.getPeerX509Certificate()?.raw : undefined;
  const digest = shown && createHash('sha256').update(shown).digest('hex');
  return digest !== settings.pin_sha256.toLowerCase();
}
