import type { IconName } from './icon.tsx';

/** What a colour says. Every use also carries a word and a shape: colour alone says nothing. */
export type Tone = 'good' | 'info' | 'soon' | 'late' | 'paused' | 'none';

export const toneText: Record<Tone, string> = {
  good: 'text-good',
  info: 'text-info',
  soon: 'text-soon',
  late: 'text-late',
  paused: 'text-paused',
  none: 'text-quiet',
};

export const toneGround: Record<Tone, string> = {
  good: 'bg-good-tint',
  info: 'bg-info-tint',
  soon: 'bg-soon-tint',
  late: 'bg-late-tint',
  paused: 'bg-paused-tint',
  none: 'bg-quiet-tint',
};

export const toneEdge: Record<Tone, string> = {
  good: 'border-good',
  info: 'border-info',
  soon: 'border-soon',
  late: 'border-late',
  paused: 'border-paused',
  none: 'border-quiet',
};

export const toneIcon: Record<Tone, IconName> = {
  good: 'tick',
  info: 'info',
  soon: 'clock',
  late: 'warning',
  paused: 'pause',
  none: 'dot',
};
