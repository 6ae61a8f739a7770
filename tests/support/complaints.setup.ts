import { afterAll, afterEach, beforeEach, expect, vi } from 'vitest';

// Whatever is written to console.error is a mistake that nobody handled, and fails the test it happened in.
const complaints: unknown[][] = [];
beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation((...words: unknown[]) => void complaints.push(words));
});
afterEach(() => {
  vi.restoreAllMocks();
  expect(complaints.splice(0), 'written to console.error').toEqual([]);
});
// The next file of this process meets the globals as they were.
afterAll(() => {
  vi.unstubAllGlobals();
});
