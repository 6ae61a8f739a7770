import { Notice } from '#app/components/notice.tsx';
import { useWords } from '#app/components/words.tsx';

const whys = { over: 'signUp.why.over', invitation: 'signUp.why.invitation' } as const;
export type Why = keyof typeof whys;

/** Why somebody is back at the first step; null for a word that is none of ours. */
export function whyOf(request: Request): Why | null {
  const why = new URL(request.url).searchParams.get('why') ?? '';
  return why === 'over' || why === 'invitation' ? why : null;
}

/** Says why one has to start again. */
export function StartAgain({ why }: { why: Why | null }) {
  const words = useWords();
  if (!why) return null;
  return (
    <div role="status">
      <Notice tone="soon" heading={words('signUp.why.heading')}>
        <p>{words(whys[why])}</p>
      </Notice>
    </div>
  );
}
