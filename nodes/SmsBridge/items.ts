import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { errorOf, type Outcome } from './failures.ts';

/** What became of one item: the items it turned into, or why not. */
export type ItemOutcome = Outcome<readonly object[]>;

/** An expression that cannot be worked out is the fault of its item alone. */
export async function attemptItem<Value>(
  work: () => Outcome<Value> | Promise<Outcome<Value>>,
): Promise<Outcome<Value>> {
  try {
    return await work();
  } catch (error) {
    const { message, description } = error as { message?: unknown; description?: unknown };
    return {
      ok: false,
      failure: {
        message: typeof message === 'string' ? message : 'A parameter cannot be read',
        description: typeof description === 'string' ? description : '',
        code: 'EXPRESSION',
        status: null,
      },
    };
  }
}

/**
 * The items of n8n for outcomes in their order, each linked to the item it came from. Without `continueOnFail` the
 * first failure is thrown; with it a failed item has the shape that n8n sends to the error output.
 */
export function itemsOf(
  context: IExecuteFunctions,
  outcomes: readonly (ItemOutcome | undefined)[],
): INodeExecutionData[] {
  const failed = outcomes.findIndex((outcome) => outcome?.ok === false);
  const first = outcomes[failed];
  if (first?.ok === false && !context.continueOnFail()) {
    throw errorOf(context.getNode(), first.failure, failed, context.getInputData().length);
  }
  return outcomes.flatMap((outcome, item) => {
    if (!outcome) return [];
    if (outcome.ok) return outcome.value.map((json) => ({ json: json as IDataObject, pairedItem: { item } }));
    const { message, description, code, status, param } = outcome.failure;
    const details = { code, description, status, ...(param === undefined ? {} : { param }) };
    return [{ json: { error: message, details }, pairedItem: { item } }];
  });
}
