import { PassThrough } from 'node:stream';
import { createReadableStreamFromReadable, type AppLoadContext, type EntryContext } from '@remix-run/node';
import { RemixServer } from '@remix-run/react';
import { renderToPipeableStream } from 'react-dom/server';
import { isDatabaseUnreachable } from '#app/db/client.server.ts';
import type {} from '#app/web/context.ts';
import { NonceContext } from '#app/web/nonce.ts';

// Pages are rendered whole: nothing here is slow enough to stream, and a page that is whole works without script.
const renderFor = 10_000;

export default function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  remix: EntryContext,
  context: AppLoadContext,
): Promise<Response> {
  const isDown = Object.values(remix.staticHandlerContext.errors ?? {}).some(isDatabaseUnreachable);
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
            new Response(createReadableStreamFromReadable(body), { headers, status: isDown ? 503 : status }),
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

/** Errors of loaders and actions. A browser that went away is none. */
export function handleError(
  error: unknown,
  { request, context }: { request: Request; context: AppLoadContext },
): void {
  if (!request.signal.aborted) context.logError(error);
}
