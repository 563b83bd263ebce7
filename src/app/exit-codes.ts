/**
 * What the process ends with, after sysexits.h: 1 the service said no, 2 the command was written wrongly, 66 there is
 * no data, 69 something is out of reach, 70 our own fault, 74 the output cannot be written, 75 try later, 78 the configuration, 130 interrupted.
 */
export const exitCodes = {
  ok: 0,
  refused: 1,
  usage: 2,
  noData: 66,
  unavailable: 69,
  ourFault: 70,
  outputFailed: 74,
  tryLater: 75,
  configuration: 78,
  interrupted: 130,
} as const
