import http from 'node:http';
import { testOrigin } from './fixed.ts';
import type { SiteProcess } from './site-process.ts';

const agent = new http.Agent({ keepAlive: true, maxSockets: 32 });

/** Reads a page over a connection that stays. @returns milliseconds @throws where the answer is not 200 */
export function readPage(
  { port }: SiteProcess,
  target: string,
  { cookie = '', form }: { cookie?: string; form?: Record<string, string> } = {},
): Promise<number> {
  const began = performance.now();
  const body = form && new URLSearchParams(form).toString();
  const headers = {
    Host: new URL(testOrigin).host,
    ...(cookie ? { Cookie: cookie } : {}),
    ...(body === undefined
      ? {}
      : {
          'Content-Type': 'application/x-www-form-urlencoded',
          'Content-Length': String(Buffer.byteLength(body)),
          Origin: testOrigin,
          'Sec-Fetch-Site': 'same-origin',
        }),
  };
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        host: '127.0.0.1',
        port,
        path: target,
        method: body === undefined ? 'GET' : 'POST',
        headers,
        setHost: false,
        agent,
      },
      (response) => {
        response.resume().on('end', () => {
          if (response.statusCode === 200) resolve(performance.now() - began);
          else reject(new Error(`${target}: ${response.statusCode}`));
        });
      },
    );
    request.on('error', reject).end(body);
  });
}

export function percentile(times: readonly number[], part: number): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length * part)] ?? Number.NaN;
}
