import type { Request, RequestHandler } from 'express';
import type { RefusalReason } from '#app/audit/refusal-counts.ts';
import { isLong } from './passage.server.ts';
import { refusalAt, type ProblemMembers, type ProblemType } from '#app/web/problem.server.ts';

const methods = new Set(['GET', 'HEAD', 'POST']);

/** A body of a page's form. Machine calls have limits of their own, read as they stream. */
const mostFormBytes = 256 * 1024;
const mostMachineBytes = 64 * 1024 * 1024;
const megabyte = 1024 * 1024;
/** Of pages on which people write: what is longer than a letter may be is told there, beside what was typed. */
const mostWrittenBytes = 4 * megabyte;
/** Pages that take documents: what these may have, and what is around them in the form. */
const uploads: { path: RegExp; most: number; isWritten?: true }[] = [
  // 25 MB in all; a form a little above that is told so on its own page.
  { path: /^\/account\/representatives\/ask$/, most: 28 * megabyte },
  { path: /^\/requests\/new\/[a-z]+$/, most: 28 * megabyte, isWritten: true },
  { path: /^\/requests\/[0-9a-f-]{36}(\/again)?$/, most: 28 * megabyte, isWritten: true },
  { path: /^\/officer\/settings\/holidays\/import$/, most: 4 * megabyte },
  { path: /^\/staff\/disclosures\/(new\/[0-9a-f-]{36}|[0-9a-f-]{36}\/correct)$/, most: 28 * megabyte },
  { path: /^\/staff\/imports\/new$/, most: 28 * megabyte },
  // Without script; with it a list goes as it is, and is counted as it is read.
  { path: /^\/staff\/list-cleaner\/rows$/, most: 28 * megabyte },
  { path: /^\/notices\/[\w-]{43}$/, most: 28 * megabyte },
  { path: /^\/staff\/vendor-notices\/[0-9a-f-]{36}$/, most: 28 * megabyte },
  { path: /^\/staff\/(requests|intake)\/[0-9a-f-]{36}$/, most: 28 * megabyte, isWritten: true },
];

export interface WallSettings {
  appOrigin: string;
  /** Writes down what looks like an attempt to get around this; the answer waits for it, and goes out whatever becomes of it. */
  tell: (reason: RefusalReason, request: Request) => Promise<void>;
}

/**
 * What stands in front of Remix, whose own checks leave gaps: it believes Host and X-Forwarded-Host, lets a missing Origin through,
 * checks no resource route, and still answers the old `?_data=` requests without any check.
 */
export function wall({ appOrigin, tell }: WallSettings): RequestHandler {
  const { host: ownHost, origin } = new URL(appOrigin);
  return (request, response, next) => {
    const refuse = (status: number, words: string) =>
      response.status(status).type('text/plain; charset=utf-8').send(`${words}\n`);
    const tellOdd = (answer: () => unknown) => void tell('oddRequest', request).finally(answer);

    // What the trusted proxies are believed for was taken from these before (request-log.server.ts).
    for (const name of Object.keys(request.headers))
      if (/^(x-forwarded-|forwarded$)/.test(name)) delete request.headers[name];

    if (request.headers.host !== ownHost)
      return tellOdd(() => refuse(421, `This is not the address of this site. Use ${origin}`));
    // Machine calls carry a key and no cookie: there is nothing that another site could ride on.
    const isMachine = /^\/(api|fhir\/r4)(\/|$)/.test(request.path);
    const refuseMachine = (...told: [ProblemType, ProblemMembers]) => {
      const { status, contentType, body } = refusalAt(request.path, ...told);
      return response.status(status).type(contentType).json(body);
    };
    if (!methods.has(request.method)) {
      response.set('Allow', [...methods].join(', '));
      return tellOdd(() =>
        isMachine
          ? refuseMachine('method-not-allowed', { detail: 'Use GET or POST.' })
          : refuse(405, 'This method is not supported here.'),
      );
    }
    if (!isPlainPath(request.originalUrl)) return tellOdd(() => refuse(400, 'This address cannot be read.'));
    if (new URL(request.originalUrl, origin).searchParams.has('_data')) {
      const words = 'The parameter _data is not supported here.';
      return void tell('oldDataRequest', request).finally(() => refuse(400, words));
    }
    if (request.method !== 'POST') return next();

    if (!isMachine && !isFromOurselves(request.headers, origin)) {
      const words = 'This form did not come from a page of this site. Open the page here and try again.';
      return void tell('foreignForm', request).finally(() => refuse(403, words));
    }
    // Checked by what the browser says of the site; Remix would take "null" for another one.
    if (request.headers.origin === 'null') delete request.headers.origin;
    if (!isMachine && request.headers['content-length'] === undefined)
      return tellOdd(() => refuse(411, 'The length of the body has to be said.'));
    const path = request.path.replace(/\.data$/, '');
    const upload = uploads.find((one) => one.path.test(path));
    const isUpload = request.is('multipart/form-data') && upload;
    const ofForm = upload?.isWritten ? mostWrittenBytes : mostFormBytes;
    const ofKind = isMachine ? mostMachineBytes : ofForm;
    const isStreamed = isLong(path, request.headers['content-type']);
    const most = isUpload ? isUpload.most : isStreamed ? Infinity : ofKind;
    const isTooLarge = Number(request.headers['content-length'] ?? 0) > most;
    if (isTooLarge && isUpload)
      // Anybody's files can be too large: that is told to them alone.
      return refuse(
        413,
        'These files are too large to be sent at once. Go back, and choose fewer or smaller ones.',
      );
    if (isTooLarge) {
      const detail = `The body may have ${most} bytes at most.`;
      const words = 'What you wrote is too long to be sent at once. Go back, and send a shorter text.';
      return tellOdd(() =>
        isMachine ? refuseMachine('too-large', { detail, limit: most }) : refuse(413, words),
      );
    }
    return next();
  };
}

/**
 * `Sec-Fetch-Site` where the browser sends it (all current ones), else `Origin`. Neither: not a browser's form, and refused. Browsers send
 * no Sec-Fetch headers over plain http to a host that is not their own machine. Under our Referrer-Policy `no-referrer` a form that is
 * sent without script carries `Origin: null` (Fetch, "append a request Origin header"), so "null" tells nothing either way.
 */
function isFromOurselves(headers: { 'sec-fetch-site'?: unknown; origin?: unknown }, origin: string): boolean {
  const site = headers['sec-fetch-site'];
  if (headers.origin !== undefined && headers.origin !== 'null' && headers.origin !== origin) return false;
  if (site !== undefined) return site === 'same-origin';
  return headers.origin === origin;
}

function isPlainPath(url: string): boolean {
  if (!url.startsWith('/') || url.startsWith('//') || url.includes('\\') || url.length > 4_096) return false;
  try {
    return !/[\u0000-\u001F\u007F]/.test(decodeURIComponent(url.split('?')[0] ?? ''));
  } catch {
    return false;
  }
}
