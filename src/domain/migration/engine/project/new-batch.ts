import type { Batch, ProjectId } from './project.ts'
import { batchAfter } from './state.ts'

/** A batch of which only number and name are known. */
export const newBatch = (project: ProjectId, no: number, name: string): Batch => ({
  project,
  no,
  name,
  state: batchAfter('draft', 'plan'),
  paused: false,
  pilot: false,
  priority: 5,
  startAfter: null,
  completeAfter: null,
  cutOverAsked: false,
  failingMember: null,
  preflight: null,
  grade: null,
  approval: null,
  flippedAt: null,
  cause: '',
})
