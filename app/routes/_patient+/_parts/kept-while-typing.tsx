import { useEffect, useState } from 'react';
import { useWords } from '#app/components/words.tsx';

const pause = 1_500;

/**
 * Keeps what is typed into a form a moment after it was typed, and says whether it was. Without script the form's own button does it.
 * @param props.draft the address that keeps it, behind /requests/
 */
export function KeptWhileTyping({ formId, draft }: { formId: string; draft: string }) {
  const words = useWords();
  const [told, setTold] = useState<'' | 'kept' | 'notKept'>('');
  useEffect(() => {
    const form = document.getElementById(formId);
    if (!(form instanceof HTMLFormElement)) return;
    let timer: number | undefined;
    let sending: AbortController | undefined;
    const stop = () => {
      window.clearTimeout(timer);
      sending?.abort();
    };
    const keep = async () => {
      const fields = new FormData(form);
      fields.delete('files');
      fields.set('intent', 'keep');
      sending = new AbortController();
      const { signal } = sending;
      const kept = await fetch(`/requests/${draft}`, { method: 'POST', body: fields, signal }).then(
        ({ status }) => status === 204,
        () => false,
      );
      if (!signal.aborted) setTold(kept ? 'kept' : 'notKept');
    };
    const later = () => {
      stop();
      timer = window.setTimeout(() => void keep(), pause);
    };
    form.addEventListener('input', later);
    form.addEventListener('submit', stop);
    return () => {
      stop();
      form.removeEventListener('input', later);
      form.removeEventListener('submit', stop);
    };
  }, [formId, draft]);
  return (
    <p role="status" className="text-note text-muted min-h-6">
      {told === 'kept' && words('asking.draft.keptByItself')}
      {told === 'notKept' && words('asking.draft.notKept')}
    </p>
  );
}
