import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { HUBSPOT_API_VERSION } from '../../connectors/hubspot/scopes.ts';
import { readSpec, type SpecDocument } from './spec-document.ts';

/** What the connector calls of the API, and what describes the files of its project. */
const CALLED = /^\/(?:account-info|app-webhooks|appinstalls|automation\/actions|conversations|crm|oauth)\//;

/** `HUBSPOT_SPECS`, else `data/hubspot/specs` of `SMSBRIDGE_TEST_KIT`; null when neither is there. */
export function specsFolder({ HUBSPOT_SPECS: folder, SMSBRIDGE_TEST_KIT: kit }: NodeJS.ProcessEnv): string | null {
  const candidates = [folder ?? '', kit === undefined ? '' : path.join(kit, 'data/hubspot/specs')];
  return candidates.find((one) => one !== '' && existsSync(one)) ?? null;
}

/**
 * HubSpot's own OpenAPI documents of the version that the connector calls, out of its collection
 * (github.com/HubSpot/HubSpot-public-api-spec-collection) as it is, or of a folder with some of its files. They are not free,
 * so they are never part of this project.
 */
export function readSpecs(folder: string): SpecDocument[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json') && !isOfOtherVersion(entry.parentPath))
    .flatMap(({ parentPath, name }) => readSpec(readFileSync(path.join(parentPath, name), 'utf8')) ?? [])
    .filter(
      ({ version, paths }) => version === HUBSPOT_API_VERSION && Object.keys(paths).some((one) => CALLED.test(one)),
    );
}

/** A collection has each document in many versions, in folders that are called as the version. */
function isOfOtherVersion(folder: string): boolean {
  const name = path.basename(folder);
  return /^(?:v\d|\d{4}-\d{2})/.test(name) && name !== HUBSPOT_API_VERSION;
}
