import { createHash, randomBytes } from 'node:crypto';
import { link, open, rename, stat, unlink, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { partCipher } from '#app/crypto/file-cipher.server.ts';
import type { KeyRing } from '#app/crypto/key-ring.server.ts';
import { signingKey } from '#app/crypto/signing.server.ts';
import {
  backupManifest,
  type BackupFacts,
  type BackupHead,
  type BackupManifest,
  type BackupPart,
} from './manifest.ts';

// The file: one line that names the format; the parts, one after the other; the manifest and its signature, a line each; and where the
// manifest begins, in 16 digits and a line end.
const head = Buffer.from('plainview backup 1\n');
const footLength = 17;
const manifestLimit = 16_000_000; // bytes

/** Why a file is not taken for a back-up; the message says it to an operator. */
export class BackupRefusal extends Error {
  override name = 'BackupRefusal';
}

const purpose = 'backup manifest';
const proofPurpose = 'backup key';

export interface BackupWriter {
  /** Compresses, seals and writes one part. @param rows how many there were, asked once they are written */
  add(
    part: Pick<BackupPart, 'kind' | 'name' | 'columns'>,
    source: Readable,
    rows: () => number,
  ): Promise<void>;
}

/**
 * Writes a back-up under another name, which it gets once it is whole and on the disk. Nothing is overwritten; what fails leaves nothing,
 * what is killed leaves `<file>.unfinished`.
 * @param about what is known before; `work` gives the parts to the writer and returns the rest
 * @throws BackupRefusal when the name is taken, by a file or by an unfinished one
 */
export async function writeBackup(
  file: string,
  keys: KeyRing,
  about: BackupHead,
  work: (writer: BackupWriter) => Promise<BackupFacts>,
): Promise<BackupManifest> {
  const unfinished = `${file}.unfinished`;
  if (await isThere(file)) throw new BackupRefusal(`${file} is there already: a back-up overwrites nothing.`);
  const handle = await open(unfinished, 'wx', 0o600).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error;
    throw new BackupRefusal(
      `${unfinished} is there: another back-up is being written, or one was killed. When none runs, delete it.`,
    );
  });
  try {
    const manifest = await writeAll(handle, keys, about, work);
    await handle.sync();
    await handle.close();
    await giveName(unfinished, file);
    return manifest;
  } catch (error) {
    await handle.close().catch(() => undefined);
    await unlink(unfinished).catch(() => undefined);
    throw error;
  }
}

async function writeAll(
  handle: FileHandle,
  keys: KeyRing,
  about: BackupHead,
  work: (writer: BackupWriter) => Promise<BackupFacts>,
): Promise<BackupManifest> {
  const key = keyOf(keys, keys.currentId);
  const salt = randomBytes(32);
  const parts: BackupPart[] = [];
  let written = head.length;
  await handle.writeFile(head);
  const { keyIds, ...facts } = await work({
    add: async (part, source, rows) => {
      const hash = createHash('sha256');
      const start = written;
      const { sealing } = partCipher(key, salt, labelOf(part));
      await pipeline(source, createGzip(), sealing(), async (chunks: AsyncIterable<Buffer>) => {
        for await (const chunk of chunks) {
          hash.update(chunk);
          await handle.writeFile(chunk);
          written += chunk.length;
        }
      });
      parts.push({ ...part, rows: rows(), bytes: written - start, sha256: hash.digest('hex') });
    },
  });
  const manifest: BackupManifest = {
    format: 1,
    ...about,
    ...facts,
    keyId: keys.currentId,
    salt: salt.toString('base64url'),
    keys: keyIds.map((id) => {
      const sealedWith = keys.keys.get(id);
      return { id, proof: sealedWith ? signingKey(sealedWith, proofPurpose).sign(about.id) : null };
    }),
    parts,
  };
  const text = JSON.stringify(manifest);
  await handle.writeFile(
    `${text}\n${signingKey(key, purpose).sign(text)}\n${String(written).padStart(footLength - 1, '0')}\n`,
  );
  return manifest;
}

/** A hard link refuses a name that is taken; where the disk has none, the name is looked at once more. */
async function giveName(unfinished: string, file: string): Promise<void> {
  try {
    await link(unfinished, file);
    await unlink(unfinished);
  } catch (error) {
    if (codeOf(error) === 'EEXIST' || (await isThere(file)))
      throw new BackupRefusal(`${file} is there already: a back-up overwrites nothing.`);
    await rename(unfinished, file);
  }
  const folder = await open(path.dirname(path.resolve(file)), 'r');
  await folder.sync().finally(() => folder.close());
}

