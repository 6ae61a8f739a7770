import { hash, verify } from '@node-rs/argon2';
import PQueue from 'p-queue';
import { sameOnAllKeyboards } from './password-rules.ts';

export { longestPassword } from './password-rules.ts';

// OWASP's minimum for argon2id: 19 MiB, 2 passes, 1 lane.
const argon2id = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

// A hash takes a core for some 20 ms. One at a time leaves the other core to the pages, and a queue of sixty is gone in two seconds.
const mostWaiting = 60;
const oneAtATime = new PQueue({ concurrency: 1 });

/** Too many passwords wait to be checked. Nothing was decided; the doors answer 503 and say when to come back. */
export class Busy extends Error {
  override name = 'Busy';
  readonly retryAfterSeconds = 5;
}

function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (oneAtATime.size >= mostWaiting) throw new Busy('too many passwords wait to be checked');
  return oneAtATime.add(work);
}

/** @throws Busy */
export async function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(sameOnAllKeyboards(password), argon2id));
}

// A hash of nothing anybody knows: verifying against it costs what a real one costs, so that an unknown e-mail address
// answers no sooner than a known one.
const nobodysHash =
  '$argon2id$v=19$m=19456,t=2,p=1$x1gddbEliBJebQpTC1BZ1A$OtGHyDGXbBrF4nNQ0KUCbn2pdj5wH+cj5QjKbSZ0E9M';

/**
 * @param passwordHash null for an account that does not exist: takes the same time, answers false
 * @throws Busy
 */
export async function isPassword(passwordHash: string | null, password: string): Promise<boolean> {
  const right = await inTurn(() => verify(passwordHash ?? nobodysHash, sameOnAllKeyboards(password)));
  return right && passwordHash !== null;
}

/** Whether a hash was made with weaker parameters than today's: it is made anew when its password is next known. */
export function isWeakHash(passwordHash: string): boolean {
  const found = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$/.exec(passwordHash);
  if (!found) return true;
  return Number(found[1]) < argon2id.memoryCost || Number(found[2]) < argon2id.timeCost;
}
