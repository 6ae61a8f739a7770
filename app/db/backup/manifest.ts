import { z } from 'zod';

const name = z.string().min(1).max(200);
const whole = z.number().int().min(0);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const bigNumber = z.string().regex(/^-?\d{1,19}$/);

/** One table, or the queue's jobs: rows as PostgreSQL's COPY writes them (text format), compressed, then sealed. */
const backupPart = z.strictObject({
  kind: z.enum(['table', 'jobs']),
  name,
  columns: z.array(name),
  rows: whole,
  /** Of the sealed bytes. */
  bytes: whole,
  sha256,
});
export type BackupPart = z.infer<typeof backupPart>;

/** What a back-up holds. It stands at the end of the file, signed with a key of the ring. */
export const backupManifest = z.strictObject({
  format: z.literal(1),
  id: z.uuid(),
  /** What is committed by then is in it. */
  takenAt: z.iso.datetime(),
  /** What the installation is for: a demo is never restored as real data, nor the other way round. */
  madeBy: z.enum(['demo', 'production']),
  postgres: z.string(),
  /** The key of the ring that signed this and sealed the parts. */
  keyId: name,
  /** Base64url; no other file has it. */
  salt: z.string().min(22),
  /** Keys that sealed values inside the tables. The proof is a signature of `id` with that key; null where the maker did not have it. */
  keys: z.array(z.strictObject({ id: name, proof: z.string().nullable() })),
  migrations: z.array(z.strictObject({ name, checksum: z.string() })),
  /** The newest link of the audit chain; null where there is none. */
  chain: z.strictObject({ sequence: bigNumber, hash: sha256 }).nullable(),
  /** Where the chain was broken already when the back-up was taken; null: it was whole. */
  chainBrokenAt: bigNumber.nullable(),
  sequences: z.array(z.strictObject({ name, value: bigNumber, isCalled: z.boolean() })),
  parts: z.array(backupPart),
});
export type BackupManifest = z.infer<typeof backupManifest>;

/** What the database says of itself, in the transaction that reads its rows. */
export type BackupFacts = Pick<BackupManifest, 'postgres' | 'migrations' | 'chain' | 'sequences'> & {
  keyIds: string[];
};

/** What is known before the rows are read. */
export type BackupHead = Pick<BackupManifest, 'id' | 'takenAt' | 'madeBy' | 'chainBrokenAt'>;
