import type { BatchState } from '#src/domain/migration/engine/project/state.ts'

/** A batch as DescribeMigration tells it. */
export type Batch = {
  BatchNumber: number
  State: BatchState
  Paused?: boolean
  Cause?: string
  Grade?: string
  PreflightFaults?: readonly unknown[]
}

/** Why a batch does not go on until a person does something, with what; undefined for one that goes on by itself. */
export function standsStill(batch: Batch): string | undefined {
  const { BatchNumber: no, State, Cause = '' } = batch
  const because = (what: string, remedy: string) =>
    [`Batch ${no} ${what}.`, Cause, remedy].filter((part) => part !== '').join(' ')
  if (batch.Paused === true) return because('is paused', `"migrate resume" lets it go on.`)
  switch (State) {
    case 'approving':
      return because('waits for an approval', `"migrate approve" accepts the losses.`)
    case 'verifying':
      return Cause.startsWith('Verified as')
        ? because('waits for an approval', `"migrate approve" accepts the losses.`)
        : undefined
    case 'planned':
      return (batch.PreflightFaults?.length ?? 0) > 0
        ? because('did not pass its pre-flight', `"migrate run" looks again when that is mended.`)
        : undefined
    case 'failed':
      return because('failed', `"migrate retry" tries it again.`)
    case 'cancelled':
      return because('was cancelled', '')
    case 'rolling-back':
    case 'rolled-back':
      return because('was rolled back', '')
    default:
      return Cause.includes('holds the batch') ? because('is held up', '') : undefined
  }
}
