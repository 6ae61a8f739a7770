import { StatusBadge } from '#app/components/status-badge.tsx';
import type { Tone } from '#app/components/tones.ts';
import { useWords } from '#app/components/words.tsx';
import type { KeyState } from '#app/people/machine-keys.ts';

const tones: Record<KeyState, Tone> = { inUse: 'good', ending: 'soon', expired: 'none', revoked: 'none' };

export function KeyStateBadge({ state }: { state: KeyState }) {
  const words = useWords();
  return <StatusBadge tone={tones[state]}>{words(`crew.keys.is.${state}`)}</StatusBadge>;
}
