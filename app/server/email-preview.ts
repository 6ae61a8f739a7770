import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { renderNotice } from '#app/mail/render-notice.server.ts';
import { noticeKinds } from '#app/notices/notices.ts';
import { locales } from '#app/words/locales.ts';
import { sampleNotice } from '#emails/sample-notice.ts';

// `npm run email:preview`: every letter in every language, as HTML and as plain text, the way it goes out, with made-up facts.

const folder = path.resolve('.data', 'email-preview');
const escape = (text: string) => text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);

await mkdir(folder, { recursive: true });
const list: string[] = [];
for (const kind of noticeKinds) {
  for (const locale of locales) {
    const { subject, html, text } = await renderNotice({ ...sampleNotice(kind, locale), kind });
    const name = `${kind}.${locale}`;
    await writeFile(path.join(folder, `${name}.html`), html);
    await writeFile(path.join(folder, `${name}.txt`), `Subject: ${subject}\n\n${text}\n`);
    list.push(
      `<li><a href="${name}.html">${kind}, ${locale}</a> (<a href="${name}.txt">text</a>): ${escape(subject)}</li>`,
    );
  }
}
const index = path.join(folder, 'index.html');
await writeFile(
  index,
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>Letters of Plainview</title><ul>${list.join('\n')}</ul></html>`,
);
process.stdout.write(
  `${noticeKinds.length} letters in ${locales.length} languages: ${pathToFileURL(index).href}\n`,
);
