/** Why images went somewhere, as far as the picture tells them apart. */
export type MapPurpose = 'care' | 'ai' | 'research' | 'other';

/** Dash pattern of a line, in pixels; solid when undefined. */
export const mapDashes: Record<MapPurpose, string | undefined> = {
  care: undefined,
  ai: '10 6',
  research: '2 6',
  other: '10 5 2 5',
};

/** The picture shows this many; the list below it has them all. */
const mapLimit = 8;

/** The first recipients for the picture, and how many are left out of it. The caller sorts. */
export function shownOnMap<Recipient>(recipients: readonly Recipient[]): {
  shown: readonly Recipient[];
  more: number;
} {
  return { shown: recipients.slice(0, mapLimit), more: Math.max(0, recipients.length - mapLimit) };
}

/**
 * The line from the facility to recipient `index`, in a box 100 wide and one unit high for each of `rows` rows of
 * equal height. It leaves from the middle of the left edge and arrives in the middle of its row.
 */
export function mapPath(index: number, rows: number): string {
  const from = rows / 2;
  const to = index + 0.5;
  return `M0 ${from}C45 ${from} 45 ${to} 100 ${to}`;
}
