import { randomUUID } from 'node:crypto'
import { type AdminClient, AdminFault } from '#src/clients/admin/admin-client.ts'
import type { CallAnswerer } from '#src/protocols/admin/answer-call.ts'
import { formatBody, parseBody, parseError } from '#src/wire/aws/json-rpc.ts'

/** The very same actions as a running service's, without a service: input and answer pass through the wire format too. */
export function inProcessClient(answer: CallAnswerer): AdminClient {
  return {
    async call(operation, input, signal = new AbortController().signal) {
      const requestId = randomUUID()
      const body = Buffer.from(formatBody(input))
      const { status, body: text } = await answer({
        operation,
        body,
        caller: { kind: 'local' },
        requestId,
        signal,
      })
      if (status === 200) return parseBody(Buffer.from(text))
      const { type, message } = parseError(Buffer.from(text), undefined)
      throw new AdminFault(type, message, requestId)
    },
  }
}
