import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { areaCodeTable, tableLines, zoneTable } from './rules/zones/build.ts';

/**
 * Renews the tables of zones and area codes: `node server/zones-generate.ts <checkout> <version> [<output folder>]`.
 * The checkout is that of https://github.com/google/libphonenumber (Apache License 2.0) at the tag of the version:
 * `git clone --depth 1 --branch v9.0.35 https://github.com/google/libphonenumber`.
 */
function generate(run: Run): void {
  write(run, 'zone-table.json', 'resources/timezones/map_data.txt', zoneTable);
  write(run, 'area-codes.json', 'resources/geocoding/en/1.txt', areaCodeTable);
}

interface Run {
  readonly checkout: string;
  readonly version: string;
  readonly output: string;
}

type Build = (text: string) => Readonly<Record<string, string>>;

function write({ checkout, version, output }: Run, name: string, path: string, build: Build): void {
  const text = readFileSync(join(checkout, path), 'utf8');
  const prefixes = build(text);
  const lines = tableLines(prefixes);
  const table = {
    source: `https://github.com/google/libphonenumber/blob/${version}/${path}`,
    licence: 'Apache-2.0',
    version,
    source_sha256: sha256(text),
    count: lines.split('\n').length - 1,
    sha256: sha256(lines),
    prefixes,
  };
  writeFileSync(join(output, name), `${JSON.stringify(table, null, 2)}\n`);
  process.stdout.write(`${name}: ${table.count} prefixes\n`);
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const [, , checkout, version, output = join(import.meta.dirname, 'rules/zones')] = process.argv;
if (checkout === undefined || version === undefined || !/^v\d+\.\d+\.\d+$/.test(version)) {
  process.stderr.write(
    'Usage: node server/zones-generate.ts <checkout of libphonenumber> v<version> [<output folder>]\n',
  );
  process.exitCode = 2;
} else generate({ checkout, version, output });
