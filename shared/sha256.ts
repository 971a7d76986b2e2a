/**
 * SHA-256 (FIPS 180-4) over bytes, synchronous and without WebCrypto: inside a plain-http host page
 * the frame is no secure context and `crypto.subtle` is missing there. Tested against Node's own.
 */

function fractionBits(root: number): number {
  return ((root - Math.floor(root)) * 0x100000000) | 0;
}

// The constants are the fractional bits of the square and cube roots of the first primes.
const START: number[] = [];
const ROUND: number[] = [];
for (let candidate = 2; ROUND.length < 64; candidate++) {
  let prime = true;
  for (let factor = 2; factor * factor <= candidate; factor++) if (candidate % factor === 0) prime = false;
  if (!prime) continue;
  if (START.length < 8) START.push(fractionBits(candidate ** (1 / 2)));
  ROUND.push(fractionBits(candidate ** (1 / 3)));
}

const turn = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

export function sha256(message: Uint8Array): Uint8Array {
  const blocks = Math.ceil((message.length + 9) / 64);
  const padded = new DataView(new ArrayBuffer(blocks * 64));
  new Uint8Array(padded.buffer).set(message);
  padded.setUint8(message.length, 0x80);
  padded.setUint32(blocks * 64 - 8, Math.floor(message.length / 0x20000000));
  padded.setUint32(blocks * 64 - 4, message.length << 3);

  const state = Int32Array.from(START);
  const words = new Int32Array(64);
  const w = (at: number): number => words[at] as number;
  for (let block = 0; block < blocks; block++) {
    for (let at = 0; at < 16; at++) words[at] = padded.getInt32(block * 64 + at * 4);
    for (let at = 16; at < 64; at++) {
      const far = w(at - 15);
      const near = w(at - 2);
      words[at] =
        w(at - 16) + (turn(far, 7) ^ turn(far, 18) ^ (far >>> 3)) + w(at - 7) + (turn(near, 17) ^ turn(near, 19) ^ (near >>> 10));
    }
    // Eight words, which the type of a typed array does not say.
    let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
    for (let at = 0; at < 64; at++) {
      const one = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + (ROUND[at] as number) + w(at);
      const two = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, at) => {
      state[at] = (state[at] as number) + word;
    });
  }
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, at) => {
    digest.setInt32(at * 4, word);
  });
  return new Uint8Array(digest.buffer);
}

export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}
