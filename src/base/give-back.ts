/**
 * Gives the memory of the pieces back at once; they are empty then, and twice is once. Only for octets that nobody else has and no
 * call of the system still reads. Left to the collector, each 64 MB of them make it look at everything that the program holds.
 */
export function giveBack(pieces: readonly Uint8Array[]): void {
  for (const { buffer, byteLength } of pieces)
    if (buffer instanceof ArrayBuffer && !buffer.detached && buffer.byteLength === byteLength)
      buffer.transfer(0)
}
