import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { newKeyRingEntry, parseKeyRing, type KeyRing } from '#app/crypto/key-ring.server.ts';
import type { Configuration } from './configuration.server.ts';

/**
 * The keys that seal fields: those of APP_KEYS, which production requires. Demo and development have one of their own, kept beside
 * their data: a second start opens what the first one sealed.
 */
export async function keyRingOf({ keys, dataDir }: Configuration): Promise<KeyRing> {
  if (keys) return keys;
  const file = path.join(dataDir, 'app-keys');
  const kept = await readFile(file, 'utf8').catch(() => null);
  if (kept) return parseKeyRing(kept.trim());
  const made = newKeyRingEntry('k1');
  await mkdir(dataDir, { recursive: true });
  await writeFile(file, `${made}\n`, { mode: 0o600, flag: 'wx' });
  return parseKeyRing(made);
}
