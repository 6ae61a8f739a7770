import { fewRandomBytes } from '#app/crypto/random-bytes.server.ts';

const last = { time: -1, count: 0 };

/**
 * A UUID of version 7 (RFC 9562 §5.7), as Prisma gives its rows: for rows that others must name before they are written. Those of one
 * millisecond stand in the order in which they were made: their twelve bits after the time are a counter that begins anywhere (§6.2 method 1).
 */
export function newRowId(now: Date): string {
  const bytes = fewRandomBytes(16);
  const time = now.getTime();
  last.count = time === last.time ? (last.count + 1) & 0xfff : bytes.readUInt16BE(6) & 0x7ff;
  last.time = time;
  bytes.writeUIntBE(time, 0, 6);
  bytes.writeUInt16BE(0x7000 | last.count, 6);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
