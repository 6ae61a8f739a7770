import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { createRequestHandler } from '@remix-run/express';
import type { ServerBuild } from '@remix-run/node';
import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Response } from 'express';
import { recordRefusal } from '#app/audit/refusals.server.ts';
import { isDatabaseUnreachable } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { networkOf } from '#app/people/networks.ts';
import { passageOf, slowBodies } from './passage.server.ts';
import { readiness, type Part } from './readiness.server.ts';
import { requestLog, type Logger } from './request-log.server.ts';
import { areasOf } from './route-areas.ts';
import { withoutSecrets } from '#app/web/secret-paths.ts';
import { nonceOf, securityHeaders } from './security-headers.server.ts';
import { wall } from './wall.server.ts';

export interface HttpSettings {
  world: World;
  parts: Part[];
  /** What may stand still while the site is ready. */
  behind: Part[];
  log: Logger;
  /** Addresses of the proxies in front, whose forwarded headers are believed; none: nobody's are. */
  trustedProxies: string[];
  build: ServerBuild | (() => Promise<ServerBuild>);
  /** Of the built client files; null while developing, when Vite serves them. */
  clientDir: string | null;
  vite?: RequestHandler;
}

/** The web server: health, the wall, files, and Remix behind them. */
export function makeApp(settings: HttpSettings): Express {
  const { world, log, clientDir } = settings;
  const development = clientDir === null;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', settings.trustedProxies);
  app.set('query parser', 'simple');

  app.use(requestLog(log));
  app.use(slowBodies());
  app.use(...securityHeaders({ https: world.appOrigin.startsWith('https:'), development }));
  // Before the wall: a load balancer asks by address, not by name.
  app.get('/healthz', (_request, response) => void response.type('text/plain').send('alive\n'));
  app.get('/readyz', (_request, response, next) => {
    readiness(settings.parts, settings.behind)
      .then(({ ready, answer }) => response.status(ready ? 200 : 503).json(answer))
      .catch(next);
  });

  app.use(
    wall({
      appOrigin: world.appOrigin,
      tell: (reason, { ip, path: asked }) =>
        recordRefusal(world, {
          reason,
          network: networkOf(ip ?? 'unknown'),
          path: withoutSecrets(asked),
        }).catch((error: unknown) => log.warn({ error }, 'a refusal is not in the audit trail')),
    }),
  );
  if (settings.vite) app.use(settings.vite);
  if (clientDir) {
    const assets = { ...files('public, max-age=31536000, immutable'), fallthrough: false };
    app.use('/assets', express.static(path.join(clientDir, 'assets'), assets));
    app.use(express.static(clientDir, { ...files('public, max-age=3600'), dotfiles: 'ignore' }));
  }
  const remix = (build: HttpSettings['build']) =>
    createRequestHandler({
      build,
      mode: development ? 'development' : 'production',
      getLoadContext: (request, response) => ({
        world,
        nonce: nonceOf(response),
        requestId: response.locals.requestId as string,
        address: response.locals.address as string,
        whenTaken: (work) =>
          response.on('finish', () => {
            if (hasTaken(response))
              work().catch((error: unknown) => log.error({ error }, 'after the answer'));
          }),
        passage: passageOf(request, response),
        logError: (error: unknown) =>
          log.error({ error, requestId: response.locals.requestId as string }, 'a loader or action failed'),
      }),
    });
  const handle =
    typeof settings.build === 'function' ? always(remix(settings.build)) : byArea(settings.build, remix);
  // It gives its own errors to `next`.
  app.all('*', (request, response, next) => void handle(request.path)(request, response, next));
  app.use(lastResort(log));
  return app;
}

type Handler = ReturnType<typeof createRequestHandler>;

const always = (handler: Handler) => () => handler;

/** One handler a part of the site, made when it is first asked for. */
function byArea(build: ServerBuild, make: (part: ServerBuild) => Handler): (path: string) => Handler {
  const areaOf = areasOf(build);
  const made = new Map<ServerBuild, Handler>();
  return (path) => {
    const area = areaOf(path);
    const handler = made.get(area) ?? make(area);
    made.set(area, handler);
    return handler;
  };
}

/** A form that was taken leads on; one that was not comes back with its mistakes, or leads to where one shows who one is. */
function hasTaken(response: Response): boolean {
  const to = String(response.getHeader('Location') ?? '');
  return response.statusCode === 302 && !/^\/(sign-in|confirm)\b/.test(to);
}

/** Static files. `no-store` is set on every answer before, and only `setHeaders` comes after it; a missing file keeps it. */
function files(cacheControl: string) {
  return {
    index: false,
    redirect: false,
    cacheControl: false,
    setHeaders: (response: { setHeader(name: string, value: string): unknown }) =>
      void response.setHeader('Cache-Control', cacheControl),
  } as const;
}

/** What nothing else caught. Says no more than that it went wrong; the log says where. */
function lastResort(log: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    // Of files: a path that leads out of the folder, or to nothing, is not there.
    const isAbsent =
      error instanceof Error && 'status' in error && (error.status === 404 || error.status === 403);
    const known = isAbsent ? 404 : null;
    if (!known) log.error({ error, requestId: response.locals.requestId as string }, 'request failed');
    if (response.headersSent) return next(error);
    const status = known ?? (isDatabaseUnreachable(error) ? 503 : 500);
    response
      .status(status)
      .type('text/plain; charset=utf-8')
      .send(status === 404 ? 'Not found.\n' : 'Something went wrong on our side.\n');
  };
}

/** Listens, with limits on slow and idle clients. */
export async function listen(app: Express, port: number): Promise<{ server: Server; port: number }> {
  const server = createServer(
    // Of slow bodies: slowBodies. A list may take as long as it keeps coming.
    { requestTimeout: 0, headersTimeout: 15_000, keepAliveTimeout: 5_000, maxHeaderSize: 16_384 },
    app,
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, resolve);
  });
  const address = server.address();
  return { server, port: typeof address === 'object' && address ? address.port : port };
}

/** Takes no new calls, lets those under way finish for `patience` milliseconds, then ends them. */
export async function stopListening(server: Server, patience: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), patience);
  await closed;
  clearTimeout(timer);
}
