/** Whether the server can take texts, and what of its surroundings is reachable. */
export interface Readiness {
  /** False: the database is down or the server is stopping. A carrier that is down does not stop texts being taken. */
  readonly ready: boolean;
  readonly database: 'up' | 'down';
  readonly queue: 'up' | 'down';
  readonly carrier: 'up' | 'down' | 'none';
}

export async function readiness(of: {
  readonly ask: () => Promise<unknown>;
  readonly queueIsUp: boolean;
  readonly carrier: { isUp(): boolean } | null;
  readonly isStopping: boolean;
}): Promise<Readiness> {
  const isUp = await of.ask().then(
    () => true,
    () => false,
  );
  return {
    ready: isUp && !of.isStopping,
    database: isUp ? 'up' : 'down',
    queue: isUp && of.queueIsUp ? 'up' : 'down',
    carrier: of.carrier ? (of.carrier.isUp() ? 'up' : 'down') : 'none',
  };
}
