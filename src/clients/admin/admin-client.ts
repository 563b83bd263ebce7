import type { JsonObject } from '#src/wire/aws/json-rpc.ts'

/** Something that answers operations of the administration API: a service over its socket or HTTPS, or one in this process. */
export type AdminClient = {
  /** The output of an operation. Rejects with `AdminFault` for an answer that says no, `AdminUnreachable` without one. */
  call(operation: string, input: JsonObject, signal?: AbortSignal): Promise<JsonObject>
}

/** The service said no. `type` is the exception's name, the message a sentence. */
export class AdminFault extends Error {
  override readonly name = 'AdminFault'
  readonly type: string
  readonly requestId: string

  constructor(type: string, message: string, requestId: string) {
    super(message)
    this.type = type
    this.requestId = requestId
  }
}

/** Nobody answered, or not in time. */
export class AdminUnreachable extends Error {
  override readonly name = 'AdminUnreachable'
}
