import type { Request, RequestHandler, Response } from 'express';
import type { DoorContext } from '#app/web/context.ts';

/** Lists, which are answered as they come, and counted as they are read. */
const longPaths = /^\/(api\/v1\/cohorts\/filter|staff\/list-cleaner\/rows)$/;

/** How long a body may take to come; a long one, how long it may stand still. */
const bodyWithin = 30_000;
/** How long nothing may be taken of an answer. */
const takenWithin = 60_000;

/** Whether a body is streamed, by where it goes and what it is: a form, which is held in memory, never is. */
export function isLong(path: string, type: string | undefined): boolean {
  return longPaths.test(path) && /^text\/csv(;|$)/i.test(type ?? '');
}

/** Ends a call whose body does not come: else many slow ones would hold the connections of all others. */
export function slowBodies(): RequestHandler {
  return (request, response, next) => {
    const hasBody =
      request.headers['transfer-encoding'] !== undefined ||
      Number(request.headers['content-length'] ?? 0) > 0;
    if (!hasBody) return next();
    let seen = request.socket.bytesRead;
    const watch = setInterval(() => {
      if (request.complete) return clearInterval(watch);
      // What waits for our own database is not slow.
      const isAnswered = response.writableEnded;
      const moves =
        !isAnswered &&
        isLong(request.path, request.headers['content-type']) &&
        (request.isPaused() || request.socket.bytesRead > seen);
      seen = request.socket.bytesRead;
      if (moves) return;
      clearInterval(watch);
      if (response.headersSent) request.destroy();
      else
        response
          .status(408)
          .set('Connection', 'close')
          .end(() => request.destroy());
    }, bodyWithin);
    watch.unref();
    response.on('close', () => clearInterval(watch));
    next();
  };
}

export function passageOf(request: Request, response: Response): DoorContext['passage'] {
  return {
    cameWhole: () => request.complete,
    whenDrained: () =>
      new Promise((resolve, reject) => {
        if (response.destroyed || response.closed) return reject(new Error('nobody takes the answer'));
        if (!response.writableNeedDrain) return resolve();
        const settle = (then: () => void) => () => {
          clearTimeout(timer);
          response.off('drain', drained).off('close', lost);
          then();
        };
        const drained = settle(resolve);
        const lost = settle(() => reject(new Error('nobody takes the answer')));
        const timer = setTimeout(lost, takenWithin);
        response.on('drain', drained).on('close', lost);
      }),
    whenLost: (tell) => {
      response.on('close', () => {
        if (!response.writableFinished) tell();
      });
    },
    addTrailers: (trailers) => response.addTrailers(trailers),
  };
}
