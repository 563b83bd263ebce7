import { SyntaxFault } from '#src/base/syntax-fault.ts'

/** What a peer sent is not XML, or not the XML that the schema asks for; says on which line (from 1) and column (from 1). */
export class XmlFault extends SyntaxFault {
  readonly line: number | undefined
  readonly column: number | undefined

  constructor(message: string, line?: number, column?: number) {
    super(line === undefined ? message : `${message} (line ${line}, column ${column})`)
    this.line = line
    this.column = column
  }
}
