import path from 'node:path';
import { z } from 'zod';
import { networkIn } from '#app/disclosures/ingest/syslog/udp.server.ts';
import { KeyRingError, parseKeyRing, type KeyRing } from '#app/crypto/key-ring.server.ts';
import type { WebhookSettings } from '#app/db/world.ts';
import { StartRefusal } from './start-refusal.ts';

export interface Configuration {
  mode: 'demo' | 'production' | 'development';
  port: number;
  appOrigin: string;
  /** Demo and development keep their data apart from real data, and from each other: in a folder of their own inside DATA_DIR. */
  dataDir: string;
  /** Null: the embedded PostgreSQL under `dataDir`. */
  databaseUrl: string | null;
  /** Of the same database, as the owner of its tables: for the start alone. Null: `databaseUrl` is the owner's. */
  migrationDatabaseUrl: string | null;
  /** Where signed checkpoints of the audit chain are kept. */
  checkpointFile: string;
  /** Null: demo mode makes its own and keeps it in `dataDir`. */
  keys: KeyRing | null;
  /** Null: mail goes to the outbox page (demo mode only). */
  smtpUrl: string | null;
  mailFrom: string;
  trustedProxies: string[];
  /** Null: it listens on no port for syslog. */
  syslog: {
    tls: { port: number; keyFile: string; certificateFile: string; authoritiesFile: string } | null;
    /** `from`: networks in CIDR notation. */
    udp: { port: number; from: string[] } | null;
  } | null;
  /** Where webhooks to companies may go. */
  webhooks: WebhookSettings;
  logLevel: string;
}

const origin = z
  .url()
  .refine(
    (text) => URL.canParse(text) && new URL(text).origin === text,
    'is scheme and host only, as in https://privacy.example.org',
  );

const databaseAddress = z
  .string()
  .regex(/^postgres(ql)?:\/\//, 'starts with postgres://')
  .refine(
    (text) => URL.canParse(text),
    'is an address, as in postgres://plainview:password@db.example.org/plainview',
  );

const portNumber = z.coerce.number('is a port number').int('is a port number').min(0).max(65_535);

const listed = (text: string) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);

function isNetwork(text: string): boolean {
  try {
    return networkIn(text) !== null;
  } catch {
    return false;
  }
}

const isHostName = (text: string) => /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/i.test(text);

/** Every setting there is. `.env.example` explains each. */
export const settings = z.object({
  PORT: portNumber.default(3000),
  APP_ORIGIN: origin.optional(),
  DATA_DIR: z.string().min(1).default('.data'),
  DATABASE_URL: databaseAddress.optional(),
  MIGRATION_DATABASE_URL: databaseAddress.optional(),
  AUDIT_CHECKPOINT_FILE: z.string().min(1).optional(),
  APP_KEYS: z.string().optional(),
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\//, 'starts with smtp:// or smtps://')
    .optional(),
  MAIL_FROM: z.string().min(3).default('Plainview <plainview@localhost>'),
  TRUSTED_PROXIES: z.string().default(''),
  SYSLOG_TLS_PORT: portNumber.optional(),
  SYSLOG_TLS_CERT_FILE: z.string().min(1).optional(),
  SYSLOG_TLS_KEY_FILE: z.string().min(1).optional(),
  SYSLOG_TLS_CA_FILE: z.string().min(1).optional(),
  SYSLOG_UDP_PORT: portNumber.optional(),
  SYSLOG_UDP_FROM: z
    .string()
    .refine((text) => listed(text).every(isNetwork), 'names networks with commas between, as in 10.20.0.0/16')
    .optional(),
  WEBHOOK_HOSTS: z
    .string()
    .refine(
      (text) => listed(text).every(isHostName),
      'names hosts with commas between, as in hooks.vendor.example',
    )
    .optional(),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'], 'is debug, info, warn, error or silent')
    .default('info'),
});

/** The keys that stand in `.env.example`: everybody knows them. */
const sampleKeys = 'k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';
const makeKeys = 'make one with: npm run -s admin -- keys new';

export interface WrongSetting {
  /** Its name in the environment. */
  setting: string;
  /** What is wrong, and what to set; reads on from the name. */
  problem: string;
}

/**
 * Reads the environment. Outside demo and development nothing secret has a default.
 * @throws StartRefusal naming every setting that is missing or wrong, and what to set
 */
export function readConfiguration(
  env: Record<string, string | undefined>,
  mode: Configuration['mode'],
): Configuration {
  const { configuration, wrong } = judgeSettings(env, mode);
  if (!configuration || wrong.length > 0)
    throw refusal(wrong.map(({ setting, problem }) => `${setting} ${problem}`));
  return configuration;
}

/**
 * The same without refusing: everything that is wrong, and the configuration as far as it goes (a wrong secret is null in it; null as
 * a whole when a setting cannot be read).
 */
