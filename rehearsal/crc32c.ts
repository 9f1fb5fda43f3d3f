/** The polynomial of Castagnoli, bits reversed (RFC 3720). */
const POLYNOMIAL = 0x82f63b78;

const TABLE = Uint32Array.from({ length: 256 }, (_none, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ POLYNOMIAL : rest >>> 1;
  return rest;
});

/** The CRC-32C of bytes, as Google's int64 fields have it: decimal text. */
export const crc32c = (bytes: Uint8Array): string => {
  let rest = ~0;
  for (const byte of bytes) rest = (rest >>> 8) ^ TABLE[(rest ^ byte) & 0xff]!;
  return String(~rest >>> 0);
};
