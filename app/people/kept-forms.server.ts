import { z } from 'zod';
import { KeyRingError, open, seal } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import { newSecret, sha256Hex } from '#app/crypto/tokens.server.ts';
import type { Db } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';

const keptFor = 24 * 60 * 60_000;
const mostCharacters = 200_000;
const mostOfOnePerson = 20;

/** Fields whose text is kept nowhere: the person types it again. */
const secretName = /password|current|code|secret|passkey|sealed|token|response/i;
const plainName = /^[a-z][A-Za-z]{0,40}$/;

/** Stands in the place of files that were with the form. No field has a name with a hyphen. */
const fileMark: [string, string] = ['had-file', 'yes'];

const content = z.array(z.tuple([z.string(), z.string()]));

export interface KeptForm {
  /** Names it in an address; only its owner gets anything by it. */
  name: string;
  /** Path of this site that the form was sent to. */
  path: string;
  fields: [name: string, text: string][];
  /** Files were with it, which are not kept: sent as it is, it would go without what it speaks of. */
  hadFile: boolean;
  keptAt: Date;
}

/**
 * Keeps a form that came after its session had ended, sealed, until its owner has signed in again. Passwords, codes and files are left
 * out. @returns the value of the cookie that finds it; null when there is nothing to keep
 */
export async function keepForm(
  world: World,
  { userId, path, form }: { userId: string; path: string; form: FormData },
): Promise<string | null> {
  const fields = [...form.entries()].filter(
    (entry): entry is [string, string] =>
      typeof entry[1] === 'string' && plainName.test(entry[0]) && !secretName.test(entry[0]),
  );
  const hadFile = [...form.values()].some((value) => typeof value !== 'string' && value.size > 0);
  const text = JSON.stringify(hadFile ? [...fields, fileMark] : fields);
  if (fields.length === 0 || text.length > mostCharacters) return null;
  const now = world.clock();
  const secret = newSecret();
  const idHash = sha256Hex(secret);
  if ((await world.db.keptForm.count({ where: { userId, expiresAt: { gt: now } } })) >= mostOfOnePerson)
    return null;
  await world.db.keptForm.create({
    data: {
      idHash,
      userId,
      path,
      fieldsSealed: seal(world.keys, text, boundTo('kept_form', idHash)),
      keptAt: now,
      expiresAt: new Date(now.getTime() + keptFor),
    },
    select: { idHash: true },
  });
  return secret;
}

/** The name of the form that a browser's cookie finds, if it is this person's. */
export async function keptFormNamed(world: World, userId: string, secret: string): Promise<string | null> {
  const row = await world.db.keptForm.findFirst({
    where: { idHash: sha256Hex(secret), userId, expiresAt: { gt: world.clock() } },
    select: { idHash: true },
  });
  return row?.idHash ?? null;
}

/** A kept form, for its owner alone. */
export async function keptForm(world: World, userId: string, name: string): Promise<KeptForm | null> {
  const row = await world.db.keptForm.findFirst({
    where: { idHash: name, userId, expiresAt: { gt: world.clock() } },
    select: { path: true, fieldsSealed: true, keptAt: true },
  });
  if (!row) return null;
  try {
    const text = open(world.keys, row.fieldsSealed, boundTo('kept_form', name)).toString();
    const kept = content.parse(JSON.parse(text));
    const fields = kept.filter(([field]) => field !== fileMark[0]);
    return { name, path: row.path, keptAt: row.keptAt, fields, hadFile: fields.length < kept.length };
  } catch (error) {
    // Sealed with a key that was retired since: it cannot be read any more.
    if (error instanceof KeyRingError) return null;
    throw error;
  }
}

/** Throws a kept form away. */
export async function dropKeptForm(world: World, userId: string, name: string): Promise<void> {
  await world.db.keptForm.deleteMany({ where: { idHash: name, userId } });
}

/** Removes kept forms that nobody came back for. */
export async function sweepKeptForms(db: Db, now: Date): Promise<number> {
  const { count } = await db.keptForm.deleteMany({ where: { expiresAt: { lte: now } } });
  return count;
}
