import { z } from 'zod';
import type { SmsClient } from '../../sdk/index.ts';
import type { OwnNames } from '../api/own-names.ts';
import type { PlainClient } from '../api/plain.ts';
import type { SettingsAnswer } from '../app/src/app/packages/ask/shapes.ts';
import { type Asker, asked, Refused } from '../cards/asked.ts';
import { sendersOf } from '../cards/thread.ts';
import type { Route } from '../http/routes.ts';
import { portalSettingsSchema } from '../portal-settings.ts';
import { ownNamesOf, portalOfId, setPortalSettings } from '../store/portals.ts';
import { maySave, noneIfRefused, refuseUnlessMaySave } from './may-save.ts';
import { type RulesOptions, rulesRoutes } from './rules.ts';

export interface SettingsOptions extends RulesOptions {
  readonly plain: Pick<PlainClient, 'owners'>;
  readonly sdk: Pick<SmsClient, 'senders' | 'me' | 'numbers' | 'templates'>;
}

/** Without their defaults: what is left out stays. */
const changesSchema = z.strictObject(
  Object.fromEntries(
    Object.entries(portalSettingsSchema.shape).map(([name, schema]) => [name, schema.unwrap().optional()]),
  ),
);

/** What the settings page of the app asks. HubSpot shows it to those who may manage connected apps. */
export function settingsRoutes(options: SettingsOptions): readonly Route[] {
  const { storage } = options;
  return [
    asked(storage, {
      method: 'GET',
      path: 'settings',
      schema: z.object({}),
      answer: (asker) => settingsFor(options, asker),
    }),
    asked(storage, {
      method: 'PUT',
      path: 'settings',
      schema: z.object({ changes: changesSchema }),
      answer: (asker, { changes }) => change(options, asker, changes),
    }),
    ...rulesRoutes(options),
  ];
}

async function settingsFor(options: SettingsOptions, { portal, email }: Asker): Promise<SettingsAnswer> {
  const { storage, client, plain, sdk } = options;
  const { portalId, settings, notice } = portal;
  const [names, { mode }, senders, owners, ticketStages] = await Promise.all([
    ownNamesOf(storage, portalId),
    sdk.me(),
    sendersOf(sdk),
    // The page is of use without them.
    plain.owners(portalId).catch(noneIfRefused),
    client.stages(portalId, 'tickets').catch(noneIfRefused),
  ]);
  const choices = owners.map(({ id: value, name: label }) => ({ value, label }));
  return {
    portalId,
    mode,
    notice: [notice, sayNames(names)].filter((one) => one !== null).join(' ') || null,
    settings,
    maySave: maySave(settings, email),
    senders,
    owners: choices,
    ticketStages,
  };
}

function sayNames(names: OwnNames): string | null {
  const pairs = Object.entries(names).map(([ours, there]) => `${there} instead of ${ours}`);
  if (pairs.length === 0) return null;
  return `The account has properties of another kind under names of ours: SMS Bridge uses ${pairs.join(', ')}. Use those in lists and workflows, too.`;
}

async function change(options: SettingsOptions, asker: Asker, changes: object): Promise<SettingsAnswer> {
  const { storage, log } = options;
  const { portalId } = asker.portal;
  const saved = await storage.transaction(async (tx) => {
    // Somebody else may save at the same time: what they changed, and this does not, stays.
    await tx.query('select 1 from portals where portal_id = $1 for update', [portalId]);
    const portal = await portalOfId(tx, portalId);
    if (!portal) throw new Refused(403, 'NOT_CONNECTED', 'This account is not connected to SMS Bridge.');
    refuseUnlessMaySave({ ...asker, portal });
    const settings = portalSettingsSchema.parse({ ...portal.settings, ...changes });
    if (!maySave(settings, asker.email))
      throw new Refused(400, 'INVALID_REQUEST', 'Your own address has to be among those who may change the settings.');
    await setPortalSettings(tx, portalId, settings);
    return { ...portal, settings };
  });
  log.info({ portalId, userId: asker.userId, changed: Object.keys(changes) }, 'settings of a HubSpot account changed');
  return settingsFor(options, { ...asker, portal: saved });
}
