import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { formatBody, formatError, type JsonObject, parseBody } from '#src/wire/aws/json-rpc.ts'
import type { Action } from './action.ts'
import { actions } from './actions/index.ts'
import { type Caller, callerName, organizationOfCaller } from './caller.ts'
import { ApiException, type ExceptionName, exceptionOf, statusOf } from './exceptions.ts'
import { Idempotency } from './idempotency.ts'
import { inputFault } from './input-fault.ts'
import { workMailOperations } from './operation-names.ts'
import type { AdminServices } from './services.ts'

type Call = {
  operation: string
  body: Uint8Array
  caller: Caller
  requestId: string
  signal: AbortSignal
}
type CallAnswer = { status: number; body: string; exception: ExceptionName | null }

/** Answers calls of the administration API, however they came. */
export type CallAnswerer = (call: Call) => Promise<CallAnswer>

/** Whether hearing this operation again changes nothing. An operation that is not known is answered alike each time. */
export const isReading = (operation: string): boolean =>
  actions.get(operation)?.reads ?? !actions.has(operation)

export function callAnswerer(services: AdminServices): CallAnswerer {
  const idempotency = new Idempotency(services.store.administration, services.now)

  const answer = async (call: Call): Promise<JsonObject> => {
    const action = actionOf(call.operation)
    const input = inputOf(action, parseBody(call.body))
    checkScope(action, input, call.caller)
    const run = () => action.run({ ...services, caller: call.caller, signal: call.signal }, input)
    const token = action.idempotent ? (input as { ClientToken?: string }).ClientToken : undefined
    if (token === undefined) return run()
    return idempotency.once(`${callerName(call.caller)}\0${action.name}`, token, call.body, run)
  }

  return async (call) => {
    const began = services.now()
    const note = { operation: call.operation, caller: callerName(call.caller), requestId: call.requestId }
    try {
      const output = await answer(call)
      services.log.info({ ...note, ms: services.now() - began }, 'Answered')
      return { status: 200, body: formatBody(output), exception: null }
    } catch (error) {
      const { type, message } = inWords(error, actions.get(call.operation), call.requestId)
      const entry = { ...note, exception: type, ms: services.now() - began }
      if (type === 'InternalFailure')
        services.log.error({ ...entry, err: error }, 'A call failed for a reason of our own')
      else services.log.info(entry, 'Refused')
      return { status: statusOf(type), body: formatError({ type, message }), exception: type }
    }
  }
}

/** The input of an operation. Throws `InvalidParameterException`. */
export function inputOf(action: Action, given: JsonObject): unknown {
  const { success, data, error } = action.input.safeParse(given)
  if (!success) throw new ApiException('InvalidParameterException', inputFault(error, given))
  return data
}

function actionOf(operation: string): Action {
  const action = actions.get(operation)
  if (action !== undefined) return action
  if (workMailOperations.includes(operation)) {
    throw new ApiException(
      'UnsupportedOperationException',
      `This release of Landbridge does not offer ${operation}.`,
    )
  }
  throw new ApiException('UnknownOperationException', `There is no operation ${operation.slice(0, 128)}.`)
}

/** A key of one organisation touches that one only. Whether another exists is not told. */
function checkScope(action: Action, input: unknown, caller: Caller): void {
  const own = organizationOfCaller(caller)
  if (own === null || action.scope === 'any') return
  if (action.scope !== 'service' && action.organizationIn(input) === own) return
  const sentence = `This access key is for organisation ${own} alone and may not call ${action.name} here.`
  throw new ApiException('AccessDeniedException', sentence)
}

/** The exception that an operation answers an error with. */
export function inWords(
  error: unknown,
  action: Action | undefined,
  requestId: string,
): { type: ExceptionName; message: string } {
  if (error instanceof ApiException) return { type: error.type, message: error.message }
  if (error instanceof SyntaxFault) return { type: 'SerializationException', message: `${error.message}.` }
  if (error instanceof Refusal) {
    const type = action?.exceptions?.[error.reason] ?? exceptionOf[error.reason]
    return { type, message: error.message }
  }
  return {
    type: 'InternalFailure',
    message: `The service failed; its log says why under request ${requestId}.`,
  }
}
