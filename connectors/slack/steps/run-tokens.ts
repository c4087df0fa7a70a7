/** Tokens of runs that are under way, in memory alone. Without one, the token of the app does instead. */
export interface RunTokens {
  keep(runId: string, token: string): void;
  find(runId: string): string | null;
  forget(runId: string): void;
}

const KEPT_MAX = 1_000;

export function createRunTokens(): RunTokens {
  const tokens = new Map<string, string>();
  return {
    keep(runId, token) {
      const [oldest] = tokens.keys();
      if (tokens.size >= KEPT_MAX && oldest !== undefined) tokens.delete(oldest);
      tokens.set(runId, token);
    },
    find: (runId) => tokens.get(runId) ?? null,
    forget: (runId) => void tokens.delete(runId),
  };
}
