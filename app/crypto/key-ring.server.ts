import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { fewRandomBytes } from './random-bytes.server.ts';

/** The keys that seal fields at rest. The first one seals; every one opens what it sealed. */
export interface KeyRing {
  readonly currentId: string;
  readonly keys: ReadonlyMap<string, Buffer>;
}

export class KeyRingError extends Error {
  override name = 'KeyRingError';
}

const keyId = /^[a-z0-9][a-z0-9-]{0,15}$/;

/**
 * Reads `APP_KEYS`: `id:base64` pairs parted by commas, 32 bytes each, the current one first.
 * @throws KeyRingError saying what is wrong with which entry, never a key itself
 */
export function parseKeyRing(text: string): KeyRing {
  const keys = new Map<string, Buffer>();
  for (const entry of text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)) {
    const colon = entry.indexOf(':');
    const id = entry.slice(0, colon);
    if (colon < 0 || !keyId.test(id))
      throw new KeyRingError('each key is written id:base64, the id in lower case');
    const key = Buffer.from(entry.slice(colon + 1), 'base64');
    if (key.length !== 32) throw new KeyRingError(`key "${id}" is not 32 bytes of base64`);
    if (keys.has(id)) throw new KeyRingError(`key id "${id}" is there twice`);
    keys.set(id, key);
  }
  const [currentId] = keys.keys();
  if (!currentId) throw new KeyRingError('there is no key in it');
  return { currentId, keys };
}

/** A new entry for `APP_KEYS`. */
export function newKeyRingEntry(id: string): string {
  return `${id}:${randomBytes(32).toString('base64')}`;
}

/**
 * Seals a value with AES-256-GCM. `boundTo` (table, column and row id) and the key's id are bound in, so a sealed value moved to
 * another row does not open.
 */
export function seal(ring: KeyRing, value: string | Uint8Array, boundTo: string): string {
  const key = ring.keys.get(ring.currentId);
  if (!key) throw new KeyRingError('the current key is missing');
  const nonce = fewRandomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(boundData(ring.currentId, boundTo));
  const sealed = [nonce, cipher.update(value), cipher.final(), cipher.getAuthTag()];
  return ['v1', ring.currentId, Buffer.concat(sealed).toString('base64url')].join('.');
}

/** @throws KeyRingError when the key is not in the ring, or the value was changed or belongs to another row */
export function open(ring: KeyRing, sealed: string, boundTo: string): Buffer {
  const [version, id, body] = sealed.split('.');
  if (version !== 'v1' || id === undefined || body === undefined)
    throw new KeyRingError('this is not a sealed value');
  const key = ring.keys.get(id);
  if (!key) throw new KeyRingError(`key "${id}" is not in APP_KEYS`);
  const bytes = Buffer.from(body, 'base64url');
  if (bytes.length < 12 + 16) throw new KeyRingError('this is not a sealed value');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
  decipher.setAAD(boundData(id, boundTo));
  decipher.setAuthTag(bytes.subarray(-16));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
  } catch {
    throw new KeyRingError('a sealed value does not open: it was changed, or belongs to another row');
  }
}

/** How many bytes a sealed value holds, told by its length alone. @param octets of the sealed value @param keyId the second part of it */
export function openedByteCount(octets: number, keyId: string): number {
  return Math.floor(((octets - `v1.${keyId}.`.length) * 3) / 4) - 12 - 16;
}

function boundData(id: string, boundTo: string): Buffer {
  return Buffer.from(`plainview:v1:${id}:${boundTo}`);
}
