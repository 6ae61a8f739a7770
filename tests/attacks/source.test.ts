import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

function* sources(folder: string): Generator<[file: string, text: string]> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (file === path.join('app', 'db', 'generated')) continue;
    if (entry.isDirectory()) yield* sources(file);
    else if (/\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name)) {
      yield [file, readFileSync(file, 'utf8')];
    }
  }
}
const all = [...sources('app'), ...sources('emails'), ...sources('prisma')];

const filesWith = (pattern: RegExp) => all.filter(([, text]) => pattern.test(text)).map(([file]) => file);

describe('the source holds no', () => {
  it.each([
    ['SQL put together from text (V1.2.4)', /queryRawUnsafe|executeRawUnsafe|Prisma\.raw\b/],
    ['regular expression made of text (V1.2.9)', /new RegExp\(|\bRegExp\(/],
    ['markup made of text (V1.2.1)', /dangerouslySetInnerHTML|\.innerHTML\b|document\.write/],
    ['code made of text', /\beval\(|new Function\(/],
    ['random number that is no secret’s (V11.5.1)', /Math\.random\(/],
    ['certificate that is not looked at (V12.3)', /rejectUnauthorized:\s*false|NODE_TLS_REJECT_UNAUTHORIZED/],
    ['whole form given to the database (V15.3.3)', /data:\s*(form\.value|Object\.fromEntries)/],
    ['script of another host', /<script[^>]+src=["'{]*https?:/],
  ])('%s', (_, pattern) => {
    expect(filesWith(pattern)).toEqual([]);
  });

  it('call to another host: pages call their own site, doctor asks whether its port is taken, one file posts webhooks (V1.3.6, V13.2.4)', () => {
    const calls =
      /\bfetch\(|\bhttps?\.(request|get)\(|\bnet\.(connect|createConnection)\(|from '(axios|undici|got)'/;
    const own = /\bfetch\(\s*(['"`]\/(?!\/)|`http:\/\/127\.0\.0\.1:)/g;
    const others = all.filter(([, text]) => calls.test(text.replace(own, '')));
    // Webhooks to companies: tests/integration/vendor-notices.test.ts attacks it.
    expect(others.map(([file]) => file)).toEqual(['app/optouts/vendor-notices/post-webhook.server.ts']);
  });

  it('secret compared letter by letter: cookies, keys and codes are found by their hash, passwords by argon2id (V11.2.4)', () => {
    // What is compared as text in these rooms is never a secret itself.
    const comparisons = all
      .filter(([file]) => /app\/(people|crypto|web)\//.test(file))
      .flatMap(([file, text]) =>
        [
          ...text.matchAll(
            /\b(secret|token|password|cookie|key|code|hash)\s*[!=]==\s*(?!null|undefined|'')\S+/gi,
          ),
        ].map(([found]) => `${file}: ${found}`),
      )
      .filter((found) => !/=== (typeof|'|")/.test(found));
    expect(comparisons).toEqual([]);
  });
});

describe('a page of a patient', () => {
  it('reads behind the wall of app/db/wall.ts, but for those that docs/decisions/022-row-level-security.md names', () => {
    const withoutWall = all
      .filter(([file]) => file.startsWith(path.join('app', 'routes', '_patient+')))
      .flatMap(([file, text]) => {
        const loader = /^export async function loader[^]*?^}/m.exec(text)?.[0];
        // `choosing` reads behind it for every page of a choice.
        return loader && !/\b(readingAs|choosing)\(/.test(loader) ? [path.basename(file)] : [];
      });
    expect(withoutWall.sort()).toEqual([
      'contact.tsx',
      'contact_.code.tsx',
      'contact_.email.tsx',
      'representatives.tsx',
      'security.tsx',
      'security_.app.tsx',
      'security_.codes.tsx',
      'security_.passkeys.tsx',
      'security_.password.tsx',
    ]);
  });
});

describe('the repository holds no', () => {
  it('secret of a real kind (V13.3.1)', () => {
    // The demo's own, in prisma/seed/cast.ts, open nothing but a demo.
    const secret =
      /-----BEGIN [A-Z ]*PRIVATE KEY-----|AKIA[0-9A-Z]{16}|ghp_[A-Za-z0-9]{36}|xox[bp]-[0-9A-Za-z-]{20,}/;
    expect(filesWith(secret)).toEqual([]);
  });
});
