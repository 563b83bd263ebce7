import { Breath } from '#src/base/breath.ts'
import type { Operation, Response } from '#src/wire/ews/message.ts'
import { type Refused, refusedResponse } from '#src/wire/ews/refused.ts'
import type { ResponseMessage } from '#src/wire/ews/response.ts'
import type { EwsCall } from './call.ts'
import { refusedFor } from './refusal-codes.ts'

export const success = { ResponseClass: 'Success', ResponseCode: 'NoError' } as const

const ownFault: Refused = {
  code: 'ErrorInternalServerError',
  text: 'An internal server error occurred. The operation failed.',
}

/**
 * A response message for each thing that was asked for, made when it is sent. What is refused for one is said for that one
 * alone; so is what fails for a reason of our own, with a line in the log.
 */
export async function* eachMessage<T>(
  call: EwsCall,
  operation: Operation,
  things: Iterable<T>,
  answer: (thing: T) => Promise<object>,
): AsyncGenerator<ResponseMessage> {
  const breath = new Breath()
  for (const thing of things) {
    await breath.taken()
    yield await oneMessage(call, operation, () => answer(thing))
  }
}

/** The same for a single thing. */
export async function oneMessage(
  call: EwsCall,
  operation: Operation,
  answer: () => Promise<object>,
): Promise<ResponseMessage> {
  try {
    return {
      [`${operation}ResponseMessage`]: { ...success, ...(await answer()) },
    } as unknown as ResponseMessage
  } catch (error) {
    if (call.signal.aborted) throw error
    const refused = refusedFor(error)
    if (refused === undefined)
      call.services.log.error(
        { err: error, operation },
        'A part of an EWS request failed for a reason of our own',
      )
    return refusedOne(operation, refused ?? ownFault)
  }
}

function refusedOne(operation: Operation, refused: Refused): ResponseMessage {
  const response = refusedResponse(operation, refused) as { ResponseMessages: ResponseMessage[] }
  return response.ResponseMessages[0]!
}

/** The response of an operation that has one message. */
export const single = async <O extends Operation>(
  call: EwsCall,
  operation: O,
  answer: () => Promise<object>,
): Promise<{ response: Response<O> }> => ({
  response: { ResponseMessages: [await oneMessage(call, operation, answer)] } as unknown as Response<O>,
})
