/**
 * Values of one column as one text, which `fromLines` takes apart again: a tenth of what an array costs to write, where there are ten
 * thousand. Nothing stands for null. @throws RangeError for a value with a line break
 */
export function asLines(values: readonly (string | null)[]): string {
  const text = values.map((value) => value ?? '').join('\n');
  let breaks = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) breaks++;
  if (breaks > Math.max(0, values.length - 1)) throw new RangeError('a value of a column has a line break');
  return text;
}

/** SQL for the column that a parameter holds. Beside longer ones `unnest` fills it up with nulls. */
export function fromLines(parameter: `$${number}`, type: string): string {
  return `string_to_array(${parameter}::text, E'\\n', '')::${type}[]`;
}
