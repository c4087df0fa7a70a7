import { run } from '../../server/cli/main.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RanAt {
  readonly url: string;
  readonly key: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** What a person answers when asked; nobody is there when it is left out. */
  readonly answer?: string;
}

/** `smsbridge …` without a process of its own. */
export async function smsbridge({ url, key, environment, answer }: RanAt, ...args: readonly string[]): Promise<Ran> {
  let stdout = '';
  let stderr = '';
  const code = await run(args, {
    environment: { SMSBRIDGE_URL: url, SMSBRIDGE_API_KEY: key, ...environment },
    isInteractive: answer !== undefined,
    write: (text) => void (stdout += text),
    complain: (text) => void (stderr += text),
    ask: () => Promise.resolve(answer ?? ''),
  });
  return { code, stdout, stderr };
}
