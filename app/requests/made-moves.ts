import { moves } from './moves.ts';

interface Happened {
  type: string;
  before: unknown;
  after: unknown;
}

const moveEvents = new Set<string>(Object.values(moves).map(({ event }) => event));

/**
 * Whether an event is one of those that raise their request's version by one: a move; a payment, which moves the last day where the
 * period begins with it; a shorter time that it asks about; a change of what goes out with the answer.
 */
export function isOfVersion(event: Happened): boolean {
  return (
    moveEvents.has(event.type) || event.type === 'request.narrowed' || isOfFee(event) || isOfRelease(event)
  );
}

function isOfFee({ type, after }: Happened): boolean {
  return type === 'request.dueMoved' && (after as { because?: string } | null)?.because === 'feePaid';
}

function isOfRelease({ type, before, after }: Happened): boolean {
  const facts = type === 'request.fileAdded' ? after : type === 'request.fileTakenBack' ? before : null;
  return (facts as { use?: string } | null)?.use === 'forRelease';
}

/**
 * What raised a request's version last, oldest first.
 * @param events the request's, oldest first @param made by how much it rose
 */
export function madeSince<Event extends Happened>(events: readonly Event[], made: number): Event[] {
  return made > 0 ? events.filter(isOfVersion).slice(-made) : [];
}
