import { EwsRefusal } from './refusal-codes.ts'

/** A folder that holds whatever a search finds is said to be none of ours; made as an ordinary one it would stay empty. */
export const noSearchFolders = () =>
  new EwsRefusal(
    'ErrorInvalidOperation',
    'not-supported',
    'Search folders are not offered by this service. FindItem searches a folder.',
  )
