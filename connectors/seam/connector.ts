import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Pool } from 'pg';
import type { Clock } from '../../server/clock.ts';
import type { SmsClient } from '../sdk/index.ts';

/**
 * What a connector is given, by the server that it runs in or by a process of its own (`npm run connector`). It is the
 * same either way: the API through the SDK, a schema of its own in PostgreSQL, and nothing of the server.
 */
export interface ConnectorOptions<Settings> {
  readonly sdk: SmsClient;
  /** Bound to the connector's own schema; whoever opened it closes it. */
  readonly pool: Pool;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: ConnectorLog;
}

/** Seals under a sub-key of the server's SECRET_KEY, one for each label: what is sealed for one opens for no other. */
export interface Sealing {
  seal(label: string, plain: string): Buffer;
  open(label: string, sealed: Buffer): Buffer;
}

/** A part of pino. Never a number, a body, a key or a token. */
export interface ConnectorLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface Connector {
  /** Answers every request below `/connectors/<name>/`. Nobody has read the body: signatures cover its bytes. */
  readonly handler: (request: IncomingMessage, response: ServerResponse) => void;
  health(): ConnectorHealth;
  /** Takes away what is kept of a person who asked for it; repeating it does no harm. */
  erase?(number: string): Promise<void>;
  /** Ends what is under way; what is not done is done after the next start. */
  stop(): Promise<void>;
}

export interface ConnectorHealth {
  /** `standby`: it takes what comes in, another process acts on it. `degraded`: nobody can act on it now. */
  readonly state: 'up' | 'standby' | 'degraded';
  /** Why it is degraded, as one sentence; null = it is up. */
  readonly detail: string | null;
  /** How many of each kind could not be taken by this process since its start: nobody deals with them, the log says why. */
  readonly left_out: Readonly<Record<string, number>>;
}
