import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { findReceipt } from '#app/optouts/receipts.server.ts';
import { receiptCall, receiptPath } from '#app/web/calls/receipts.ts';
import { machineDoor } from '#app/web/machine.server.ts';

export function loader(args: LoaderFunctionArgs) {
  return answer(args);
}

export function action(args: ActionFunctionArgs) {
  return answer(args);
}

function answer(args: LoaderFunctionArgs): Promise<Response> {
  return machineDoor(args, receiptCall, async ({ world, client, refuse }) => {
    const path = receiptPath.safeParse(args.params);
    const looker = { kind: 'program' as const, id: client.id, vendorId: client.vendorId };
    const found = path.success ? await findReceipt(world, looker, path.data.receiptId) : null;
    return found
      ? Response.json(found)
      : refuse('not-found', { detail: 'There is no such receipt of yours.' });
  });
}
