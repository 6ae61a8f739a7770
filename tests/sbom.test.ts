import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

interface Bom {
  bomFormat: string;
  components: { name: string; group?: string; version: string }[];
}
interface Lock {
  packages: Record<string, { version?: string; dev?: boolean; optional?: boolean; peer?: boolean }>;
}

it('a bill of materials can be made from the lock file alone, and lists every package of the running site (V15.1.2)', () => {
  const { stdout, status } = spawnSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    timeout: 60_000,
  });
  expect(status).toBe(0);
  const bom = JSON.parse(stdout) as Bom;
  expect(bom.bomFormat).toBe('CycloneDX');
  const listed = new Set(
    bom.components.map(({ group, name, version }) => `${group ? `${group}/` : ''}${name}@${version}`),
  );
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock;
  const running = Object.entries(packages).filter(
    ([where, { dev, optional }]) => where.startsWith('node_modules/') && !dev && !optional,
  );
  expect(running.length).toBeGreaterThan(50);
  const missing = running
    .map(([where, { version }]) => `${where.split('node_modules/').at(-1)}@${version}`)
    .filter((name) => !listed.has(name));
  expect(missing).toEqual([]);
}, 60_000);
