import type { IExecuteFunctions } from 'n8n-workflow';

/**
 * Names one text of one run of one node of one execution. A try that n8n repeats has the same name, so no text is sent
 * twice; the run index tells the rounds of a loop apart, in which the item index is always 0.
 */
export function itemKey(context: IExecuteFunctions, itemIndex: number): string {
  const run = Number(context.evaluateExpression('{{ $runIndex }}', itemIndex)) || 0;
  return `${context.getExecutionId()}:${context.getNode().id}:${run}:${itemIndex}`;
}

/** A key of the user's own; what HTTP does not take in a header is escaped. */
export const ownKey = (key: unknown) => encodeURIComponent(String(key)).slice(0, 255);
