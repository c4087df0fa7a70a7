import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Scenario, type ScenarioName, scenarioSchema } from '../rules/simulator-faults.ts';

const FOLDER = join(import.meta.dirname, 'scenarios');

/** A scenario file. Throws when it is not one: they are ours, and a test reads them all. */
export function scenario(name: ScenarioName): Scenario {
  return scenarioSchema.parse(JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')));
}

/** The files that are there; a test compares them with the names that the API offers. */
export function scenarioFiles(): string[] {
  return readdirSync(FOLDER).map((file) => file.replace(/\.json$/, ''));
}