export interface OpenBackup {
  manifest: BackupManifest;
  /** Reads the whole file, and holds every part against its hash. @throws BackupRefusal */
  check(): Promise<void>;
  /** Opens one part into `sink`, in the form in which it was taken. @throws BackupRefusal when it is not as it was signed */
  read(part: BackupPart, sink: Writable): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a back-up and checks its manifest: whole, signed with a key of the ring, and the ring has every key that its values need.
 * @throws BackupRefusal
 */
export async function openBackup(file: string, keys: KeyRing): Promise<OpenBackup> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw new BackupRefusal(`${file} cannot be read (${codeOf(error) ?? String(error)}).`);
  });
  try {
    const { manifest, end } = await readManifest(handle, file, keys);
    const key = keyOf(keys, manifest.keyId);
    const salt = Buffer.from(manifest.salt, 'base64url');
    let at = head.length;
    const places = new Map<BackupPart, { start: number; end: number }>();
    for (const part of manifest.parts) places.set(part, { start: at, end: (at += part.bytes) });
    if (at !== end)
      throw new BackupRefusal(`${file} is not whole: its parts are not as long as they should be.`);

    /** The sealed bytes of a part. Fails after the last one when they are others than those that were signed. */
    async function* sealedBytes(part: BackupPart): AsyncGenerator<Buffer> {
      const place = places.get(part);
      if (!place) throw new Error(`not a part of ${file}: ${part.name}`);
      const hash = createHash('sha256');
      const chunk = Buffer.alloc(65_536);
      for (let from = place.start; from < place.end;) {
        const { bytesRead } = await handle.read(chunk, 0, Math.min(chunk.length, place.end - from), from);
        if (bytesRead === 0) break;
        const bytes = Buffer.from(chunk.subarray(0, bytesRead));
        hash.update(bytes);
        from += bytesRead;
        yield bytes;
      }
      if (hash.digest('hex') !== part.sha256)
        throw new BackupRefusal(`${file} was changed or is damaged: ${part.name} is not as it was signed.`);
    }
    return {
      manifest,
      check: async () => {
        for (const part of manifest.parts) for await (const bytes of sealedBytes(part)) void bytes;
      },
      read: (part, sink) =>
        pipeline(
          () => sealedBytes(part),
          partCipher(key, salt, labelOf(part)).opening(),
          createGunzip(),
          sink,
        ),
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function readManifest(
  handle: FileHandle,
  file: string,
  keys: KeyRing,
): Promise<{ manifest: BackupManifest; end: number }> {
  const { size } = await handle.stat();
  const first = await bytesAt(handle, 0, head.length);
  if (!first.equals(head)) throw new BackupRefusal(`${file} is no back-up of Plainview.`);
  const foot = (await bytesAt(handle, Math.max(0, size - footLength), footLength)).toString('latin1');
  const end = /^\d{16}\n$/.test(foot) ? Number(foot) : -1;
  const length = size - footLength - end;
  if (end < head.length || length <= 0 || length > manifestLimit)
    throw new BackupRefusal(`${file} is not whole: its end is missing.`);
  const [text = '', signature = ''] = (await bytesAt(handle, end, length)).toString('utf8').split('\n');
  const manifest = asManifest(text);
  if (!manifest)
    throw new BackupRefusal(
      `${file} is damaged, or from a newer Plainview: its list of contents cannot be read.`,
    );
  const key = keys.keys.get(manifest.keyId);
  if (!key)
    throw new BackupRefusal(
      `This back-up needs ${keysInWords([manifest.keyId, ...manifest.keys.map(({ id }) => id)], keys)}, not in APP_KEYS.`,
    );
  if (!signingKey(key, purpose).verifies(text, signature))
    throw new BackupRefusal(
      `${file} was changed, or "${manifest.keyId}" of APP_KEYS is another key than the one that signed it.`,
    );
  refuseOtherKeys(manifest, keys);
  return { manifest, end };
}

function refuseOtherKeys(manifest: BackupManifest, keys: KeyRing): void {
  const needed = manifest.keys.filter(({ proof }) => proof !== null);
  const missing = needed.filter(({ id }) => !keys.keys.has(id)).map(({ id }) => id);
  if (missing.length > 0)
    throw new BackupRefusal(`This back-up needs ${keysInWords(missing, keys)}, not in APP_KEYS.`);
  const other = needed.filter(
    ({ id, proof }) => !signingKey(keyOf(keys, id), proofPurpose).verifies(manifest.id, proof ?? ''),
  );
  if (other.length > 0)
    throw new BackupRefusal(
      `${other.map(({ id }) => `"${id}"`).join(', ')} of APP_KEYS: another key of that name sealed what is in this back-up.`,
    );
}

function keysInWords(ids: string[], keys: KeyRing): string {
  const missing = [...new Set(ids)].filter((id) => !keys.keys.has(id)).map((id) => `"${id}"`);
  return `the key${missing.length === 1 ? '' : 's'} ${missing.join(', ')}`;
}

function asManifest(text: string): BackupManifest | null {
  try {
    return backupManifest.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

async function bytesAt(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await handle.read(bytes, 0, length, at);
  return bytes.subarray(0, bytesRead);
}

function keyOf({ keys }: KeyRing, id: string): Buffer {
  const key = keys.get(id);
  if (!key) throw new Error(`the key ${id} is missing`);
  return key;
}

const labelOf = ({ kind, name }: Pick<BackupPart, 'kind' | 'name'>) => `${kind}:${name}`;

const isThere = (file: string) =>
  stat(file).then(
    () => true,
    () => false,
  );

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : null);
