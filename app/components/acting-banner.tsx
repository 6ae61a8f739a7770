import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import { T, useWords } from './words.tsx';

/** Stands on every page while somebody acts for a patient: for whom, and the way back. Calm, never closed, not by colour alone. */
export function ActingBanner({ patient }: { patient: string }) {
  const words = useWords();
  return (
    <aside aria-label={words('site.acting.label')} className="bg-info-tint border-info border-b-2">
      <div className="page flex flex-wrap items-center justify-between gap-x-6 gap-y-2 py-2">
        <p className="text-info flex items-center gap-2 font-semibold">
          <Icon name="person" />
          <span>
            <T id="site.acting.text" values={{ patient }} />
          </span>
        </p>
        <form method="post" action="/account/representatives">
          <input type="hidden" name="intent" value="own" />
          <Button variant="outline">{words('site.acting.back')}</Button>
        </form>
      </div>
    </aside>
  );
}
