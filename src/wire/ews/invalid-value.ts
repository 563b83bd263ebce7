import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { ResponseCode } from './message.ts'

/** A value that the schema allows and that has no meaning, with Exchange's word for it. */
export class InvalidValue extends SyntaxFault {
  readonly code: ResponseCode

  constructor(code: ResponseCode, message: string) {
    super(message)
    this.code = code
  }
}
