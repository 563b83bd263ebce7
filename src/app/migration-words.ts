/** Words of migrations that a command line has to know. */

export { leavingWords } from '#src/domain/migration/engine/leaving.ts'
export { ownWords } from '#src/domain/migration/engine/setting-words.ts'
export { hasEnded, mayCutOver, takesStep } from '#src/domain/migration/engine/state.ts'
export { waveWords } from '#src/domain/migration/engine/waves.ts'
export { batchWords, grantWords, memberWords } from '#src/domain/migration/report/run-words.ts'
export { wordsOf as rightWords } from '#src/domain/migration/right.ts'
