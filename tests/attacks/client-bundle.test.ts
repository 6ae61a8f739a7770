import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { cast, demoApiKey } from '#prisma/seed/cast.ts';

const folder = path.join('build', 'client');

/** What only the server has. In a file that browsers load it would mean that server code, or a secret, came along. */
const markers = [
  'graphile_worker',
  'postgres://',
  'postgresql://',
  'argon2',
  'totp_secret',
  'totpSecret',
  'node:crypto',
  'PrismaClient',
  'aes-256-gcm',
  'APP_KEYS',
  '/problems/',
  demoApiKey,
  ...cast.flatMap(({ password, totpSecret }) => [password, totpSecret]),
];

function filesIn(at: string): string[] {
  return readdirSync(at, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(at, entry.name);
    return entry.isDirectory() ? filesIn(file) : [file];
  });
}

describe('the files that browsers load (build/client)', () => {
  it('exist: npm run build', () => {
    expect(existsSync(folder)).toBe(true);
    expect(filesIn(folder).filter((file) => file.endsWith('.js')).length).toBeGreaterThan(5);
  });

  it('hold nothing of the server', () => {
    const leaks = filesIn(folder).flatMap((file) => {
      const text = readFileSync(file, 'latin1');
      return markers.filter((marker) => text.includes(marker)).map((marker) => `${file}: ${marker}`);
    });
    expect(leaks).toEqual([]);
  });

  it('have no source maps', () => {
    expect(filesIn(folder).filter((file) => file.endsWith('.map'))).toEqual([]);
  });
});
