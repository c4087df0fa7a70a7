import { createInterface } from 'node:readline/promises';

/** Who runs the program, and where. */
export interface Terminal {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether a person looks at it. */
  readonly isInteractive: boolean;
  write(text: string): void;
  complain(text: string): void;
  ask(question: string): Promise<string>;
}

/** People read lines, programs one document. */
export interface Output {
  /** For people alone. */
  say(line: string): void;
  /** For programs alone. */
  result(document: unknown): void;
  /** To stdout for both, as it is: what was asked for. */
  hand(text: string): void;
  fail(sentence: string, document: Readonly<Record<string, unknown>>): void;
  /** A bar, where a person looks; beside the output, so that this can be a file. */
  progress(done: number, total: number): void;
  /** What the person says; null where there is none. */
  ask(question: string): Promise<string | null>;
}

export function outputOn(terminal: Terminal, json: boolean): Output {
  const { isInteractive } = terminal;
  return {
    say: (line) => void (json || terminal.write(`${line}\n`)),
    result: (document) => void (json && terminal.write(`${JSON.stringify(document)}\n`)),
    hand: (text) => terminal.write(text),
    fail(sentence, document) {
      if (json) terminal.write(`${JSON.stringify({ error: document })}\n`);
      else terminal.complain(`${sentence}\n`);
    },
    progress: (done, total) => void (isInteractive && terminal.complain(bar(done, total))),
    ask: async (question) => (isInteractive ? await terminal.ask(question) : null),
  };
}

export const processTerminal = (): Terminal => ({
  environment: process.env,
  isInteractive: process.stdin.isTTY && process.stderr.isTTY,
  write: (text) => void process.stdout.write(text),
  complain: (text) => void process.stderr.write(text),
  async ask(question) {
    const asking = createInterface({ input: process.stdin, output: process.stderr });
    const answer = await asking.question(question);
    asking.close();
    return answer;
  },
});

const WIDTH = 30;

/** Begins at the start of the line, and ends the line when everything is done. */
function bar(done: number, total: number): string {
  const full = total === 0 ? WIDTH : Math.floor((done / total) * WIDTH);
  return `\r[${'#'.repeat(full)}${' '.repeat(WIDTH - full)}] ${done} of ${total}${done >= total ? '\n' : ''}`;
}
