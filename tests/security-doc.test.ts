import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const text = readFileSync('docs/security.md', 'utf8');

interface Row {
  id: string;
  cells: string[];
}
const rows: Row[] = text
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (id|what|key) \|/.test(line))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
  .map(([id = '', ...cells]) => ({ id, cells }));

const numbered = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, at) => `${prefix}${at + 1}`);

/** What has to have a row: findings, threats, and the checklist by the ids of its sources. */
const ids = [
  ...numbered('Finding ', 10),
  ...numbered('T', 27),
  ...`V1.2.1 V1.2.2 V1.2.4 V1.2.9 V1.2.10 V1.3.6 V1.3.11 V1.5.1 V1.5.3 V2.1.1/V2.1.3 V2.2.1/V2.2.2 V2.3.1 V2.3.3 V2.3.4 V2.3.5 V2.4.1
    V3.2.1 V3.3.1-4 V3.4.1 V3.4.3 V3.4.4-6 V3.4.8 V3.5.1 V3.5.3 V3.7.2 V4.1.1 V4.1.3 V4.1.4 V5.2.1/V5.2.2 V5.2.3 V5.3.2/V5.4.1-2
    V6.1.1 V6.2.3 V6.2.4/V6.2.12 V6.3.1 V6.3.2 V6.3.3/V6.3.4 V6.3.5/V6.3.7 V6.3.8 V6.4.1 V6.4.3/V6.4.4 V6.5.1 V6.5.2
    V6.5.3/V6.5.5/V6.5.8 V6.6.2/V6.6.3 V7.2.3/V7.2.4 V7.3.1/V7.3.2 V7.4.1/V7.4.2 V7.4.3/V7.5.2 V7.5.1/V7.5.3 V8.1.1/V8.1.2 V8.2.1-3
    V8.3.1/V8.3.2 V8.4.1 V11.1.1/V11.1.2 V11.2.4 V11.3.2-4 V11.4.2 V11.5.1 V12.1.1/V12.3.1-3 V13.2.1-2 V13.2.4-5 V13.3.1
    V13.4.2/V13.4.5-6 V14.2.1 V14.2.4/V14.2.7 V14.3.1-3 V15.1.1/V15.2.1 V15.1.2 V15.3.1/V15.3.3 V15.3.2 V15.3.4 V15.3.5-7 V15.4.2
    V16.3.1-4 V16.4.1-3 V16.5.1-4`.split(/\s+/),
  'V6.2.1 (+63B-4)',
  'V6.2.5, .8, .9, .10',
  'V16.2.1-2, .5',
  '63B-4 §3.2.2',
  '63B-4 §4.2',
  '63B-4 §2.2.3',
  '164.312(a)(2)(i)-(iii)',
  '164.312(a)(2)(iv), (e)',
  '164.312(b), (c)',
  '164.312(d) (NPRM: MFA)',
  'NPRM 164.308',
  'Prisma',
];

const proofs = [...text.matchAll(/`([\w./$-]+\.(?:test|spec|bench)\.tsx?)`: “([^”]+)”/g)].map(
  ([, file = '', fragment = '']) => ({ file, fragment }),
);

/** The names of a file's tests and groups, and the rows of its tables, which are names too. */
function namesIn(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(/[([]\s*(['"`])((?:\\.|(?!\1).)*)\1\s*[,)]/gs)].map(
    ([, , name = '']) => name.replaceAll("\\'", "'"),
  );
}

describe('docs/security.md', () => {
  it('every row of the lists is here, once, and with all its cells', () => {
    const written = rows.map(({ id }) => id);
    for (const id of ids)
      expect(
        written.filter((one) => one === id),
        id,
      ).toHaveLength(1);
    for (const { id, cells } of rows.filter((row) => ids.includes(row.id))) {
      expect(cells, id).toHaveLength(3);
      for (const cell of cells) expect(cell, id).not.toBe('');
    }
  });

  it('each of them names a test, or says why there is none', () => {
    const silent = rows.filter(
      ({ id, cells }) =>
        ids.includes(id) && !/\.(test|spec|bench)\.tsx?`: “|^Does not apply: /.test(cells.at(-1) ?? ''),
    );
    expect(silent.map(({ id }) => id)).toEqual([]);
  });

  it('names tests that are there', () => {
    expect(proofs.length).toBeGreaterThan(150);
    const missing = proofs.filter(
      ({ file, fragment }) => !existsSync(file) || !namesIn(file).some((name) => name.includes(fragment)),
    );
    expect(missing.map(({ file, fragment }) => `${file}: ${fragment}`)).toEqual([]);
  });

  it('names files that are there', () => {
    const files = [...text.matchAll(/`((?:app|docs|prisma|tests)\/[^`]+)`/g)].map(([, file = '']) => file);
    expect([...new Set(files)].filter((file) => !existsSync(file))).toEqual([]);
  });
});
