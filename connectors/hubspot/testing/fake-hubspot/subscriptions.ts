import type { Change } from './changes.ts';

const PROPERTIES: Readonly<Record<string, readonly string[]>> = {
  '0-1': ['phone', 'mobilephone', 'sms_opt_out', 'hubspot_owner_id'],
  '0-3': ['dealstage'],
  '0-5': ['hs_pipeline_stage'],
};

/** What the app's own file subscribes to. */
export function isWanted({ subscriptionType, objectTypeId, propertyName }: Change): boolean {
  const properties = PROPERTIES[objectTypeId];
  if (!properties) return false;
  if (subscriptionType === 'object.propertyChange') return properties.includes(propertyName ?? '');
  return objectTypeId === '0-1' || (objectTypeId === '0-5' && /merge|deletion/.test(subscriptionType));
}
