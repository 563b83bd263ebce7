import type {
  RuleFieldURIType,
  RuleValidationErrorCodeType,
  RuleValidationErrorType,
} from '#src/wire/ews/schema-types.ts'

/** What is wrong with one rule of a request, field by field. */
export class RuleErrors {
  readonly found: RuleValidationErrorType[] = []

  add(
    field: RuleFieldURIType,
    code: RuleValidationErrorCodeType,
    message: string,
    value: unknown = '',
  ): void {
    this.found.push({
      FieldURI: field,
      ErrorCode: code,
      ErrorMessage: message,
      FieldValue: String(value).slice(0, 255),
    })
  }
}
