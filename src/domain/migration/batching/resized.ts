/** The same numbers, fewer or with zeros behind them. What they were in before is given back at once, not when rubbish is next collected. */
export const resized = (numbers: Int32Array, length: number): Int32Array<ArrayBuffer> =>
  new Int32Array((numbers.buffer as ArrayBuffer).transfer(length * Int32Array.BYTES_PER_ELEMENT))
