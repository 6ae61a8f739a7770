import type { LoaderFunctionArgs } from '@remix-run/node';
import { receiptKeys } from '#app/optouts/receipts.server.ts';
import { receiptKeysCall } from '#app/web/calls/receipts.ts';
import { problem } from '#app/web/problem.server.ts';

export function loader({ context }: LoaderFunctionArgs) {
  return Response.json(receiptKeys(context.world));
}

export function action() {
  const { method } = receiptKeysCall;
  return problem('method-not-allowed', { detail: `Use ${method}.` }, { Allow: method });
}
