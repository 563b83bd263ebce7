import type { SourceCheck } from './source.ts'

/** What a pre-flight found to be well. */
export const ok = (name: string, found: string): SourceCheck => ({ name, state: 'ok', found, remedy: '' })

/** What stops nothing, and somebody should know. */
export const warning = (name: string, found: string, remedy: string): SourceCheck => ({
  name,
  state: 'warning',
  found,
  remedy,
})

export const failed = (name: string, found: string, remedy: string): SourceCheck => ({
  name,
  state: 'failed',
  found,
  remedy,
})
