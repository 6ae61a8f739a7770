import { useWords } from '#app/components/words.tsx';
import { useSiteFrame } from '#app/web/site.ts';

/** What somebody can do who has neither code nor phone nor passkey any more. */
export function NothingLeft() {
  const words = useWords();
  const phone = useSiteFrame()?.facility.phone ?? '';
  return (
    <section className="stack" aria-labelledby="nothing-left">
      <h2 id="nothing-left" className="text-h3">
        {words('signUp.recover.nothing')}
      </h2>
      <p>{words('signUp.recover.nothingText', { phone })}</p>
    </section>
  );
}
