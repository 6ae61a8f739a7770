import { PassThrough } from 'node:stream';
import { createReadableStreamFromReadable, type AppLoadContext, type EntryContext } from '@remix-run/node';
import { isRouteErrorResponse, RemixServer } from '@remix-run/react';
import { renderToPipeableStream } from 'react-dom/server';
import { isDatabaseUnreachable } from '#app/db/client.server.ts';
import type {} from '#app/web/context.ts';
import { NonceContext } from '#app/web/nonce.ts';

// Pages are rendered whole: nothing here is slow enough to stream, and a page that is whole works without script.
const renderFor = 10_000;

// The errors that reach `handleRequest` are emptied in production: which requests failed for want of the database is noted here.
const withoutDatabase = new WeakSet<AppLoadContext>();

export default function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  remix: EntryContext,
  context: AppLoadContext,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const { pipe, abort } = renderToPipeableStream(
      <NonceContext.Provider value={context.nonce}>
        <RemixServer context={remix} url={request.url} abortDelay={renderFor} nonce={context.nonce} />
      </NonceContext.Provider>,
      {
        nonce: context.nonce,
        onAllReady() {
          const body = new PassThrough();
          headers.set('Content-Type', 'text/html; charset=utf-8');
          resolve(
            new Response(createReadableStreamFromReadable(body), {
              headers,
              status: withoutDatabase.has(context) ? 503 : status,
            }),
          );
          pipe(body);
        },
        onShellError: reject,
        onError: context.logError,
      },
    );
    setTimeout(abort, renderFor + 1_000).unref();
  });
}

/** Errors of loaders and actions. A browser that went away is none, nor is what the router refuses (404, 405). */
export function handleError(
  error: unknown,
  { request, context }: { request: Request; context: AppLoadContext },
): void {
  if (isDatabaseUnreachable(error)) withoutDatabase.add(context);
  const isRefusal = isRouteErrorResponse(error) && error.status < 500;
  if (!request.signal.aborted && !isRefusal) context.logError(error);
}
