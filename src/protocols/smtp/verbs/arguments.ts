import { SyntaxFault } from '#src/base/syntax-fault.ts'

/** For verbs that take nothing. */
export function noArguments(args: string): undefined {
  if (args !== '') throw new SyntaxFault('This command takes no argument', 0)
  return undefined
}

/** For verbs that take anything and do nothing with it. */
export const anyArguments = (args: string): string => args
