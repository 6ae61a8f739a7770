import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import pino, { type Logger } from 'pino';
import { withoutSecrets } from '#app/web/secret-paths.ts';

export type { Logger };

/**
 * JSON logs. What could identify a patient or open a door is cut out wherever it stands in a logged object; requests are logged by path
 * alone, since a query can hold anything.
 */
export function openLog(level: string, destination?: pino.DestinationStream): Logger {
  const secrets = [
    'password',
    'code',
    'cookie',
    'authorization',
    'key',
    'secret',
    'token',
    'email',
    'name',
    'patientId',
    'value',
  ];
  const options: pino.LoggerOptions = {
    level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[cut]' },
    serializers: { error: describeError },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** Type, place and code of an error. A database error's message repeats the values of the query, and values are patients' data. */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const errorCode = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const isPlain = error.constructor === Error || error instanceof TypeError || error instanceof RangeError;
  return {
    type: error.name,
    // Not `code`: that is cut, as a one-time code would be.
    errorCode,
    message: isPlain ? error.message : undefined,
    at: error.stack
      ?.split('\n')
      .filter((line) => line.startsWith('    at '))
      .slice(0, 6)
      .map((line) => line.trim()),
  };
}

/**
 * One line a request, when it is answered. Whose network address it came from is read here once, for all: behind it the wall takes the
 * forwarded headers away, from which trusted proxies tell it.
 */
export function requestLog(log: Logger): RequestHandler {
  return (request, response, next) => {
    const began = process.hrtime.bigint();
    const requestId = randomUUID();
    const address = request.ip ?? 'unknown';
    Object.assign(response.locals, { requestId, address });
    response.on('close', () => {
      log.info(
        {
          requestId,
          method: request.method,
          path: pathForLog(request.originalUrl),
          status: response.writableFinished ? response.statusCode : 499,
          milliseconds: Number((process.hrtime.bigint() - began) / 1_000_000n),
          address,
        },
        'request',
      );
    });
    next();
  };
}

/** Without its query; and of an address that is itself a secret, without the secret. */
function pathForLog(url: string): string {
  return withoutSecrets(url.split('?')[0] ?? '').slice(0, 300);
}
