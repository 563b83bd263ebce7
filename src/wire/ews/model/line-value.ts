import { LONGEST_SUBJECT } from '#src/formats/mime/build.ts'
import { InvalidValue } from '../invalid-value.ts'

/** A subject or place as it is set, '' where it is taken away. InvalidValue for one that is as long as a text. */
export function lineValue(name: string, value: unknown): string {
  const line = String(value ?? '')
  if (line.length <= LONGEST_SUBJECT) return line
  throw new InvalidValue(
    'ErrorPropertyValidationFailure',
    `The ${name} has ${line.length} characters, and at most ${LONGEST_SUBJECT} are accepted.`,
  )
}
