import type { z } from 'zod'
import type { RefusalReason } from '#src/domain/refusal.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import type { Caller } from './caller.ts'
import type { ExceptionName } from './exceptions.ts'
import type { AdminServices } from './services.ts'

export type ActionContext = AdminServices & {
  caller: Caller
  /** Aborts when the client goes away or takes too long. */
  signal: AbortSignal
}

type ActionDefinition<Input extends z.ZodType> = {
  /** The name in `X-Amz-Target`. */
  name: string
  input: Input
  /** It changes nothing, so hearing the same request again does no harm. */
  reads?: true
  /** Callers whose key is for one organisation may call it; those it names in another way than by OrganizationId see `organizationIn`. */
  scope?: 'organization' | 'service' | 'any'
  /** The organisation that a request names, where OrganizationId does not say it. */
  organizationIn?: (input: z.output<Input>) => string | undefined
  /** API-08: a ClientToken in the input makes the same request give the same answer. */
  idempotent?: true
  /** Where this operation's model has another exception than the common table. */
  exceptions?: Partial<Record<RefusalReason, ExceptionName>>
  run: (context: ActionContext, input: z.output<Input>) => Promise<JsonObject>
}

/** An operation with its input type hidden; `index.ts` lists them. */
export type Action = Omit<ActionDefinition<z.ZodType>, 'run' | 'organizationIn'> & {
  organizationIn: (input: unknown) => string | undefined
  run: (context: ActionContext, input: unknown) => Promise<JsonObject>
}

export function defineAction<Input extends z.ZodType>(definition: ActionDefinition<Input>): Action {
  const organizationIn =
    definition.organizationIn ??
    ((input: z.output<Input>) => (input as { OrganizationId?: string }).OrganizationId)
  return {
    ...definition,
    organizationIn: (input) => organizationIn(input as z.output<Input>),
    run: (context, input) => definition.run(context, input as z.output<Input>),
  }
}
