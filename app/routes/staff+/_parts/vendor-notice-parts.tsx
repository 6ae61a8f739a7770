import { useWords } from '#app/components/words.tsx';
import type { NoticeEntry } from '#app/web/present-vendor-notices.server.ts';

/** What a company said in an answer; nothing for what else happened. */
export function NoticeDetail({ id, entry }: { id: string; entry: NoticeEntry }) {
  const words = useWords();
  const { deeds, since, text, proof } = entry;
  if (deeds.length === 0) return null;
  return (
    <div className="grid gap-1">
      <ul className="list-disc ps-6">
        {deeds.map((deed) => (
          <li key={deed}>{deed}</li>
        ))}
      </ul>
      {since && <p>{since}</p>}
      {text && <p className="max-w-measure wrap-anywhere whitespace-pre-line">“{text}”</p>}
      {proof && (
        <p>
          <a href={`/staff/vendor-notices/${id}/proof/${proof.id}`} className="reach wrap-anywhere">
            {words('vendorNotices.proof', { name: proof.fileName })}
          </a>
        </p>
      )}
    </div>
  );
}
