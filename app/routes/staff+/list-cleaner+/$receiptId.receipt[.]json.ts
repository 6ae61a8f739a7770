import type { LoaderFunctionArgs } from '@remix-run/node';
import { findReceipt } from '#app/optouts/receipts.server.ts';
import { receiptPath } from '#app/web/calls/receipts.ts';
import { fileResponse } from '#app/web/file-response.server.ts';
import { notFound, requirePerson } from '#app/web/guard.server.ts';

/** The signed receipt of one's own list, to keep beside the cleaned file. */
export async function loader(args: LoaderFunctionArgs) {
  const { world, person } = await requirePerson(args, 'lists.clean');
  const path = receiptPath.safeParse(args.params);
  const looker = { kind: 'person' as const, id: person.id };
  const found = path.success ? await findReceipt(world, looker, path.data.receiptId) : null;
  if (!found) throw notFound();
  const { receipt, signed } = found;
  return fileResponse({
    fileName: `receipt-${receipt.receiptId}.json`,
    mediaType: 'application/json',
    bytes: Buffer.from(`${JSON.stringify({ receipt, signed }, null, 2)}\n`),
  });
}