export function judgeSettings(
  env: Record<string, string | undefined>,
  mode: Configuration['mode'],
): { configuration: Configuration | null; wrong: WrongSetting[] } {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = settings.safeParse(given);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map((issue) => ({
      setting: issue.path.join('.'),
      problem: issue.message,
    }));
    return { configuration: null, wrong };
  }
  const { data } = parsed;
  const wrong: WrongSetting[] = [];
  const note = (setting: string, problem: string) => wrong.push({ setting, problem });

  const own = mode === 'production';
  const appOrigin = data.APP_ORIGIN ?? `http://localhost:${data.PORT}`;
  if (own && !data.APP_ORIGIN)
    note('APP_ORIGIN', 'is missing: the address people use, as in https://privacy.example.org');
  if (own && !appOrigin.startsWith('https:') && new URL(appOrigin).hostname !== 'localhost') {
    note('APP_ORIGIN', 'has to start with https:// (a proxy in front of Plainview may end TLS)');
  }
  if (own && !data.SMTP_URL)
    note('SMTP_URL', 'is missing: where mail is handed over, as in smtps://user:password@mail.example.org');
  if (own && data.DATABASE_URL && !isEncryptedDatabase(data.DATABASE_URL)) {
    note(
      'DATABASE_URL',
      'goes to another machine without TLS: add ?sslmode=verify-full (and sslrootcert=FILE for an authority of your own)',
    );
  }
  if (own && data.SMTP_URL && !isEncryptedMail(data.SMTP_URL)) {
    note('SMTP_URL', 'goes to another machine without TLS: use smtps://, or add ?requireTLS=true');
  }
  if (own && !data.APP_KEYS) note('APP_KEYS', `is missing: ${makeKeys}`);
  if (data.APP_KEYS === sampleKeys) note('APP_KEYS', `is the sample of .env.example: ${makeKeys}`);
  let keys: KeyRing | null = null;
  try {
    keys = data.APP_KEYS ? parseKeyRing(data.APP_KEYS) : null;
  } catch (error) {
    if (!(error instanceof KeyRingError)) throw error;
    note('APP_KEYS', `cannot be read: ${error.message}; ${makeKeys}`);
  }

  if (data.MIGRATION_DATABASE_URL && !data.DATABASE_URL)
    note('MIGRATION_DATABASE_URL', 'is of no use without DATABASE_URL');

  const dataDir = own ? data.DATA_DIR : path.join(data.DATA_DIR, mode);
  const configuration = {
    mode,
    port: data.PORT,
    appOrigin,
    dataDir,
    databaseUrl: data.DATABASE_URL ?? null,
    migrationDatabaseUrl: data.MIGRATION_DATABASE_URL ?? null,
    checkpointFile: data.AUDIT_CHECKPOINT_FILE ?? path.join(dataDir, 'audit-checkpoints.jsonl'),
    keys,
    smtpUrl: data.SMTP_URL ?? null,
    mailFrom: data.MAIL_FROM,
    trustedProxies: listed(data.TRUSTED_PROXIES),
    syslog: syslogOf(data, note),
    webhooks: {
      hosts: [
        ...listed(data.WEBHOOK_HOSTS ?? '').map((host) => host.toLowerCase()),
        ...(own ? [] : ['localhost']),
      ],
      ownMachine: !own,
    },
    logLevel: data.LOG_LEVEL,
  };
  return { configuration, wrong };
}

function syslogOf(
  data: z.output<typeof settings>,
  note: (setting: string, problem: string) => void,
): Configuration['syslog'] {
  const { SYSLOG_TLS_PORT, SYSLOG_TLS_CERT_FILE, SYSLOG_TLS_KEY_FILE, SYSLOG_TLS_CA_FILE } = data;
  const files = { SYSLOG_TLS_CERT_FILE, SYSLOG_TLS_KEY_FILE, SYSLOG_TLS_CA_FILE };
  if (SYSLOG_TLS_PORT !== undefined)
    for (const [name, file] of Object.entries(files))
      if (!file)
        note(name, 'is missing: syslog by TLS needs certificates on both sides (docs/connect-rsyslog.md)');
  const from = listed(data.SYSLOG_UDP_FROM ?? '');
  if (data.SYSLOG_UDP_PORT !== undefined && from.length === 0)
    note(
      'SYSLOG_UDP_FROM',
      'is missing: UDP proves no sender, so name the networks it is taken from, as in 10.20.0.0/16',
    );
  const tls =
    SYSLOG_TLS_PORT !== undefined && SYSLOG_TLS_CERT_FILE && SYSLOG_TLS_KEY_FILE && SYSLOG_TLS_CA_FILE
      ? {
          port: SYSLOG_TLS_PORT,
          keyFile: SYSLOG_TLS_KEY_FILE,
          certificateFile: SYSLOG_TLS_CERT_FILE,
          authoritiesFile: SYSLOG_TLS_CA_FILE,
        }
      : null;
  const udp =
    data.SYSLOG_UDP_PORT !== undefined && from.length > 0 ? { port: data.SYSLOG_UDP_PORT, from } : null;
  return tls || udp ? { tls, udp } : null;
}

/** Health data does not cross a network in the clear (45 CFR 164.312(e); ASVS 5.0 V12.3). A socket of this machine is no network. */
function isEncryptedDatabase(text: string): boolean {
  const url = new URL(text);
  const host = url.searchParams.get('host') ?? url.hostname;
  return isThisMachine(host) || ['verify-full', 'verify-ca'].includes(url.searchParams.get('sslmode') ?? '');
}

function isEncryptedMail(text: string): boolean {
  const url = new URL(text);
  return (
    url.protocol === 'smtps:' || isThisMachine(url.hostname) || url.searchParams.get('requireTLS') === 'true'
  );
}

function isThisMachine(host: string): boolean {
  return host === '' || host.startsWith('/') || ['localhost', '127.0.0.1', '[::1]', '::1'].includes(host);
}

function refusal(wrong: string[]): StartRefusal {
  return new StartRefusal(
    'badConfiguration',
    `The settings are not complete:\n${wrong.map((line) => `  - ${line}`).join('\n')}`,
    'Set them in the environment or in .env; .env.example explains each.',
  );
}
