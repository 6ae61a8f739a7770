import { useSyncExternalStore } from 'react';

const never = () => () => undefined;

/** Whether script runs here. False in the page as the server sends it, so that what needs script is not shown without it. */
export function useScripted(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
