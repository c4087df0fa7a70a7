import { WORKFLOW_STEP } from '../../steps/workflow-step.ts';
import { MethodError } from './method-error.ts';
import { APP, type Workspace } from './workspace.ts';

/** One run of a step of Workflow Builder. */
export interface Execution {
  readonly id: string;
  /** Good for this run alone. */
  readonly token: string;
  state: 'running' | 'completed' | 'failed' | 'canceled';
  outputs: Readonly<Record<string, unknown>> | null;
  error: string | null;
  /** The token that ended it. */
  endedWith: string | null;
}

/** The app's own step, run by workflows (docs.slack.dev, "Custom steps", `functions.completeSuccess`). */
export interface Functions {
  readonly executions: Map<string, Execution>;
  /** Makes the event that tells the app of a run (docs.slack.dev/reference/events/function_executed). */
  execute(callbackId: string, inputs: Readonly<Record<string, unknown>>): { execution: Execution; event: object };
  isRunToken(token: string): boolean;
  succeed(id: string, token: string, outputs: unknown): void;
  fail(id: string, token: string, error: string): void;
}

export function createFunctions(workspace: Workspace, now: () => number): Functions {
  const executions = new Map<string, Execution>();
  /** The token of another run opens nothing; that of the app does. */
  function running(id: string, token: string): Execution {
    const execution = executions.get(id);
    if (!execution) throw new MethodError('function_execution_not_found');
    if (isRun(token) && token !== execution.token) throw new MethodError('access_denied');
    if (execution.state !== 'running') throw new MethodError('execution_not_in_running_state');
    return execution;
  }
  return {
    executions,
    execute(callbackId, inputs) {
      const id = workspace.nextId('Fx');
      const execution: Execution = {
        id,
        token: `xwfp-${id}`,
        state: 'running',
        outputs: null,
        error: null,
        endedWith: null,
      };
      executions.set(id, execution);
      const seconds = Math.floor(now() / 1_000);
      const about = {
        id: 'Fn0000000001',
        callback_id: callbackId,
        title: WORKFLOW_STEP.title,
        description: WORKFLOW_STEP.description,
        type: 'app',
        input_parameters: parametersOf(WORKFLOW_STEP.input_parameters),
        output_parameters: parametersOf(WORKFLOW_STEP.output_parameters),
        app_id: APP,
        date_created: seconds,
        date_updated: seconds,
        date_deleted: 0,
      };
      const event = {
        type: 'function_executed',
        function: about,
        inputs,
        function_execution_id: id,
        workflow_execution_id: workspace.nextId('Wx'),
        event_ts: workspace.nextTs(),
        bot_access_token: execution.token,
      };
      return { execution, event };
    },
    isRunToken: (token) => [...executions.values()].some((execution) => execution.token === token),
    succeed(id, token, outputs) {
      const execution = running(id, token);
      if (!areSound(outputs)) throw new MethodError('parameter_validation_failed');
      Object.assign(execution, { state: 'completed', outputs, endedWith: token });
    },
    fail(id, token, error) {
      Object.assign(running(id, token), { state: 'failed', error, endedWith: token });
    },
  };
}

const isRun = (token: string) => token.startsWith('xwfp-');

interface Parameters {
  readonly properties: Readonly<Record<string, { type: string; title: string; description: string }>>;
  readonly required: readonly string[];
}

const parametersOf = ({ properties, required }: Parameters) =>
  Object.entries(properties).map(([name, { type, title, description }]) => ({
    type,
    name,
    description,
    title,
    is_required: required.includes(name),
  }));

/** What the manifest declares, each of its type. */
function areSound(outputs: unknown): boolean {
  const { properties, required }: Parameters = WORKFLOW_STEP.output_parameters;
  if (typeof outputs !== 'object' || outputs === null) return false;
  const given = new Map<string, unknown>(Object.entries(outputs));
  const isSound = ([name, value]: [string, unknown]) =>
    properties[name]?.type === 'integer' ? Number.isInteger(value) : properties[name] && typeof value === 'string';
  return required.every((name) => given.has(name)) && [...given].every(isSound);
}
