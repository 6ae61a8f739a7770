import { setFlagsFromString } from 'node:v8';

/**
 * What V8 is told before anything is loaded (docs/decisions/033). Garbage that outlived two small collections it lets lie until there is
 * several times as much as of what is used; here it is six tenths as much. And it compiles WebAssembly, which is Prisma's compiler of
 * queries, a second time for a speed that is not seen where each query is compiled once: sixty megabytes of that stayed with the process.
 */
export const memoryFlags = [
  '--heap-growing-percent=60',
  '--no-wasm-tier-up',
  '--no-wasm-dynamic-tiering',
] as const;

export function keepMemorySmall(): void {
  for (const flag of memoryFlags) setFlagsFromString(flag);
}
