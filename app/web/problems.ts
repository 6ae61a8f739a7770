/** Every kind of problem a machine is told of (RFC 9457). `type` is a URI reference under /problems/. */
export const problems = {
  'bad-request': { status: 400, title: 'The request cannot be read' },
  'not-signed-in': { status: 401, title: 'An API key is missing or not valid' },
  'key-in-address': { status: 401, title: 'An API key does not belong into an address' },
  'scope-missing': { status: 403, title: 'This API key may not do that' },
  'recipient-not-yours': { status: 403, title: 'This API key may ask about its own company alone' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'method-not-allowed': { status: 405, title: 'This method is not supported here' },
  'not-acceptable': { status: 406, title: 'This media type is not answered in here' },
  'idempotency-key-reused': { status: 409, title: 'This Idempotency-Key came with another body before' },
  'too-large': { status: 413, title: 'The body is too large' },
  'wrong-media-type': { status: 415, title: 'This media type is not accepted here' },
  'message-refused': { status: 422, title: 'The message cannot be read as an audit message' },
  'list-refused': { status: 422, title: 'The list cannot be read' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'server-error': { status: 500, title: 'Something went wrong on our side' },
  unavailable: { status: 503, title: 'The database cannot be reached' },
} as const;
export type ProblemType = keyof typeof problems;
