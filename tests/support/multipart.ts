import { asForm, type Ask } from './site.ts';

export interface SentFile {
  name: string;
  bytes: Buffer;
  /** The field it is sent in. */
  field?: string;
}

const boundary = 'canary-boundary';

/** What a form of our own pages with files is sent with. A field with a list is sent once for each. */
export function asMultipart(
  fields: Record<string, string | string[]>,
  files: readonly SentFile[],
  cookie: string,
): Ask {
  const parts: Buffer[] = Object.entries(fields).flatMap(([name, values]) =>
    [values]
      .flat()
      .map((value) =>
        Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`),
      ),
  );
  for (const { name, bytes, field = 'files' } of files)
    parts.push(
      Buffer.from(
        `--${boundary}\r\nContent-Disposition: form-data; name="${field}"; filename="${name}"\r\nContent-Type: application/octet-stream\r\n\r\n`,
      ),
      bytes,
      Buffer.from('\r\n'),
    );
  parts.push(Buffer.from(`--${boundary}--\r\n`));
  const ask = asForm({}, cookie);
  return {
    ...ask,
    headers: { ...ask.headers, 'Content-Type': `multipart/form-data; boundary=${boundary}` },
    body: Buffer.concat(parts),
  };
}
