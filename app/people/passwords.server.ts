import { hash, verify } from '@node-rs/argon2';

// OWASP's minimum for argon2id: 19 MiB, 2 passes, 1 lane.
const argon2id = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Longest password taken in: a longer one would only buy a cheap way to keep the server busy. */
export const longestPassword = 1_024;

export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFC'), argon2id);
}

// A hash of nothing anybody knows: verifying against it costs what a real one costs, so that an unknown e-mail address
// answers no sooner than a known one.
const nobodysHash =
  '$argon2id$v=19$m=19456,t=2,p=1$x1gddbEliBJebQpTC1BZ1A$OtGHyDGXbBrF4nNQ0KUCbn2pdj5wH+cj5QjKbSZ0E9M';

/** @param passwordHash null for an account that does not exist: takes the same time, answers false */
export async function isPassword(passwordHash: string | null, password: string): Promise<boolean> {
  const right = await verify(passwordHash ?? nobodysHash, password.normalize('NFC'));
  return right && passwordHash !== null;
}
