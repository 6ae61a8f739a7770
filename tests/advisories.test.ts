import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Advisory {
  id: string;
  package: string;
  /** Versions that somebody has looked at. Another one in the lock means: look again. */
  reviewed: string[];
  state: 'open' | 'not reachable' | 'wrapped' | 'fixed here';
  why: string;
  lookAgainBy: string;
}

const { advisories } = JSON.parse(readFileSync('docs/known-advisories.json', 'utf8')) as {
  advisories: Advisory[];
};
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  packages: Record<string, { version: string; dev?: boolean }>;
};

const lockedVersions = (name: string) =>
  Object.entries(lock.packages)
    .filter(([where]) => where.endsWith(`node_modules/${name}`))
    .map(([, { version }]) => version);

describe('known advisories (docs/known-advisories.json)', () => {
  it.each(advisories)('$package: the version in the lock is one that was looked at', (advisory) => {
    const locked = lockedVersions(advisory.package);
    expect(locked, 'not in the lock any more: take the entry out').not.toEqual([]);
    expect(locked.filter((version) => !advisory.reviewed.includes(version))).toEqual([]);
  });

  it('each says what it means here, and when to look again', () => {
    for (const { id, why, lookAgainBy } of advisories) {
      expect(why.length, id).toBeGreaterThan(30);
      expect(lookAgainBy, id).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    }
  });
});

describe('the lock file', () => {
  it('names no private registry', () => {
    const addresses = readFileSync('package-lock.json', 'utf8').match(/"resolved": "[^"]*"/g) ?? [];
    expect(addresses.filter((line) => !line.includes('https://registry.npmjs.org/'))).toEqual([]);
  });
});
