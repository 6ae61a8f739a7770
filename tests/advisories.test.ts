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

type Locked = Record<string, { version: string }>;

const lockedVersions = (packages: Locked, name: string) =>
  Object.entries(packages)
    .filter(([where]) => where.endsWith(`node_modules/${name}`))
    .map(([, { version }]) => version);

/** What is to be done about advisories, in words. @param today as YYYY-MM-DD */
function toBeDone(entries: readonly Advisory[], packages: Locked, today: string): string[] {
  return entries.flatMap(({ id, package: name, reviewed, lookAgainBy }) => {
    const locked = lockedVersions(packages, name);
    return [
      ...(locked.length === 0 ? [`${name}: not in the lock any more, take ${id} out`] : []),
      ...locked
        .filter((version) => !reviewed.includes(version))
        .map((version) => `${name} ${version}: nobody looked at ${id} in this version`),
      ...(lookAgainBy < today ? [`${name}: ${id} was to be looked at again by ${lookAgainBy}`] : []),
    ];
  });
}

describe('known advisories (docs/known-advisories.json)', () => {
  it.each(advisories)(
    '$package: the version in the lock is one that was looked at, and the next look is not overdue',
    (advisory) => {
      const today = new Date().toISOString().slice(0, 10);
      expect(toBeDone([advisory], lock.packages, today)).toEqual([]);
    },
  );

  it('a version that is known to be bad, one that nobody looked at and a look that is overdue are found', () => {
    const planted = (changed: Partial<Advisory>): Advisory => ({
      id: 'GHSA-plan-ted0-0000',
      package: 'planted',
      reviewed: ['2.0.1'],
      state: 'fixed here',
      why: 'Mended in 2.0.1.',
      lookAgainBy: '2027-01-31',
      ...changed,
    });
    const packages = (version: string) => ({ 'node_modules/a/node_modules/planted': { version } });
    const found = (entry: Partial<Advisory>, version: string, today: string) =>
      toBeDone([planted(entry)], packages(version), today);
    expect(found({}, '2.0.1', '2027-01-31')).toEqual([]);
    expect(found({}, '2.0.0', '2027-01-31')).toEqual([
      'planted 2.0.0: nobody looked at GHSA-plan-ted0-0000 in this version',
    ]);
    expect(found({}, '2.0.1', '2027-02-01')).toEqual([
      'planted: GHSA-plan-ted0-0000 was to be looked at again by 2027-01-31',
    ]);
    expect(found({ package: 'gone' }, '2.0.1', '2027-01-31')).toEqual([
      'gone: not in the lock any more, take GHSA-plan-ted0-0000 out',
    ]);
    // As the real list is read: an older version of a package in it, planted into the real lock.
    const [first] = advisories;
    if (!first) throw new Error('there is no advisory');
    const bad = { ...lock.packages, [`node_modules/x/node_modules/${first.package}`]: { version: '0.0.1' } };
    expect(toBeDone(advisories, bad, '2026-11-22')).toEqual([
      `${first.package} 0.0.1: nobody looked at ${first.id} in this version`,
    ]);
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
