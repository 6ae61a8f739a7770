import type { LoaderFunctionArgs } from '@remix-run/node';
import { importById } from '#app/disclosures/imports/list.server.ts';
import { attentionCsv, noteLinesTaken } from '#app/disclosures/imports/lines-csv.server.ts';
import { notFound, requireFreshFactor, requirePerson, rowId } from '#app/web/guard.server.ts';
import { wordsFor } from '#app/words/words.ts';
import { noteImportShown } from '../_parts/import-view.server.ts';

/** The rows of a file that need somebody, with what they say: to mend them at their source. */
export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'imports.see');
  requireFreshFactor(args, visit);
  const { world, person, locale, now } = visit;
  const facts = await importById(world.db, rowId(args.params.id), now);
  if (!facts?.batchId) throw notFound();
  await noteLinesTaken(world, { importId: facts.id, actor: person });
  const parts = attentionCsv(world, facts.batchId, wordsFor(locale), (cells) =>
    noteImportShown(world, person, cells),
  );
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    pull: async (stream) => {
      const part = await parts.next();
      if (part.done) stream.close();
      else stream.enqueue(encoder.encode(part.value));
    },
    cancel: async () => void (await parts.return(undefined)),
  });
  return new Response(body, {
    headers: {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="rows-${facts.sha256.slice(0, 12)}.csv"`,
      'Content-Security-Policy': "default-src 'none'; sandbox",
      'Cache-Control': 'no-store',
    },
  });
}
