import type { IExecuteFunctions } from 'n8n-workflow';

/** Says this in the output panel of the node, which goes on; what is the same, once. */
export function hint(context: IExecuteFunctions, notes: readonly { readonly message: string }[]): void {
  for (const message of new Set(notes.map((note) => note.message))) {
    context.addExecutionHints({ message, type: 'warning', location: 'outputPane' });
  }
}
