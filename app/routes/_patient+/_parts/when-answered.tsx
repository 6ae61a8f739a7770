import { useWords } from '#app/components/words.tsx';
import type { AskedFormView } from '#app/web/present-asked-form.server.ts';

/** By when it is answered if it is sent now, and whether law or promise says so. */
export function WhenAnswered({
  when: { basis, citation, date, isAcknowledgement },
}: {
  when: AskedFormView['when'];
}) {
  const words = useWords();
  if (basis === 'promise') return <p>{words('asking.when.promise', { date })}</p>;
  const values = { date, citation: citation ?? '' };
  return <p>{words(isAcknowledgement ? 'asking.when.acknowledge' : 'asking.when.law', values)}</p>;
}
