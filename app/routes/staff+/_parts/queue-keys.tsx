import { useEffect, useRef, type ReactNode } from 'react';
import { classNames } from '#app/components/class-names.ts';
import { useScriptOnly } from '#app/components/use-scripted.ts';
import { useWords } from '#app/components/words.tsx';

/**
 * Keys for the list inside, where script runs: they count only while the focus is in the list (WCAG 2.1.4), and everything they do can be
 * done without them.
 */
export function QueueKeys({ canTick, children }: { canTick: boolean; children: ReactNode }) {
  const words = useWords();
  const scriptOnly = useScriptOnly();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const at = list.current;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey || !at || isTyping(event.target)) return;
      if (act(at, event.key)) event.preventDefault();
    };
    at?.addEventListener('keydown', onKey);
    return () => at?.removeEventListener('keydown', onKey);
  }, []);
  return (
    <div ref={list} className="stack">
      <p className={classNames('text-note text-muted', scriptOnly)}>
        {words(canTick ? 'queue.keys' : 'queue.keysReading')}
      </p>
      {children}
    </div>
  );
}

/** Whether the key belongs to the control that has the focus. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return true;
  return target.matches('textarea, select, button, input:not([type="checkbox"])');
}

/** Does what a key stands for. @returns whether it stands for anything here */
function act(list: HTMLElement, key: string): boolean {
  const rows = [...list.querySelectorAll<HTMLTableRowElement>('tbody tr')];
  const now = rows.findIndex((row) => row.contains(document.activeElement));
  const go = (row: HTMLTableRowElement | undefined) => row?.querySelector<HTMLElement>('th a')?.focus();
  switch (key) {
    case 'j':
    case 'ArrowDown':
      go(rows[Math.min(now + 1, rows.length - 1)]);
      return true;
    case 'k':
    case 'ArrowUp':
      go(rows[Math.max(now - 1, 0)]);
      return true;
    case 'x':
    case ' ':
      // A box that has the focus takes the space bar itself.
      if (key === ' ' && document.activeElement instanceof HTMLInputElement) return false;
      rows[now]?.querySelector<HTMLInputElement>('input[type="checkbox"]')?.click();
      return true;
    case 'Escape':
      for (const box of list.querySelectorAll<HTMLInputElement>('input[type="checkbox"]'))
        box.checked = false;
      return true;
    case '/':
      document.getElementById('text')?.focus();
      return true;
    default:
      return false;
  }
}
