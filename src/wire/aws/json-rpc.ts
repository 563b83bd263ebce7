import { SyntaxFault } from '#src/base/syntax-fault.ts'

/** AWS JSON 1.1: every call is `POST /` with the operation in a header and JSON in the body (API-01). */
export const contentType = 'application/x-amz-json-1.1'
const targetPrefix = 'WorkMailService'

export type JsonObject = { [name: string]: JsonValue }
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject

/** The operation of `X-Amz-Target: WorkMailService.CreateUser`; a SyntaxFault for anything else. */
export function parseTarget(header: string): string {
  const parts = /^([A-Za-z][A-Za-z0-9_]{0,63})\.([A-Za-z][A-Za-z0-9]{0,127})$/.exec(header)
  if (parts === null || parts[1] !== targetPrefix)
    throw new SyntaxFault(`X-Amz-Target must be ${targetPrefix}.Operation`, 0)
  return parts[2]!
}

export const formatTarget = (operation: string) => `${targetPrefix}.${operation}`

/** A JSON object of UTF-8 octets; no octets at all are `{}`, which some clients send for a call without members. */
export function parseBody(octets: Uint8Array): JsonObject {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(octets)
  } catch {
    throw new SyntaxFault('The body is not UTF-8')
  }
  if (text.trim() === '') return {}
  let value: JsonValue
  try {
    value = JSON.parse(text) as JsonValue
  } catch {
    throw new SyntaxFault('The body is not JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SyntaxFault('The body must be a JSON object', 0)
  }
  return value as JsonObject
}

export const formatBody = (value: JsonObject): string => JSON.stringify(value)

/** Timestamps are epoch seconds as numbers, with a fraction (API-01). */
export const formatTimestamp = (epochMs: number): number => epochMs / 1000

/** An answer that says no: the exception's short name, and a sentence (API-02). */
type JsonError = { type: string; message: string }

export const formatError = ({ type, message }: JsonError): string =>
  JSON.stringify({ __type: type, Message: message })

/**
 * Reads an error answer. The name is taken from `x-amzn-errortype` or `__type`, without namespace and without
 * the address that some services append; the message from `Message` or `message`.
 */
export function parseError(octets: Uint8Array, errorTypeHeader: string | undefined): JsonError {
  const body = parseBody(octets)
  const name = errorTypeHeader ?? body.__type ?? body.code
  const type = typeof name === 'string' ? name.replace(/^.*#/, '').replace(/:.*$/s, '') : ''
  const message = body.Message ?? body.message
  return { type: type === '' ? 'UnknownError' : type, message: typeof message === 'string' ? message : '' }
}
