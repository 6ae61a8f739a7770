import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { csvOf } from './reports.server.ts';

const starts = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
const formulas = ['1+1', "cmd|' /C calc'!A0", 'HYPERLINK("https://e.example","x")'];
const payloads = starts.flatMap((start) => formulas.map((formula) => `${start}${formula}`));

it('begins no cell like a formula, and loses nothing of 33 that would', () => {
  const text = csvOf([
    ['cell', 'beside it'],
    ...payloads.map((payload) => [payload, 'a, "b"\r\nc']),
    ['plain', -3],
  ]);
  const [, ...rows] = parse(text, { bom: true, record_delimiter: '\r\n' });
  const cells = rows.map(([cell = '']) => cell);
  expect(cells.slice(0, -1)).toEqual(payloads.map((payload) => `'${payload}`));
  expect(cells.filter((cell) => starts.some((start) => cell.startsWith(start)))).toEqual([]);
  expect(rows.slice(0, -1).every(([, beside]) => beside === 'a, "b"\r\nc')).toBe(true);
  // A number is no text: it stays what it is.
  expect(rows.at(-1)).toEqual(['plain', '-3']);
});
