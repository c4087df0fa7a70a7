import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newSecret } from '../events/sign.ts';
import type { Database } from '../store/database.ts';
import type { FirstKeys, Keys } from './keys.ts';
import { selectSealedCarriers } from '../store/carriers.ts';
import { selectSealedSamples } from '../store/webhook-endpoints.ts';
import { type SecretBox, secretBox } from './secrets.ts';

/** The secret keys of SECRET_KEY, or the one of DATA_DIR/secret.key, made at the first start. */
export async function loadSecretKeys(configured: readonly string[], dataDir: string): Promise<readonly string[]> {
  if (configured.length > 0) return configured;
  const path = join(dataDir, 'secret.key');
  try {
    return [(await readFile(path, 'utf8')).trim()];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const key = randomBytes(32).toString('base64');
  await writePrivate(path, `${key}\n`);
  return [key];
}

export class SecretKeyError extends Error {
  constructor(keyId: string) {
    super(
      `The database holds secrets written under the secret key ${keyId}, which is not configured. ` +
        'Set SECRET_KEY to that key (or restore DATA_DIR/secret.key); several keys, comma separated, rotate.',
    );
    this.name = 'SecretKeyError';
  }
}

export const FIRST_KEYS_FILE = 'first-keys.json';
const WEBHOOK_SECRET = 'webhook_secret';
const NUMBER_KEY = 'number_key';
const LABEL = 'organisation';

/**
 * The box of this database. Throws SecretKeyError when it holds a secret under a key that is not configured:
 * its webhooks could not be signed any more, or its bodies not be read. `sealsBodies`: what people write is sealed from
 * now on.
 */
export async function openSecrets(
  database: Database,
  keys: readonly string[],
  sealsBodies = false,
): Promise<SecretBox> {
  const box = secretBox(keys);
  const own = await readState(database, WEBHOOK_SECRET);
  const samples = [...(await selectSealedSamples(database)), ...(await selectSealedCarriers(database))];
  for (const sample of own === null ? samples : [...samples, Buffer.from(own, 'base64')]) {
    if (!box.knows(sample)) throw new SecretKeyError(sample.subarray(0, 4).toString('hex'));
  }
  // Which keys have sealed bodies is written down before they do: looking for it in all texts would take too long.
  for (const keyId of await bodyKeys(database)) {
    if (!box.knows(Buffer.from(keyId, 'hex'))) throw new SecretKeyError(keyId);
  }
  if (sealsBodies) await writeState(database, `${BODY_KEY}${box.keyId}`, '', 'keep');
  database.bodies.unlock(box, sealsBodies);
  return box;
}

const BODY_KEY = 'body_key:';

async function bodyKeys(database: Database): Promise<string[]> {
  const rows = await database.kysely
    .selectFrom('server_state')
    .select('key')
    .where('key', 'like', `${BODY_KEY}%`)
    .execute();
  return rows.map(({ key }) => key.slice(BODY_KEY.length));
}

/** The secret that signs status callbacks, made at the first start. */
export function openWebhookSecret(database: Database, box: SecretBox): Promise<string> {
  return openState(database, box, WEBHOOK_SECRET, newSecret);
}

/**
 * The 32 bytes under which numbers are hashed, made at the first start. They are stored and not derived: what an
 * erasure leaves of an opt-out must be recognised after the secret key was rotated, too.
 */
export async function openNumberKey(database: Database, box: SecretBox): Promise<Buffer> {
  return Buffer.from(await openState(database, box, NUMBER_KEY, () => randomBytes(32).toString('base64')), 'base64');
}

async function openState(database: Database, box: SecretBox, name: string, make: () => string): Promise<string> {
  return database.transaction(async () => {
    // Two servers that start at once must agree on what the first of them makes.
    await writeState(database, name, box.seal(LABEL, make()).toString('base64'), 'keep');
    const sealed = await readState(database, name);
    const secret = box.open(LABEL, Buffer.from(sealed ?? '', 'base64')).toString('utf8');
    // Sealed anew at each start, so that it is under the current key once a rotation ends.
    await writeState(database, name, box.seal(LABEL, secret).toString('base64'), 'replace');
    return secret;
  });
}

/**
 * The keys of the first start, or null when there are keys already. They are written to DATA_DIR/first-keys.json
 * (mode 0600), because the database only keeps their hashes.
 */
export function makeFirstKeys(
  database: Database,
  keys: Keys,
  dataDir: string,
  webhookSecret: string,
): Promise<FirstKeys | null> {
  // The file comes before the commit: a crash in between makes new keys at the next start, instead of none ever.
  return database.transaction(async () => {
    const made = await keys.createFirstKeys();
    if (!made) return null;
    const content = { test: made.test, live: made.live, webhook_secret: webhookSecret };
    await writePrivate(join(dataDir, FIRST_KEYS_FILE), `${JSON.stringify(content, null, 2)}\n`);
    return made;
  });
}

/** Whole or not at all, and never readable by others, not even for a moment. */
async function writePrivate(path: string, text: string): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  const temporary = `${path}.${process.pid}`;
  await writeFile(temporary, text, { mode: 0o600 });
  await chmod(temporary, 0o600);
  await rename(temporary, path);
}

export async function readState(database: Database, key: string): Promise<string | null> {
  const row = await database.kysely
    .selectFrom('server_state')
    .select('value')
    .where('key', '=', key)
    .executeTakeFirst();
  return row?.value ?? null;
}

export async function writeState(
  database: Database,
  key: string,
  value: string,
  ifThere: 'keep' | 'replace',
): Promise<void> {
  await database.kysely
    .insertInto('server_state')
    .values({ key, value })
    .onConflict((conflict) => {
      const same = conflict.column('key');
      return ifThere === 'keep' ? same.doNothing() : same.doUpdateSet({ value });
    })
    .execute();
}
