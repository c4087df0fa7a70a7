import type { Clock } from '../../../server/clock.ts';
import type { ConnectorLog, Sealing } from '../../seam/connector.ts';
import type { Storage } from '../../seam/storage.ts';
import { createAppCall } from '../egress/client.ts';
import type { SlackSetup } from '../settings.ts';
import { installationsOf } from '../store/installations.ts';
import { type BindTo, type BoundOptions, createBinding } from './bound.ts';
import { createPlaces, lookFor, type Places } from './channels.ts';
import { createInstall, type Install } from './install.ts';
import { tellTrouble } from './tell-operators.ts';
import { createTokens } from './tokens.ts';
import { createWorkspaces, type Workspaces } from './workspaces.ts';

export interface OpenOptions {
  readonly base: BoundOptions['base'] & { readonly storage: Storage };
  readonly settings: SlackSetup;
  readonly secrets: Sealing | null;
  readonly clock: Clock;
  readonly log: ConnectorLog;
  readonly onInstalled: () => void;
  /** Something is to be done now. */
  readonly onTask: () => void;
}

export interface Opened {
  readonly workspaces: Workspaces;
  readonly places: Places;
  readonly bindTo: BindTo;
  readonly install: Install | null;
}

/** The workspace of SLACK_BOT_TOKEN and those that were connected by OAuth, behind one door. */
export async function openWorkspaces(options: OpenOptions): Promise<Opened> {
  const { base, settings: setup, clock, log } = options;
  const { storage } = base;
  const connecting = await openOAuth(options);
  const workspaces = createWorkspaces({
    storage,
    setup,
    clock,
    accessOf: connecting?.tokens.accessOf ?? null,
    look: (everywhere, channel) => lookFor({ storage, clock }, everywhere, channel),
    onTrouble: (workspace, refusal) => {
      log.error({ team: workspace.id, ...refusal }, 'Slack refuses calls until somebody acts');
      tellTrouble({ storage, setup, workspaces, clock }, workspace, refusal).then(options.onTask, (error: unknown) =>
        log.warn({ err: error }, 'nobody could be told of it'),
      );
    },
  });
  const places = createPlaces({
    storage,
    clock,
    workspaces,
    allowsSlackConnect: setup.allowsSlackConnect,
    catchAll: setup.catchAll,
  });
  const install =
    connecting &&
    createInstall({
      ...connecting,
      storage,
      apiUrl: setup.apiUrl,
      clock,
      log,
      async onInstalled(id) {
        await workspaces.refresh();
        (await workspaces.ofTeam({ team: id, enterprise: null }))?.pause(null);
        options.onInstalled();
      },
    });
  return { workspaces, places, install, bindTo: createBinding({ base, setup, workspaces, places }) };
}

async function openOAuth({ base: { storage }, settings: { oauth, apiUrl }, secrets, clock, log }: OpenOptions) {
  if (oauth === null) return null;
  if (secrets === null) throw new Error('Tokens of workspaces cannot be kept without a secret key.');
  const call = createAppCall(apiUrl);
  const tokens = createTokens({ storage, secrets, oauth, call, clock, log });
  // A key that is not configured any more is found out at the start, and not when a text comes.
  for (const { id } of await installationsOf(storage)) await tokens.check(id);
  return { oauth, call, tokens };
}
