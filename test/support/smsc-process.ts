import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import type { Behaviour, Recorded } from './recording-smsc.ts';

export interface SmscProcess {
  /** For the setting SMPP_URL. */
  readonly url: string;
  /** Every submit_sm so far, in the order in which they came. */
  recorded(): Promise<readonly Recorded[]>;
  behave(changes: Partial<Behaviour>): Promise<void>;
}

/** Runs recording-smsc.ts until the test ends. `window` is the number of submit_sm that may be unanswered. */
export async function startSmsc(behaviour: Partial<Behaviour> = {}, window = 20): Promise<SmscProcess> {
  const script = path.join(import.meta.dirname, 'recording-smsc.ts');
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.stdin.end());
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { smppPort, controlPort } = JSON.parse(line) as { smppPort: number; controlPort: number };
  const control = async (init: RequestInit) => {
    const response = await fetch(`http://127.0.0.1:${controlPort}`, init);
    return (await response.json()) as Recorded[];
  };
  const behave = async (changes: Partial<Behaviour>) => {
    await control({ method: 'PUT', body: JSON.stringify(changes) });
  };
  await behave(behaviour);
  return {
    url: `smpp://recorder:secret@127.0.0.1:${smppPort}?window=${window}`,
    recorded: () => control({ method: 'GET' }),
    behave,
  };
}
