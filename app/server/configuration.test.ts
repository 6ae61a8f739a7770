import { readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readConfiguration, settings } from './configuration.server.ts';
import { StartRefusal } from './start-refusal.ts';

const example = await readFile('.env.example', 'utf8');
const key = `k1:${Buffer.alloc(32, 1).toString('base64')}`;
const whole = {
  APP_ORIGIN: 'https://privacy.example.org',
  SMTP_URL: 'smtps://mail.example.org',
  APP_KEYS: key,
};

function refusal(env: Record<string, string>): string {
  try {
    readConfiguration(env, 'production');
  } catch (error) {
    if (error instanceof StartRefusal) return error.message;
    throw error;
  }
  throw new Error('It was not refused');
}

describe('.env.example', () => {
  const listed = [...example.matchAll(/^#? ?([A-Z][A-Z_]+)=/gm)].map(([, name]) => name);

  it('lists every setting once, and no other', () => {
    expect([...listed].sort()).toEqual(Object.keys(settings.shape).sort());
  });

  it('explains each one in a sentence above it', () => {
    for (const name of listed) {
      const above = example
        .split(new RegExp(`^#? ?${name}=`, 'm'))[0]
        ?.trimEnd()
        .split('\n')
        .at(-1);
      expect(above, name).toMatch(/^# .+[.:]/);
    }
  });

  it('shows the defaults that the code has', () => {
    const shown = parseEnv(example.replace(/^# ([A-Z_]+=.+)$/gm, '$1'));
    for (const [name, value] of Object.entries(settings.parse({}))) {
      if (value !== undefined) expect(shown[name] ?? '', name).toBe(String(value));
    }
  });

  it('is refused as it stands: its key is known to everybody', () => {
    expect(refusal(parseEnv(example) as Record<string, string>)).toContain(
      'APP_KEYS is the sample of .env.example: make one with: npm run -s admin -- keys new',
    );
  });
});

describe('readConfiguration', () => {
  it('takes what production needs', () => {
    const configuration = readConfiguration(
      { ...whole, TRUSTED_PROXIES: '10.0.0.1, 10.0.0.2' },
      'production',
    );
    expect(configuration).toMatchObject({
      appOrigin: 'https://privacy.example.org',
      port: 3000,
      dataDir: '.data',
      databaseUrl: null,
      trustedProxies: ['10.0.0.1', '10.0.0.2'],
    });
    expect(configuration.keys?.currentId).toBe('k1');
  });

  it('names everything that is missing at once', () => {
    const words = refusal({});
    for (const name of ['APP_ORIGIN', 'SMTP_URL', 'APP_KEYS']) expect(words).toContain(`${name} is missing`);
  });

  it.each([
    [{ APP_ORIGIN: 'http://privacy.example.org' }, 'APP_ORIGIN has to start with https://'],
    [{ APP_ORIGIN: 'https://privacy.example.org/portal' }, 'APP_ORIGIN is scheme and host only'],
    [{ PORT: 'eighty' }, 'PORT is a port number'],
    [{ DATABASE_URL: 'mysql://db' }, 'DATABASE_URL starts with postgres://'],
    [{ SMTP_URL: 'mail.example.org' }, 'SMTP_URL starts with smtp:// or smtps://'],
    [{ APP_KEYS: 'k1:dG9vIHNob3J0' }, 'key "k1" is not 32 bytes of base64'],
    [{ DATABASE_URL: 'postgres://u:p@db.example.org/x' }, 'DATABASE_URL goes to another machine without TLS'],
    [{ DATABASE_URL: 'postgres://u:p@10.0.0.5/x?sslmode=disable' }, 'add ?sslmode=verify-full'],
    [{ DATABASE_URL: 'postgres://u:p@10.0.0.5/x?sslmode=no-verify' }, 'add ?sslmode=verify-full'],
    [{ DATABASE_URL: 'postgres://u:p@localhost/x?host=db.example.org' }, 'add ?sslmode=verify-full'],
    [{ SMTP_URL: 'smtp://mail.example.org' }, 'SMTP_URL goes to another machine without TLS'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL is debug, info, warn, error or silent'],
  ])('refuses %j', (wrong, words) => {
    expect(refusal({ ...whole, ...wrong })).toContain(words);
  });

  it.each([
    { DATABASE_URL: 'postgres://u:p@db.example.org/x?sslmode=verify-full' },
    { DATABASE_URL: 'postgres://u:p@127.0.0.1:5432/x' },
    { DATABASE_URL: 'postgres://u@localhost/x?host=/var/run/postgresql' },
    { SMTP_URL: 'smtp://mail.example.org?requireTLS=true' },
    { SMTP_URL: 'smtp://localhost:25' },
  ])('takes %j', (right) => {
    expect(() => readConfiguration({ ...whole, ...right }, 'production')).not.toThrow();
  });

  it('never repeats a secret in a refusal', () => {
    expect(refusal({ ...whole, APP_KEYS: 'k1:dG9vIHNob3J0' })).not.toContain('dG9vIHNob3J0');
  });

  it('keeps the data of the demo apart, and needs no secret for it', () => {
    const demo = readConfiguration({ PORT: '3100' }, 'demo');
    expect(demo).toMatchObject({
      appOrigin: 'http://localhost:3100',
      dataDir: '.data/demo',
      keys: null,
      smtpUrl: null,
    });
  });
});
