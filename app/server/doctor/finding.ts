export type Health = 'ok' | 'warn' | 'fail';

/** What one look at one part found. */
export interface Finding {
  part: string;
  health: Health;
  /** What is so; when it is not ok, also what to set or do. One line. */
  words: string;
}

export function found(part: string, health: Health, words: string): Finding {
  return { part, health, words: words.replace(/\s*\n\s*/g, ' ') };
}

/** `3 minutes`, `2 days`: a length of time in milliseconds, rounded down to its largest unit. */
export function spanInWords(milliseconds: number): string {
  const units: [string, number][] = [
    ['day', 86_400_000],
    ['hour', 3_600_000],
    ['minute', 60_000],
  ];
  for (const [name, size] of units) {
    const count = Math.floor(milliseconds / size);
    if (count >= 1) return `${count} ${name}${count === 1 ? '' : 's'}`;
  }
  const count = Math.max(0, Math.floor(milliseconds / 1_000));
  return `${count} second${count === 1 ? '' : 's'}`;
}
