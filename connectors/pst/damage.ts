import { SyntaxFault } from '#src/base/syntax-fault.ts'

/** Whether what failed is the file: numbers of a damaged one lead anywhere, outside of its buffers too. */
export const isDamage = (error: unknown): error is SyntaxFault | RangeError =>
  error instanceof SyntaxFault || error instanceof RangeError
