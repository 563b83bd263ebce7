import type { Operation, Request, Response } from '#src/wire/ews/message.ts'
import type { ResponseMessage } from '#src/wire/ews/response.ts'
import type { EwsCall } from './call.ts'

/**
 * What an operation answers with: the whole response; `messages`, made one by one while they are sent; or `envelopes`, each
 * sent as soon as it is there (GetStreamingEvents).
 */
type EwsAnswer<O extends Operation> =
  | { response: Response<O> }
  | { messages: AsyncIterable<ResponseMessage> }
  | { envelopes: AsyncIterable<Response<O>> }

/** One operation. What it refuses as a whole is answered once for each thing that was asked for (`count`). */
type EwsOperation<O extends Operation> = {
  name: O
  /** How many response messages the request asks for; default 1. */
  count?(request: Request<O>): number
  /** Changes something: refused to who may only read. */
  writes?: boolean
  run(call: EwsCall, request: Request<O>): EwsAnswer<O> | Promise<EwsAnswer<O>>
}

/** An operation of any name, as the table holds it. */
export type AnyOperation = EwsOperation<Operation>

export const operation = <O extends Operation>(definition: EwsOperation<O>): AnyOperation =>
  definition as unknown as AnyOperation
