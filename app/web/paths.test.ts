import { describe, expect, it } from 'vitest';
import { safePath } from './paths.ts';

describe('a path to go back to', () => {
  it.each(['/', '/home', '/requests/1?page=2#end', '/a/../b'])('%j is kept', (path) => {
    expect(safePath(path, '/elsewhere')).toBe(path);
  });

  it.each([
    '',
    'home',
    '//evil.example',
    '/\\evil.example',
    '\\/evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    '/\t/evil.example',
    '/\n',
    ' /home',
    null,
    undefined,
    ['/home'],
    `/${'a'.repeat(600)}`,
  ])('%j is not', (path) => {
    expect(safePath(path, '/elsewhere')).toBe('/elsewhere');
  });
});
