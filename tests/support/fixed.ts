import { readdirSync } from 'node:fs';
import { parseKeyRing } from '#app/crypto/key-ring.server.ts';

/** The key ring of all tests, fixed, so that what the seeded template holds sealed can be opened. */
export const testKeys = parseKeyRing(`t1:${Buffer.alloc(32, 7).toString('base64')}`);

/** When the seeded template was filled: a Sunday morning in November, after the last of the archive's messages. */
export const seededAt = new Date('2026-11-22T14:00:00Z');

/** APP_ORIGIN of a site under test: https as in production, so that cookies are `__Host-` and HSTS is sent. */
export const testOrigin = 'https://portal.riverbend.example';

/** MAIL_FROM of a worker under test. */
export const mailFrom = 'Riverbend Imaging <privacy@riverbend.example>';

/** Every message that the seed posts: the samples, and some of the demo's own. */
export const seedMessageNames = readdirSync('prisma/seed/audit-messages')
  .filter((name) => name.endsWith('.xml'))
  .sort();
