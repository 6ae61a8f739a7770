import { useSyncExternalStore } from 'react';

const never = () => () => undefined;

/** Whether script runs here. False in the page as the server sends it, and until script has taken over. */
export function useScripted(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}

/**
 * Classes of what works with script alone: without script it is not there; with script it has its place from the first byte and is seen
 * once it works, so that nothing moves under a finger that is already coming down.
 */
export function useScriptOnly(): string {
  return useScripted() ? 'noscript:hidden' : 'noscript:hidden invisible';
}
