import { SyntaxFault } from '#src/base/syntax-fault.ts'

/** Refuses text that could end a header line and begin another. Every formatter of this folder goes through it. */
export function refuseLineBreaks(text: string): string {
  const found = /[\r\n\0]/.exec(text)
  if (found) throw new SyntaxFault('CR, LF and NUL cannot stand in a header field', found.index)
  return text
}
