/** Words of migrations that a command line has to know. */

export { ownWords } from '#src/domain/migration/engine/project/setting-words.ts'
export { hasEnded, mayCutOver, takesStep } from '#src/domain/migration/engine/project/state.ts'
export { waveWords } from '#src/domain/migration/engine/project/waves.ts'
export { leavingWords } from '#src/domain/migration/engine/steer/leaving.ts'
export { batchWords, grantWords, memberWords } from '#src/domain/migration/report/run-words.ts'
export { wordsOf as rightWords } from '#src/domain/migration/right.ts'
