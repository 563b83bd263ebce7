import { SyntaxFault } from '#src/base/syntax-fault.ts'

/** What breaks a rule of XML itself, whatever the document is about. */
export class NotWellFormed extends SyntaxFault {
  constructor(why: string) {
    super(`The document is not well-formed: ${why}`)
  }
}
