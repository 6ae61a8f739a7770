import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { memoryFlags } from './memory.server.ts';

test('this Node knows what it is told of memory: of an unknown flag it would only complain', () => {
  const known = execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' });
  const names = memoryFlags.map((flag) => flag.replace(/^--(no-)?/, '--').replace(/=.*/, ''));
  expect(names.filter((name) => !known.includes(`${name} (`))).toEqual([]);
});
